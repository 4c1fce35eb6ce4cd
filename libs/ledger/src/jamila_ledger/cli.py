"""``jamila ledger`` and ``jamila case``: look at the ledger itself, without any running service."""

import json
import os
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from jamila_contracts.sop import load_sop
from jamila_ledger import cli_tables as tables
from jamila_ledger.calendar import DEFAULT_CALENDAR, Calendar, load_calendar
from jamila_ledger.casefile import CaseFile
from jamila_ledger.casefold import advance, fold
from jamila_ledger.chain import Head, verify
from jamila_ledger.heads import FILE_NAME, HeadFile
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.sla import measure
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import LedgerStore
from jamila_ledger.trail import sentences
from jamila_runtime.clock import SystemClock
from jamila_runtime.errors import JamilaError

TAMPERED = 1
UNUSABLE = 2
_FILE = "ledger.db"
_UNREADABLE = "tidak ada buku besar yang terbaca di alamat itu"

ledger = typer.Typer(help="Buku besar: periksa rantai hash dan kepalanya.", no_args_is_help=True)
case = typer.Typer(help="Satu permohonan, dibaca dari buku besar saja.", no_args_is_help=True)

Url = Annotated[
    str | None,
    typer.Option("--url", help="Alamat basis data; bawaan: JAMILA_HOME/stores/ledger.db"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk program.")]
Expect = Annotated[
    str | None, typer.Option(help="Kepala yang disimpan di tempat lain: POSISI:HASH")
]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="Nomor permohonan (UUID)")]
CalendarId = Annotated[str, typer.Option("--calendar", help="Kalender jam kerja")]


@ledger.command("verify")
def verify_ledger(*, url: Url = None, expect: Expect = None, as_json: AsJson = False) -> None:
    """Buktikan bahwa buku besar utuh: 0 utuh, 1 diubah, 2 tidak dapat diperiksa."""
    store, address = _open(url)
    anchors = _anchors(address, expect)
    try:
        report = verify(store.scan(), anchors=anchors)
    except JamilaError as error:
        raise _unusable(_UNREADABLE) from error
    if as_json:
        _print_json(tables.report_data(report))
    else:
        tables.print_report(report)
    if not report.ok:
        raise typer.Exit(TAMPERED)


@ledger.command("head")
def head(*, url: Url = None, as_json: AsJson = False) -> None:
    """Tampilkan kepala buku besar, untuk disimpan di tempat lain."""
    store, _ = _open(url)
    last = store.head()
    if as_json:
        _print_json(tables.head_data(last))
    else:
        typer.echo(str(last))


@case.command("show")
def show(case_id: CaseId, *, url: Url = None, as_json: AsJson = False) -> None:
    """Tampilkan keadaan satu permohonan."""
    file = _file(case_id, url)
    if as_json:
        _print_json(file.model_dump(mode="json"))
    else:
        tables.print_case(file)


@case.command("trail")
def trail(case_id: CaseId, *, url: Url = None, as_json: AsJson = False) -> None:
    """Tampilkan jejak lengkap: siapa, apa, kapan, mengapa."""
    facts = _facts(case_id, url)
    lines = sentences(facts)
    if as_json:
        _print_json([line.model_dump(mode="json") for line in lines])
    else:
        tables.print_trail(lines)


@case.command("sla")
def sla(
    case_id: CaseId,
    *,
    url: Url = None,
    calendar: CalendarId = DEFAULT_CALENDAR,
    as_json: AsJson = False,
) -> None:
    """Tampilkan waktu tiap langkah dalam jam kerja."""
    file = _file(case_id, url)
    measured = measure(
        file,
        calendar=_calendar(calendar),
        sop=load_sop(file.sop_id),
        as_of=SystemClock().now(),
    )
    if as_json:
        _print_json(measured.model_dump(mode="json"))
    else:
        tables.print_sla(measured)


def _open(url: str | None) -> tuple[LedgerStore, str]:
    address = url or _default_url()
    try:
        return SqlLedgerStore.open_existing(address), address
    except JamilaError as error:
        raise _unusable(_UNREADABLE) from error


def _default_url() -> str:
    home = os.environ.get("JAMILA_HOME")
    if not home:
        raise _unusable("JAMILA_HOME belum diisi dan --url tidak diberikan")
    return f"sqlite:///{Path(home) / 'stores' / _FILE}"


def _anchors(address: str, expect: str | None) -> dict[int, bytes]:
    anchors: dict[int, bytes] = {}
    try:
        if address.startswith("sqlite:///"):
            beside = Path(address.removeprefix("sqlite:///")).with_name(FILE_NAME)
            anchors |= HeadFile(beside).anchors()
        if expect:
            kept = Head.parse(expect)
            anchors[kept.position] = kept.hash
    except (ValueError, KeyError, OSError) as error:
        raise _unusable("kepala yang disimpan tidak terbaca; bentuknya POSISI:HASH") from error
    return anchors


def _facts(case_id: str, url: str | None) -> list[Recorded]:
    try:
        identity = UUID(case_id)
    except ValueError as error:
        raise _unusable(f"{case_id} bukan nomor permohonan") from error
    store, _ = _open(url)
    facts = recorded(store.read_case(identity))
    if not facts:
        raise _unusable(f"buku besar tidak mengenal permohonan {case_id}")
    return facts


def _file(case_id: str, url: str | None) -> CaseFile:
    *before, last = _facts(case_id, url)
    return advance(fold(before), last)


def _calendar(calendar_id: str) -> Calendar:
    try:
        return load_calendar(calendar_id)
    except FileNotFoundError as error:
        raise _unusable(f"tidak ada kalender {calendar_id}") from error


def _unusable(detail: str) -> typer.Exit:
    typer.echo(f"Tidak dapat diperiksa: {detail}", err=True)
    return typer.Exit(UNUSABLE)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
