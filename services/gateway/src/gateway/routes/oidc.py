"""The way out to the identity provider and back, for browsers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from gateway.console.pages import bare_page
from gateway.cookies import give_cookie
from gateway.door import Door, DoorDep
from gateway.foreign_login import ForeignLogin
from gateway.oidc import DEPARTURE_LIFETIME, OidcRefusedError, Return
from gateway.problems import PROBLEMS
from jamila_runtime.errors import JamilaError, NotFoundError

router = APIRouter(include_in_schema=False)
PATH = "/masuk/oidc"
_HOME = "/"
_AGAIN = "/masuk"
Given = Annotated[str | None, Query(max_length=4096)]


class OidcNotConfiguredError(NotFoundError):
    """This office has no identity provider."""

    slug = "oidc-not-configured"


@router.get(PATH)
async def leave(door: DoorDep) -> Response:
    """Send the browser to the provider."""
    try:
        address, kept = await _foreign(door).leave()
    except JamilaError as error:
        return _sorry(error)
    response = RedirectResponse(address, status_code=303)
    # Lax, not strict: the way back begins on the provider's page, and this has to come along.
    response.set_cookie(
        _cookie(door),
        kept,
        max_age=int(DEPARTURE_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=door.secure_cookies,
        path=PATH,
    )
    return response


@router.get(f"{PATH}/kembali")
async def arrive(  # noqa: PLR0913, PLR0917 - one parameter per field the provider sends
    request: Request,
    door: DoorDep,
    state: Given = None,
    code: Given = None,
    error: Given = None,
    iss: Given = None,
) -> Response:
    """Let in who came back from the provider; what is missing still is asked for afterwards."""
    try:
        kept = request.cookies.get(_cookie(door))
        if kept is None or state is None:
            raise OidcRefusedError("this browser did not leave from here")
        opened = await _foreign(door).arrive(kept, Return(state, code, error, iss))
    except JamilaError as refusal:
        response = _sorry(refusal)
    else:
        # A page, not a redirect: the strict cookie of the session is sent along only by a
        # navigation that begins on our own page.
        response = bare_page("oidc", onward=_HOME, sorry=None)
        response.headers["Refresh"] = f"0; url={_HOME}"
        before = request.cookies.get(door.cookie)
        if before is not None:
            await door.login.forget(before)
        give_cookie(response, door, opened)
    response.delete_cookie(
        _cookie(door), httponly=True, samesite="lax", secure=door.secure_cookies, path=PATH
    )
    return response


def _foreign(door: Door) -> ForeignLogin:
    if door.foreign is None:
        raise OidcNotConfiguredError("no issuer is configured")
    return door.foreign


def _cookie(door: Door) -> str:
    return "__Secure-jamila-oidc" if door.secure_cookies else "jamila-oidc"


def _sorry(error: JamilaError) -> Response:
    meaning = PROBLEMS.get(error.slug, PROBLEMS["error"])
    return bare_page("oidc", http=meaning.status, onward=_AGAIN, sorry=meaning.title)
