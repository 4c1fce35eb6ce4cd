"""``/akun``: accounts of the office, for administrators."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.answers_accounts import AccountAnswer, AccountList, ChangePage
from gateway.capabilities import known_capabilities
from gateway.console.blanks import address, without_blanks
from gateway.console.doing import go_on, number_in, text_in, texts_in, wish
from gateway.console.once import shown_once
from gateway.console.pages import Visit, page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.paging import MalformedRequestError
from gateway.routes import accounts
from jamila_contracts.office_time import OFFICE_ZONE

router = APIRouter(prefix="/akun", include_in_schema=False, dependencies=[Depends(visiting)])

_HERE: Final = "/akun"


@router.get("")
async def every(
    visit: VisitDep, found: Annotated[AccountList, Depends(accounts.accounts)]
) -> Response:
    """All accounts, and a form for a new one."""
    return page(visit, "akun", found=found, **_choices(visit))


@router.post("")
async def create(visit: VisitDep, form: FormDep) -> Response:
    """Make an account; its password is shown this once."""
    body = wish(
        accounts.NewAccount,
        account=text_in(form, "akun"),
        display_name=text_in(form, "sebutan"),
        grants=[{"capability": each} for each in texts_in(form, "kewenangan")],
    )
    given = await accounts.create(body, visit.identity, visit.door)
    return shown_once(visit, "sandi", account=given.account, password=given.password, is_new=True)


@router.get("/riwayat", dependencies=[Depends(without_blanks)])
async def changes(
    visit: VisitDep, found: Annotated[ChangePage, Depends(accounts.changes)]
) -> Response:
    """Who changed what about whose account."""
    asked = visit.request.query_params
    further = found.next_cursor and address(f"{_HERE}/riwayat", asked, cursor=found.next_cursor)
    return page(visit, "akun_riwayat", found=found, further=further, about=asked.get("account"))


@router.get("/{account}")  # noqa: FAST003 - the API's function reads it
async def one(
    visit: VisitDep, found: Annotated[AccountAnswer, Depends(accounts.account)]
) -> Response:
    """One account: what it may do, and help for who cannot log in."""
    history = await accounts.changes(visit.identity, visit.door, found.account, None, 20)
    every_one = await accounts.accounts(visit.identity, visit.door)
    shown: dict[str, Any] = {
        "account": found,
        "history": history.changes,
        "others": [each for each in every_one.accounts if each.account != found.account],
        "is_own": found.account == visit.account,
    }
    return page(visit, "akun_satu", **shown, **_choices(visit))


@router.post("/{account}/kewenangan")
async def give(account: accounts.Name, visit: VisitDep, form: FormDep) -> Response:
    """Give a capability, its own or as Plh or Plt."""
    stand_in = text_in(form, "cara") or None
    body = wish(
        accounts.NewGrant,
        capability=text_in(form, "kewenangan"),
        stand_in=stand_in,
        on_behalf_of=(text_in(form, "untuk") or None) if stand_in else None,
        valid_from=_day_in(form, "mulai"),
        valid_until=_day_in(form, "sampai", days=1),
        letter=text_in(form, "surat") or None,
    )
    await accounts.give(account, body, visit.identity, visit.door)
    return _back(visit, account, "kewenangan-diberi")


@router.post("/{account}/cabut")
async def take(account: accounts.Name, visit: VisitDep, form: FormDep) -> Response:
    """Take a capability away."""
    grant_id = number_in(form, "kewenangan")
    await accounts.take(account, grant_id, visit.identity, visit.door)
    return _back(visit, account, "kewenangan-dicabut")


@router.post("/{account}/sandi")
async def reset_password(account: accounts.Name, visit: VisitDep, _: FormDep) -> Response:
    """A password for the next log-in, shown this once."""
    given = await accounts.reset_password(account, visit.identity, visit.door)
    return shown_once(visit, "sandi", account=given.account, password=given.password, is_new=False)


@router.post("/{account}/autentikator")
async def reset_second_factor(account: accounts.Name, visit: VisitDep, _: FormDep) -> Response:
    """Take the second factor away, for a lost phone."""
    await accounts.reset_second_factor(account, visit.identity, visit.door)
    return _back(visit, account, "autentikator-dihapus")


@router.post("/{account}/tutup")
async def close(account: accounts.Name, visit: VisitDep, _: FormDep) -> Response:
    """Let it in no more."""
    await accounts.close(account, visit.identity, visit.door)
    return _back(visit, account, "akun-ditutup")


def _back(visit: Visit, account: str, done: str) -> Response:
    return go_on(visit, f"{_HERE}/{account}", done)


def _choices(visit: Visit) -> dict[str, Any]:
    is_proven = visit.identity.is_proven(visit.door.clock.now())
    return {"capabilities": sorted(known_capabilities()), "is_proven": is_proven}


def _day_in(form: FormDep, name: str, *, days: int = 0) -> datetime | None:
    """Midnight of a day at the office, or of a later one; None when nothing was chosen.

    Raises:
        MalformedRequestError: it is no day.
    """
    text = text_in(form, name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError) as error:
        raise MalformedRequestError(f"{name} is no day") from error
    return datetime.combine(day, time(), tzinfo=OFFICE_ZONE)
