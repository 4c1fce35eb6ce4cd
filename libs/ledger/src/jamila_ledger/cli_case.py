"""``jamila case``: one case as the ledger tells it, at any position or time, without any service.

A pure fold over the entries; nothing that is sealed is opened. ``forget`` alone asks the running
system (module ``cli_forget``).
"""

from datetime import datetime
from typing import Annotated

import typer

from jamila_contracts import events as e
from jamila_contracts.sop import load_sop
from jamila_ledger import cli_tables as tables
from jamila_ledger.calendar import DEFAULT_CALENDAR
from jamila_ledger.casefold import file_of
from jamila_ledger.cli_calendar import CalendarId, calendar_named
from jamila_ledger.cli_forget import forget
from jamila_ledger.cli_open import (
    AsJson,
    CaseRef,
    Url,
    find_case,
    opened_ledger,
    print_json,
    unusable,
)
from jamila_ledger.cli_trail import print_reads, print_trail
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.sla import measure
from jamila_ledger.trail import WITA, sentences
from jamila_runtime.clock import SystemClock

case = typer.Typer(help="Satu permohonan, dibaca dari buku besar saja.", no_args_is_help=True)
case.command("forget")(forget)

_NAMES_SENDER = (e.PermohonanDiajukan, e.PemohonMenulis)
"""Facts that name the contact; of two that turned out to be one person, each its own."""

Position = Annotated[
    int | None, typer.Option("--position", min=1, help="Sampai posisi buku besar ini")
]
Time = Annotated[
    str | None,
    typer.Option(
        "--time",
        help="Seperti tercatat pada saat ini, mis. 2026-11-24T10:30 (WITA bila tanpa zona)",
    ),
]


@case.command("show")
def show(
    case_ref: CaseRef,
    *,
    position: Position = None,
    time: Time = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Tampilkan keadaan satu permohonan, kini atau pada suatu posisi atau waktu."""
    facts = _facts(case_ref, url, position=position, time=time)
    file = file_of(facts)
    if as_json:
        print_json(file.model_dump(mode="json"))
    else:
        tables.print_case(file)


@case.command("at")
def at(
    case_ref: CaseRef,
    *,
    position: Position = None,
    time: Time = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Keadaan pada suatu posisi atau waktu, beserta peristiwa yang membawanya ke sana."""
    if (position is None) == (time is None):
        raise unusable("sebutkan --position atau --time, salah satu saja")
    facts = _facts(case_ref, url, position=position, time=time)
    file, lines = file_of(facts), sentences(facts)
    if as_json:
        last = lines[-1].model_dump(mode="json")
        print_json({"case": file.model_dump(mode="json"), "last": last})
    else:
        tables.print_case(file)
        print_trail(lines[-1:], title="Peristiwa terakhir sampai saat itu")


@case.command("timeline")
@case.command("trail", hidden=True)
def timeline(
    case_ref: CaseRef,
    *,
    position: Position = None,
    time: Time = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Tampilkan jejak lengkap: siapa, apa, kapan, mengapa."""
    lines = sentences(_facts(case_ref, url, position=position, time=time))
    if as_json:
        print_json([line.model_dump(mode="json") for line in lines])
    else:
        print_trail(lines)


@case.command("reads")
def reads(case_ref: CaseRef, *, url: Url = None, as_json: AsJson = False) -> None:
    """Siapa melihat data pribadi apa, kapan dan mengapa (UU 27/2022 Pasal 32)."""
    facts = _reads(case_ref, url)
    lines = sentences(facts)
    if as_json:
        whole = zip(facts, lines, strict=True)
        print_json([_read_data(fact) | {"sentence": line.sentence} for fact, line in whole])
    else:
        print_reads(facts)


@case.command("sla")
def sla(
    case_ref: CaseRef,
    *,
    url: Url = None,
    calendar: CalendarId = DEFAULT_CALENDAR,
    as_json: AsJson = False,
) -> None:
    """Tampilkan waktu tiap langkah dalam jam kerja."""
    file = file_of(_facts(case_ref, url))
    measured = measure(
        file,
        calendar=calendar_named(calendar),
        sop=load_sop(file.sop_id),
        as_of=SystemClock().now(),
    )
    if as_json:
        print_json(measured.model_dump(mode="json"))
    else:
        tables.print_sla(measured)


def _facts(
    case_ref: str, url: str | None, *, position: int | None = None, time: str | None = None
) -> list[Recorded]:
    """The facts of a case that were recorded by a position and a time."""
    moment = _moment(time) if time else None
    with opened_ledger(url) as (store, _):
        identity = find_case(store, case_ref)
        facts = recorded(store.read_case(identity, until=position))
    if not facts and position is None:
        raise unusable(f"buku besar tidak mengenal permohonan {case_ref}")
    known = [each for each in facts if moment is None or each.recorded_at <= moment]
    if not known:
        raise unusable(f"permohonan {case_ref} belum tercatat pada saat itu")
    return known


def _reads(case_ref: str, url: str | None) -> list[Recorded]:
    """Every read of a case, and of the chat of whoever sent it, which stands under his contact."""
    facts = _facts(case_ref, url)
    senders = {each.event.contact_id for each in facts if isinstance(each.event, _NAMES_SENDER)}
    with opened_ledger(url) as (store, _):
        for sender in senders:
            facts += recorded(store.read_case(sender))
    read = [each for each in facts if isinstance(each.event, e.DataPribadiDibaca)]
    return sorted(read, key=lambda each: each.position)


def _read_data(fact: Recorded) -> dict[str, object]:
    event, actor = fact.event, fact.meta.actor
    fields = {} if event is None else event.model_dump(mode="json", exclude={"event_id"})
    return {**fields, **actor.model_dump(), "recorded_at": fact.recorded_at.isoformat()}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise unusable(f"{text} bukan waktu; contoh: 2026-11-24T10:30") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=WITA)
