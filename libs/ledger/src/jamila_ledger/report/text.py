"""A report as a table for people, or as CSV for a spreadsheet."""

import csv
import io
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.table import Column

from jamila_ledger.report.build import Row, SlaReport
from jamila_ledger.report.what_if import WhatIf
from jamila_ledger.terminal import number, plain_table
from jamila_ledger.trail import wita

TITLES: Final = {
    "kantor": "Seluruh permohonan",
    "layanan": "Per layanan",
    "langkah": "Per langkah",
    "petugas": "Per petugas",
}
NOTE: Final = (
    "Waktu dalam jam kerja, j:mm:dd; persentil teliti sampai 1 %. "
    "Benar I: benar pada percobaan pertama, tidak pernah dikembalikan ke langkah itu."
)
_HEADS: Final = (
    *("Jumlah", "Tepat\nBenar I", "p50\np90", "p95\np99"),
    *("Menunggu\nDikerjakan", "Jeda\nBatas"),
)
COLUMNS: Final = tuple(Row.model_fields)
"""Columns of the CSV; times in seconds, rates between 0 and 1."""
CHECKPOINT: Final = "titik-periksa"
"""Scope of the line of the CSV that names the newest signed checkpoint."""


def print_report(report: SlaReport, console: Console) -> None:
    """Print one table per scope."""
    console.print(f"Laporan SLA {report.first} sampai {report.last} ({report.calendar})")
    if not report.rows:
        console.print("Tidak ada permohonan atau langkah yang selesai pada rentang ini.")
    for scope, title in TITLES.items():
        rows = report.of(scope)
        if rows:
            table = plain_table(_label(), *map(number, _HEADS), title=title)
            for row in rows:
                table.add_row(*_stacked(row))
            console.print(table)
    if report.rows:
        console.print(NOTE)
    for line in anchor_lines(report):
        console.print(line, soft_wrap=True, highlight=False)


def anchor_lines(report: SlaReport) -> tuple[str, ...]:
    """What stands under a report, so that the ledger can be held against it one day."""
    anchor = report.checkpoint
    if anchor is None:
        return ("Titik periksa buku besar: belum ada yang ditandatangani.",)
    return (
        f"Titik periksa buku besar: {anchor.position}:{anchor.head}",
        f"Ditandatangani {wita(anchor.time)}, kunci {anchor.key_id}. Periksa kelak dengan:",
        f"jamila ledger verify --expect {anchor.position}:{anchor.head}",
    )


def cells(row: Row) -> tuple[str, ...]:
    """A row as people read it."""
    return (
        row.label,
        str(row.n),
        percent(row.on_time_rate),
        percent(row.first_time_right_rate),
        *(span(each) for each in (row.p50, row.p90, row.p95, row.p99)),
        *(span(each) for each in (row.waiting_mean, row.handling_mean, row.paused_mean)),
        span(row.budget),
    )


def _stacked(row: Row) -> tuple[str, ...]:
    """The same on two lines, for a narrow terminal."""
    label, amount, *rest = cells(row)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return (label, amount, *(f"{above}\n{below}" for above, below in pairs))


def print_difference(found: WhatIf, console: Console) -> None:
    """Print what would have been different."""
    before, after = found.before, found.after
    console.print(f"Kini:  {before.sop_id}, {before.calendar}")
    console.print(f"Andai: {after.sop_id}, {after.calendar}")
    heads = map(number, ("Jumlah", "Aturan", "Batas", "Tepat", "p95", "Beda"))
    table = plain_table(_label(), *heads, title="Andai aturannya lain")
    for each in found.differences:
        table.add_row(
            *(each.label, str(each.n), "kini\nandai"),
            f"{span(each.budget_before)}\n{span(each.budget_after)}",
            f"{percent(each.on_time_before)}\n{percent(each.on_time_after)}",
            f"{span(each.p95_before)}\n{span(each.p95_after)}",
            points(each.on_time_change),
        )
    console.print(table)


def as_csv(report: SlaReport) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in report.rows:
        writer.writerow(row.model_dump())
    if report.checkpoint is not None:
        anchor = report.checkpoint
        signed = f"{wita(anchor.time)}, kunci {anchor.key_id}, tanda tangan {anchor.signature}"
        place = f"{anchor.position}:{anchor.head}"
        writer.writerow({"scope": CHECKPOINT, "key": place, "label": signed})
    return text.getvalue()


def _label() -> Column:
    return Column("", min_width=24)


def percent(rate: float | None) -> str:
    """A rate as people read it."""
    return "-" if rate is None else f"{rate * 100:.1f} %".replace(".", ",")


def points(change: float | None) -> str:
    """A change of a rate as people read it."""
    return "-" if change is None else f"{change:+.1f} poin".replace(".", ",")


def span(seconds: float | None) -> str:
    """A stretch of time as people read it, to the second."""
    if seconds is None:
        return "-"
    whole = timedelta(seconds=round(seconds))
    hours, rest = divmod(int(whole.total_seconds()), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}"
