"""``/masuk``: log in and out."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gateway.access import browser_identity
from gateway.accounts import (
    MAXIMUM_PASSWORD,
    LoginBusyError,
    LoginLockedError,
    LoginRefusedError,
    NotLoggedInError,
)
from gateway.console.pages import bare_page
from gateway.console.visiting import FormDep, VisitDep
from gateway.door import DoorDep
from gateway.login import Credentials
from gateway.problems import PROBLEMS

router = APIRouter(include_in_schema=False)

HOME: Final = "/antrean"
_Text = Annotated[str, Form(max_length=64)]
_Password = Annotated[str, Form(max_length=MAXIMUM_PASSWORD)]
_Target = Annotated[str, Query(alias="ke", max_length=300)]


@router.get("/masuk")
async def ask(request: Request, door: DoorDep, target: _Target = HOME) -> Response:
    """The form; whoever is logged in already goes on."""
    try:
        await browser_identity(request, door)
    except NotLoggedInError:
        return bare_page("masuk", target=_inside(target), problem=None, account="")
    return RedirectResponse(_inside(target), 303)


@router.post("/masuk")
async def log_in(
    door: DoorDep, akun: _Text = "", sandi: _Password = "", ke: _Text = HOME
) -> Response:
    """Open a session."""
    try:
        opened = await door.login.open(Credentials(akun.strip(), sandi))
    except (LoginRefusedError, LoginLockedError, LoginBusyError) as error:
        meaning = PROBLEMS[error.slug]
        return bare_page(
            "masuk", http=meaning.status, target=_inside(ke), problem=meaning.title, account=akun
        )
    response = RedirectResponse(_inside(ke), 303)
    response.set_cookie(
        door.cookie,
        opened.token,
        httponly=True,
        samesite="strict",
        secure=door.secure_cookies,
        path="/",
    )
    return response


@router.post("/keluar")
async def log_out(visit: VisitDep, _: FormDep) -> Response:
    """End the session."""
    await visit.door.login.close(visit.identity)
    response = RedirectResponse("/masuk", 303)
    response.delete_cookie(visit.door.cookie, path="/")
    return response


def _inside(target: str) -> str:
    """A page of ours; whoever sends a link that leads elsewhere after the log-in fails."""
    parts = urlsplit(target)
    is_ours = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if is_ours and "\\" not in target else HOME
