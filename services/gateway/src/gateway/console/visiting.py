"""Who visits a page: the session of a browser; whoever has none is led to the log-in."""

import hmac
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gateway.access import browser_identity
from gateway.accounts import CsrfTokenError, NotLoggedInError
from gateway.console.pages import Visit
from gateway.door import DoorDep


class LogInFirstError(Exception):
    """Nobody is logged in; the visitor shall come back afterwards."""


async def visiting(request: Request, door: DoorDep) -> Visit:
    """Recognise the visitor of a page.

    Raises:
        LogInFirstError: he is not logged in.
    """
    try:
        identity = await browser_identity(request, door)
    except NotLoggedInError as error:
        raise LogInFirstError from error
    return Visit(request, identity, door)


async def submitting(visit: Annotated[Visit, Depends(visiting)]) -> FormData:
    """The form that a page of ours sent.

    Raises:
        CsrfTokenError: the form is not of this session.
    """
    form = await visit.request.form(max_files=20, max_fields=500)
    shown = form.get("csrf", "")
    token = visit.identity.csrf_token
    if not isinstance(shown, str) or not hmac.compare_digest(shown.encode(), token.encode()):
        raise CsrfTokenError("send the session's token in the field csrf")
    return form


VisitDep = Annotated[Visit, Depends(visiting)]
FormDep = Annotated[FormData, Depends(submitting)]


def to_log_in(request: Request) -> Response:
    """Lead a visitor to the log-in and back to what he wanted to see."""
    wanted = request.url.path if request.method == "GET" else "/antrean"
    target = f"/masuk?ke={quote(wanted)}"
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)
