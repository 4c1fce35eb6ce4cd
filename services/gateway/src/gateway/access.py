"""Who is asking: the typed dependencies that every route but the door bell has."""

import hmac
from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from gateway import watchman
from gateway.accounts import CsrfTokenError, Identity, NotLoggedInError
from gateway.door import Door, DoorDep
from gateway.session_book import complete
from jamila_runtime.stage import MissingCapabilityError

CSRF_HEADER = "Jamila-Csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Only described here, for OpenAPI; the name of the cookie depends on how the process runs.
_cookie = APIKeyCookie(name="__Host-jamila", scheme_name="session", auto_error=False)
_bearer = HTTPBearer(scheme_name="token", auto_error=False)


async def halfway(
    request: Request,
    door: DoorDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    _: Annotated[str | None, Depends(_cookie)],
) -> Identity:
    """Recognise the asker by bearer token or session cookie, even halfway through a log-in.

    Raises:
        NotLoggedInError: neither is good.
        CsrfTokenError: a write that a browser sent without the token of its session.
        TooManyRequestsError: the account, or whoever is nobody, asks too often.
    """
    try:
        identity = await _recognised(request, door, bearer)
    except NotLoggedInError:
        door.pace.stranger(address_of(request))
        raise
    watchman.known(request, identity)
    door.pace.account(identity.account.account)
    return identity


async def _recognised(
    request: Request, door: Door, bearer: HTTPAuthorizationCredentials | None
) -> Identity:
    if bearer is not None:
        identity = await door.login.halfway(bearer.credentials)
        _must_be(identity, "program")
        return identity
    identity = await browser_identity(request, door)
    shown = request.headers.get(CSRF_HEADER, "")
    if request.method not in _SAFE and not hmac.compare_digest(
        shown.encode(), identity.csrf_token.encode()
    ):
        raise CsrfTokenError(f"send the session's token in {CSRF_HEADER}")
    return identity


async def paced(request: Request, door: DoorDep) -> None:
    """What the anonymous may do, they may not do without end.

    Raises:
        TooManyRequestsError: the address asks too often.
    """
    door.pace.stranger(address_of(request))


def address_of(request: Request) -> str:
    """Where a request comes from, as the server tells it (behind a proxy: what the proxy says)."""
    return request.client.host if request.client else "-"


HalfwayDep = Annotated[Identity, Depends(halfway)]


async def identified(identity: HalfwayDep) -> Identity:
    """Recognise the asker, and let nobody on whose log-in stands half done.

    Raises:
        CodeNeededError: the code of the second factor is missing.
        PasswordChangeNeededError: the temporary password has to be replaced.
    """
    return complete(identity)


async def browser_identity(request: Request, door: Door) -> Identity:
    """Recognise the asker by the session cookie of a browser, even halfway through a log-in.

    Raises:
        NotLoggedInError: there is none, or it is not good any more.
    """
    token = request.cookies.get(door.cookie)
    if token is None:
        raise NotLoggedInError("send a session cookie or a bearer token")
    identity = await door.login.halfway(token)
    _must_be(identity, "browser")
    return identity


IdentityDep = Annotated[Identity, Depends(identified)]


def require_one_of(identity: Identity, door: DoorDep, capabilities: Iterable[str]) -> None:
    """Let nobody further who has no need to see it.

    Raises:
        MissingCapabilityError: the account holds none of them.
    """
    wanted = frozenset(capabilities)
    if not wanted & identity.account.capabilities(door.clock.now()):
        raise MissingCapabilityError(
            "the account holds no capability for this", capabilities=sorted(wanted)
        )


def _must_be(identity: Identity, kind: str) -> None:
    # A browser's cookie used as a bearer token would go around the CSRF check.
    if identity.session.kind != kind:
        raise NotLoggedInError("this token is not of this kind")
