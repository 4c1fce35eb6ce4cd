"""``jamila sla`` and ``jamila doctor``: reports from the ledger, and a proof that alarms ring.

Exit codes of ``sla``: 0 done, 2 cannot be worked out. Of ``doctor``: 0 all is well, 1 something is
not, 2 nothing could be examined.
"""

import asyncio
import io
import json
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.console import Console

from jamila_contracts.sop import Sop, load_sop
from jamila_ledger.calendar import DEFAULT_CALENDAR, Calendar, CalendarRangeError
from jamila_ledger.checkpoints import FILE_NAME, CheckpointFile, CheckpointsUnusableError
from jamila_ledger.cli_calendar import CalendarId, calendar_named
from jamila_ledger.cli_open import (
    UNREADABLE,
    AsJson,
    Url,
    folder_beside,
    opened_ledger,
    print_json,
    unusable,
)
from jamila_ledger.report import text
from jamila_ledger.report.build import Anchor, Frame, SlaReport, build_report
from jamila_ledger.report.history import History
from jamila_ledger.report.what_if import compare
from jamila_ledger.terminal import WIDTH
from jamila_runtime.clock import SystemClock
from jamila_runtime.errors import JamilaError

_UNWELL: Final = 1

sla = typer.Typer(help="Waktu layanan seluruh kantor, dari buku besar saja.", no_args_is_help=True)


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PDF = "pdf"


From = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="Hari pertama; bawaan: awal bulan ini"),
]
To = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="Hari terakhir; bawaan: hari ini"),
]
Out = Annotated[Path | None, typer.Option("--out", help="Tulis ke berkas ini")]


@sla.command("report")
def report(  # noqa: PLR0913 - one parameter per option typer reads
    *,
    first: From = None,
    last: To = None,
    form: Annotated[Format, typer.Option("--format", help="Bentuk laporan")] = Format.TABLE,
    out: Out = None,
    calendar: CalendarId = DEFAULT_CALENDAR,
    url: Url = None,
) -> None:
    """Susun laporan SLA: per kantor, layanan, langkah, dan petugas."""
    if form is Format.PDF and out is None:
        raise unusable("laporan PDF perlu --out")
    found = _report(_history(url), _frame(first, last, calendar_named(calendar)))
    _write(found.model_copy(update={"checkpoint": _anchor(url)}), form, out)


@sla.command("what-if")
def what_if(  # noqa: PLR0913 - one parameter per option typer reads
    *,
    sop: Annotated[Path | None, typer.Option("--sop", help="SOP lain, berkas JSON")] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", help="Kalender lain: nama, atau berkas .json")
    ] = None,
    first: From = None,
    last: To = None,
    as_json: AsJson = False,
    url: Url = None,
) -> None:
    """Hitung ulang riwayat dengan SOP atau kalender lain, lalu tunjukkan bedanya."""
    if sop is None and calendar is None:
        raise unusable("sebutkan --sop, --calendar, atau keduanya")
    other = _sop(sop) if sop else None
    history, today = _history(url), _frame(first, last, calendar_named(DEFAULT_CALENDAR))
    rules = replace(
        today,
        calendar=calendar_named(calendar or DEFAULT_CALENDAR),
        sop_of=(lambda _: other) if other else load_sop,
    )
    before, after = _report(history, today), _report(history, rules)
    found = compare(before, after)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        text.print_difference(found, Console(width=WIDTH))


def doctor(*, as_json: AsJson = False) -> None:
    """Buktikan bahwa pelanggaran SLA akan ketahuan, dan periksa apa yang tertahan."""
    # Imported here: only the doctor talks to NATS.
    from jamila_ledger.settings import LedgerSettings  # noqa: PLC0415
    from jamila_ledger.timers_doctor import UnreachableError, examine  # noqa: PLC0415

    try:
        findings = asyncio.run(examine(LedgerSettings()))
    except ValidationError as error:
        raise unusable("JAMILA_HOME dan JAMILA_MASTER_KEY_FILE belum diisi") from error
    except UnreachableError as error:
        raise unusable("NATS tidak menjawab; apakah sistem berjalan?") from error
    if as_json:
        print_json([each.as_data() for each in findings])
    else:
        for each in findings:
            typer.echo(f"{'baik ' if each.ok else 'BURUK'}  {each.name}: {each.detail}")
    if not all(each.ok for each in findings):
        raise typer.Exit(_UNWELL)


def _report(history: History, frame: Frame) -> SlaReport:
    try:
        return build_report(history.samples(frame), frame)
    except CalendarRangeError as error:
        name = frame.calendar.id
        raise unusable(f"kalender {name} tidak mencakup seluruh riwayat") from error
    except FileNotFoundError as error:
        raise unusable("ada permohonan dengan SOP yang tidak dikenal") from error


def _frame(first: datetime | None, last: datetime | None, calendar: Calendar) -> Frame:
    now = SystemClock().now()
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    until = last.date() if last else today
    since = first.date() if first else until.replace(day=1)
    if since > until:
        raise unusable(f"--from {since} sesudah --to {until}")
    return Frame(since, until, now, calendar)


def _write(found: SlaReport, form: Format, out: Path | None) -> None:
    content = _rendered(found, form)
    if out is None:
        typer.echo(content.decode(), nl=False)
    else:
        _save(out, content)


def _rendered(found: SlaReport, form: Format) -> bytes:
    match form:
        case Format.CSV:
            return text.as_csv(found).encode()
        case Format.JSON:
            whole = found.model_dump(mode="json")
            return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
        case Format.PDF:
            # Imported here: reportlab is slow to load and most reports are tables.
            from jamila_ledger.report.pdf import render_pdf  # noqa: PLC0415

            return render_pdf(found)
        case Format.TABLE:
            console = Console(file=io.StringIO(), width=WIDTH)
            with console.capture() as printed:
                text.print_report(found, console)
            return printed.get().encode()


def _save(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise unusable(f"{out} tidak dapat ditulis") from error
    typer.echo(f"Ditulis: {out}")


def _history(url: str | None) -> History:
    with opened_ledger(url) as (store, _):
        try:
            return History.read(store.scan())
        except JamilaError as error:
            raise unusable(UNREADABLE) from error


def _anchor(url: str | None) -> Anchor | None:
    """The newest checkpoint beside the ledger; the report carries it out of this machine."""
    with opened_ledger(url) as (_, address):
        folder = folder_beside(address)
    try:
        last = CheckpointFile(folder / FILE_NAME).last() if folder else None
    except CheckpointsUnusableError as error:
        raise unusable("titik periksa rusak; jalankan: jamila ledger verify") from error
    return Anchor.model_validate({**asdict(last), "head": last.hash}) if last else None


def _sop(path: Path) -> Sop:
    try:
        return Sop.model_validate_json(path.read_bytes())
    except OSError as error:
        raise unusable(f"tidak ada SOP {path}") from error
    except ValidationError as error:
        places = ", ".join(".".join(map(str, each["loc"])) or "berkas" for each in error.errors())
        raise unusable(f"{path} bukan SOP yang benar: {places}") from error
