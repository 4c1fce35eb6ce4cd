"""Figures as a table for the spreadsheets of an Indonesian office: semicolons, decimal commas."""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from gateway.answers_office import Figure

_COLUMNS: Final = {
    "lingkup": "scope",
    "periode": "period",
    "mulai": "since",
    "kunci": "key",
    "langkah": "step",
    "selesai": "n",
    "tepat_waktu": "on_time_rate",
    "benar_pertama_kali": "first_time_right_rate",
    "menunggu_detik": "waiting",
    "dikerjakan_detik": "handling",
    "berhenti_detik": "paused",
    "p50_detik": "p50",
    "p90_detik": "p90",
    "p95_detik": "p95",
    "p99_detik": "p99",
}


def csv_of(figures: Iterable[Figure]) -> str:
    """One line per figure, with a heading; begins with a mark that says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for each in figures:
        writer.writerow([_cell(getattr(each, name)) for name in _COLUMNS.values()])
    return f"\ufeff{out.getvalue()}"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", ",")
    return "" if value is None else str(value)
