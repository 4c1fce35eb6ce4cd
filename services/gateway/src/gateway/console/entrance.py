"""``/masuk``: log in with password and code, replace a temporary password, log out."""

from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gateway.access import browser_identity, paced
from gateway.accounts import MAXIMUM_PASSWORD, MINIMUM_PASSWORD, NotLoggedInError
from gateway.console.pages import bare_page
from gateway.console.visiting import STEPS_OF_LOG_IN, FormDep, HalfwayVisitDep
from gateway.cookies import give_cookie, take_cookie
from gateway.door import Door, DoorDep
from gateway.login import Credentials
from gateway.problems import PROBLEMS
from gateway.session_book import Opened
from jamila_runtime.errors import JamilaError

router = APIRouter(include_in_schema=False)

HOME: Final = "/antrean"
_Text = Annotated[str, Form(max_length=64)]
_Password = Annotated[str, Form(max_length=MAXIMUM_PASSWORD)]
_Target = Annotated[str, Query(alias="ke", max_length=300)]


@router.get("/masuk")
async def ask(request: Request, door: DoorDep, target: _Target = HOME) -> Response:
    """The form; whoever is logged in already goes on."""
    try:
        identity = await browser_identity(request, door)
    except NotLoggedInError:
        return _log_in_page(door, target=_inside(target))
    return RedirectResponse(_next(identity.session.pending, target), 303)


@router.post("/masuk", dependencies=[Depends(paced)])
async def log_in(
    request: Request, door: DoorDep, akun: _Text = "", sandi: _Password = "", ke: _Text = HOME
) -> Response:
    """Open a session; a cookie from before is never adopted."""
    try:
        opened = await door.login.open(Credentials(akun.strip(), sandi))
    except JamilaError as error:
        meaning = PROBLEMS[error.slug]
        shown = {"problem": meaning.title, "target": _inside(ke), "account": akun}
        return _log_in_page(door, http=meaning.status, **shown)
    before = request.cookies.get(door.cookie)
    if before is not None:
        await door.login.forget(before)
    return _go_on(door, opened, ke)


@router.get("/masuk/kode")
async def ask_code(visit: HalfwayVisitDep, target: _Target = HOME) -> Response:
    """The form for the code of the authenticator app."""
    return _threshold(visit, "kode", target)


@router.post("/masuk/kode")
async def give_code(
    visit: HalfwayVisitDep, _: FormDep, kode: _Text = "", ke: _Text = HOME
) -> Response:
    """Prove the second factor: the log-in goes on, or what needs the proof may be done again."""
    try:
        opened = await visit.door.login.give_code(visit.identity, kode.strip())
    except JamilaError as error:
        return _again("kode", error, target=_inside(ke), csrf=visit.identity.csrf_token)
    return _go_on(visit.door, opened, ke)


@router.get("/masuk/sandi")
async def ask_new_password(visit: HalfwayVisitDep, target: _Target = HOME) -> Response:
    """The form for a password of one's own."""
    return _threshold(visit, "sandi", target)


@router.post("/masuk/sandi")
async def change_password(
    visit: HalfwayVisitDep, _: FormDep, lama: _Password = "", baru: _Password = "", ke: _Text = HOME
) -> Response:
    """Replace the temporary password."""
    try:
        opened = await visit.door.own.change_password(visit.identity, old=lama, new=baru)
    except JamilaError as error:
        return _again("sandi", error, target=_inside(ke), csrf=visit.identity.csrf_token)
    return _go_on(visit.door, opened, ke)


@router.post("/keluar")
async def log_out(visit: HalfwayVisitDep, _: FormDep) -> Response:
    """End the session."""
    await visit.door.login.close(visit.identity)
    response = RedirectResponse("/masuk", 303)
    take_cookie(response, visit.door)
    return response


def _log_in_page(door: Door, *, http: int = 200, **values: str) -> Response:
    """The form, and the way by the identity provider where the office has one."""
    shown: dict[str, Any] = {"problem": None, "account": "", **values}
    return bare_page("masuk", http=http, by_provider=door.foreign is not None, **shown)


def _threshold(visit: HalfwayVisitDep, name: str, target: str) -> Response:
    csrf = visit.identity.csrf_token
    shown: dict[str, Any] = {
        "target": _inside(target),
        "problem": None,
        "least": MINIMUM_PASSWORD,
    }
    return bare_page(name, csrf=csrf, **shown)


def _again(name: str, error: JamilaError, **values: str) -> Response:
    """The form once more, and why."""
    meaning = PROBLEMS[error.slug]
    shown: dict[str, Any] = {"problem": meaning.title, "least": MINIMUM_PASSWORD, **values}
    return bare_page(name, http=meaning.status, **shown)


def _go_on(door: Door, opened: Opened, target: str) -> Response:
    response = RedirectResponse(_next(opened.identity.session.pending, target), 303)
    give_cookie(response, door, opened)
    return response


def _next(pending: str | None, target: str) -> str:
    wanted = _inside(target)
    steps = {str(each): path for each, path in STEPS_OF_LOG_IN.items()}
    return wanted if pending is None else f"{steps[pending]}?ke={quote(wanted)}"


def _inside(target: str) -> str:
    """A page of ours; nobody is led elsewhere by a link that goes through the log-in."""
    parts = urlsplit(target)
    # Browsers take any number of slashes at the beginning for the beginning of another host.
    is_ours = target.startswith("/") and not target.startswith("//")
    is_here = not parts.scheme and not parts.netloc and "\\" not in target
    return target if is_ours and is_here else HOME
