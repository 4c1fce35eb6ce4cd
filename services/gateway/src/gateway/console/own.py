"""``/akun-saya``: one's own password, authenticator and sessions."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.accounts import MAXIMUM_PASSWORD, MINIMUM_PASSWORD
from gateway.console.doing import go_on, text_in
from gateway.console.once import shown_once
from gateway.console.pages import Visit, page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.cookies import give_cookie
from gateway.paging import MalformedRequestError
from gateway.qr_svg import qr_svg
from gateway.routes import own
from gateway.session_book import Opened

router = APIRouter(prefix="/akun-saya", include_in_schema=False, dependencies=[Depends(visiting)])

_HERE: Final = "/akun-saya"
_QR_LABEL: Final = "Kode QR untuk aplikasi autentikator"


@router.get("")
async def mine(visit: VisitDep) -> Response:
    """Who I am, how I prove it, and where I am logged in."""
    door, identity = visit.door, visit.identity
    found: dict[str, Any] = {
        "factor": await own.second_factor(identity, door),
        "sessions": (await own.sessions(identity, door)).sessions,
        "grants": [each for each in identity.account.grants if each.holds(door.clock.now())],
        "is_proven": identity.is_proven(door.clock.now()),
        "least": MINIMUM_PASSWORD,
    }
    return page(visit, "akun_saya", **found)


@router.post("/sandi")
async def change_password(visit: VisitDep, form: FormDep) -> Response:
    """Another password; every other session ends."""
    new = _secret_in(form, "baru")
    if new != _secret_in(form, "ulang"):
        raise MalformedRequestError("the new password was not repeated")
    opened = await visit.door.own.change_password(
        visit.identity, old=_secret_in(form, "lama"), new=new
    )
    return _renewed(visit, opened, go_on(visit, _HERE, "sandi-saya"))


@router.post("/autentikator")
async def propose(visit: VisitDep, form: FormDep) -> Response:
    """A secret for an app, shown this once."""
    password = _secret_in(form, "sandi")
    proposal = await visit.door.own.propose_second_factor(visit.identity, password=password)
    drawn = qr_svg(proposal.uri, label=_QR_LABEL)
    return shown_once(visit, "rahasia", secret=proposal.secret, qr=drawn)


@router.post("/autentikator/aktif")
async def confirm(visit: VisitDep, form: FormDep) -> Response:
    """The first code of the app puts it in force; codes for paper are shown this once."""
    enrolled = await visit.door.own.confirm_second_factor(visit.identity, text_in(form, "kode"))
    # Forms of the page that follows belong to the session that begins now.
    fresh = replace(visit, identity=enrolled.opened.identity)
    shown = shown_once(fresh, "pemulihan", codes=enrolled.recovery_codes)
    return _renewed(visit, enrolled.opened, shown)


@router.post("/kode-pemulihan")
async def new_recovery_codes(visit: VisitDep, _: FormDep) -> Response:
    """Ten new codes for paper; the old ones are worthless."""
    codes = await visit.door.own.new_recovery_codes(visit.identity)
    return shown_once(visit, "pemulihan", codes=codes)


@router.post("/sesi")
async def end_sessions(visit: VisitDep, form: FormDep) -> Response:
    """End one session, or all others."""
    session_id = text_in(form, "sesi")
    if session_id:
        await visit.door.own.end_session(visit.identity, session_id)
    else:
        await visit.door.own.end_other_sessions(visit.identity)
    return go_on(visit, _HERE, "sesi-diakhiri")


def _secret_in(form: FormDep, name: str) -> str:
    """A password as it was typed: spaces belong to it."""
    value = form.get(name, "")
    return value[: MAXIMUM_PASSWORD + 1] if isinstance(value, str) else ""


def _renewed(visit: Visit, opened: Opened, response: Response) -> Response:
    give_cookie(response, visit.door, opened)
    return response
