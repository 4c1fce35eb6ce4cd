"""Who visits a page: the session of a browser; whoever has none is led to the log-in."""

import hmac
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartParser
from starlette.responses import RedirectResponse, Response

from gateway.access import browser_identity
from gateway.accounts import CsrfTokenError, NotLoggedInError, Pending
from gateway.console.pages import Visit
from gateway.door import DoorDep
from gateway.shield import MAX_UPLOAD_BYTES

# Papers of people: they are never written to a disk before they are encrypted.
MultiPartParser.spool_max_size = MAX_UPLOAD_BYTES + 1

_MOST_FILES: Final = 100
_MOST_FIELDS: Final = 1000
"""A family card of forty members has as many as this."""
STEPS_OF_LOG_IN: Final[Mapping[Pending, str]] = MappingProxyType(
    {"code": "/masuk/kode", "password": "/masuk/sandi"}
)
"""Where somebody goes on whose log-in stands half done."""


class LogInFirstError(Exception):
    """The visitor is not logged in, or not wholly; he shall come back afterwards."""

    def __init__(self, path: str) -> None:
        super().__init__("log in first")
        self.path = path
        """The page of the log-in at which he goes on."""


async def halfway(request: Request, door: DoorDep) -> Visit:
    """Recognise the visitor of a page, even halfway through a log-in.

    Raises:
        LogInFirstError: he is not logged in.
    """
    try:
        identity = await browser_identity(request, door)
    except NotLoggedInError as error:
        raise LogInFirstError("/masuk") from error
    return Visit(request, identity, door)


HalfwayVisitDep = Annotated[Visit, Depends(halfway)]


async def visiting(visit: HalfwayVisitDep) -> Visit:
    """Let nobody on whose log-in stands half done.

    Raises:
        LogInFirstError: something is missing.
    """
    pending = visit.identity.session.pending
    if pending is not None:
        raise LogInFirstError(STEPS_OF_LOG_IN[pending])
    return visit


async def submitting(visit: HalfwayVisitDep) -> AsyncIterator[FormData]:
    """The form that a page of ours sent; its files are gone once the answer is made.

    Raises:
        CsrfTokenError: the form is not of this session.
    """
    async with visit.request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
        shown = form.get("csrf", "")
        token = visit.identity.csrf_token
        if not isinstance(shown, str) or not hmac.compare_digest(shown.encode(), token.encode()):
            raise CsrfTokenError("send the session's token in the field csrf")
        yield form


VisitDep = Annotated[Visit, Depends(visiting)]
FormDep = Annotated[FormData, Depends(submitting)]


def to_log_in(request: Request, path: str) -> Response:
    """Lead a visitor to the log-in and back to what he wanted to see."""
    wanted = request.url.path if request.method == "GET" else "/antrean"
    target = f"{path}?ke={quote(wanted)}"
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)
