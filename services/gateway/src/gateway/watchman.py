"""Tells the log who came in, who was turned away, and what somebody tried that he may not.

Accounts are codes, not persons. What was typed where an account belongs is written only if there is
such an account: it may be a password in the wrong field. Where it was asked from, and the number
that ties the lines of one request together, are bound by the shield.
"""

from typing import Final
from uuid import uuid4

import structlog
from starlette.requests import Request

from gateway.accounts import Identity
from gateway.problems import PROBLEMS
from jamila_runtime.errors import JamilaError
from jamila_runtime.logs import get_logger

_WATCHED: Final = frozenset({401, 403, 429})
_log = get_logger(__name__)


def begin(address: str) -> None:
    """From here on every line of this request says where it came from."""
    structlog.contextvars.bind_contextvars(address=address, request=uuid4().hex[:12])


def let_in(identity: Identity, *, by: str) -> None:
    """A log-in, or a step of one."""
    session = identity.session
    _log.info(
        "let in",
        account=identity.account.account,
        by=by,
        session_kind=session.kind,
        second_factor=session.verified_at is not None,
        pending=session.pending,
    )


def turned_away(account: str | None, error: JamilaError) -> None:
    """A log-in that failed; None: there is no such account."""
    _log.warning("turned away", account=account, reason=error.slug)


def let_out(identity: Identity) -> None:
    """A log-out."""
    _log.info("let out", account=identity.account.account, session_kind=identity.session.kind)


def known(request: Request, identity: Identity) -> None:
    """Remember who asks, for what may become of it."""
    request.state.account = identity.account.account


def refused(request: Request, error: JamilaError) -> None:
    """Something that the asker may not, or not so often."""
    meaning = PROBLEMS.get(error.slug, PROBLEMS["error"])
    if meaning.status not in _WATCHED:
        return
    # The pattern of the address: the address itself may hold what somebody looked for.
    route = getattr(request.scope.get("route"), "path", None)
    say = _log.info if error.slug == "not-logged-in" else _log.warning
    say(
        "refused",
        account=getattr(request.state, "account", None),
        reason=error.slug,
        method=request.method,
        route=route,
    )
