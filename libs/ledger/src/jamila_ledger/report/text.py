"""A report as a table for people, or as CSV for a spreadsheet."""

import csv
import io
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from jamila_ledger.report.build import Row, SlaReport
from jamila_ledger.report.what_if import WhatIf
from jamila_ledger.trail import wita

TITLES: Final = {
    "kantor": "Seluruh permohonan",
    "layanan": "Per layanan",
    "langkah": "Per langkah",
    "petugas": "Per petugas",
}
_HEADS: Final = (
    *("Jumlah", "Tepat waktu", "Benar I", "p50", "p90", "p95", "p99"),
    *("Menunggu", "Dikerjakan", "Jeda", "Batas"),
)
COLUMNS: Final = tuple(Row.model_fields)
"""Columns of the CSV; times in seconds, rates between 0 and 1."""


def print_report(report: SlaReport, console: Console) -> None:
    """Print one table per scope."""
    console.print(f"Laporan SLA {report.first} sampai {report.last} ({report.calendar})")
    if not report.rows:
        console.print("Tidak ada permohonan atau langkah yang selesai pada rentang ini.")
    for scope, title in TITLES.items():
        rows = report.of(scope)
        if rows:
            table = Table(_label(), *_HEADS, title=title)
            for row in rows:
                table.add_row(*cells(row))
            console.print(table)
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


def print_difference(found: WhatIf, console: Console) -> None:
    """Print what would have been different."""
    before, after = found.before, found.after
    console.print(f"Dahulu: {before.sop_id}, {before.calendar}")
    console.print(f"Andai:  {after.sop_id}, {after.calendar}")
    heads = (_label(), "Jumlah", "Batas", "Andai", "Tepat waktu", "Andai", "Beda", "p95", "Andai")
    table = Table(*heads, title="Andai aturannya lain")
    for each in found.differences:
        change = each.on_time_change
        table.add_row(
            *(each.label, str(each.n), span(each.budget_before), span(each.budget_after)),
            *(percent(each.on_time_before), percent(each.on_time_after)),
            "-" if change is None else f"{change:+.1f} poin",
            *(span(each.p95_before), span(each.p95_after)),
        )
    console.print(table)


def as_csv(report: SlaReport) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in report.rows:
        writer.writerow(row.model_dump())
    return text.getvalue()


def _label() -> Column:
    return Column("", no_wrap=True)


def percent(rate: float | None) -> str:
    """A rate as people read it."""
    return "-" if rate is None else f"{rate * 100:.1f} %".replace(".", ",")


def span(seconds: float | None) -> str:
    """A stretch of time as people read it, to the second."""
    if seconds is None:
        return "-"
    whole = timedelta(seconds=round(seconds))
    hours, rest = divmod(int(whole.total_seconds()), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}"
