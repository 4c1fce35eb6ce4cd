"""A village's list as it is written: lines of a table, pasted or from a file. Pure."""

import csv
import io
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from gateway.bodies_desk import MOST_ROWS, ListedRow
from jamila_contracts.catalogue import load_catalogue, words_of

COLUMNS: Final = ("baris", "layanan", "nama", "telepon", "isian")
"""What each line says; of ``isian`` there may be several, each ``pertanyaan=jawaban``."""
SHAPE: Final = "Tulis nomor baris, layanan, dan nama; isian berbentuk pertanyaan=jawaban."
_SEPARATORS: Final = ("\t", ";", ",")
_HEADS: Final = frozenset({"baris", "no", "nomor"})


@dataclass(frozen=True)
class Row:
    """One family, as the village wrote it."""

    row: str
    service: str
    name: str
    phone: str
    facts: str
    errors: tuple[str, ...] = ()
    receipt_code: str | None = None

    @property
    def service_id(self) -> str:
        """The service that is meant: its code, its name, or what residents call it."""
        catalogue = load_catalogue()
        plain = words_of(self.service)
        for each in catalogue.services:
            if plain in (each.id, words_of(each.label)):
                return each.id
        found = catalogue.service_in(self.service)
        return found.id if found else self.service.strip().lower() or "-"

    def body(self) -> dict[str, Any]:
        """As the command has it."""
        return {
            "row": self.row,
            "service_id": self.service_id,
            "applicant": {"name": self.name, "phone": self.phone or None},
            "facts": _facts(self.facts),
        }

    def with_outcome(self, outcome: dict[str, Any] | None) -> "Row":
        """The row, and what became of it."""
        if outcome is None:
            return self
        return replace(
            self,
            errors=tuple(outcome.get("errors") or ()),
            receipt_code=outcome.get("receipt_code"),
        )


def read_rows(text: str) -> tuple[Row, ...]:
    """The lines of a list; a line with the names of the columns is passed over."""
    lines = [each for each in text.lstrip("\ufeff").splitlines() if each.strip()]
    if not lines:
        return ()
    separator = max(_SEPARATORS, key=lambda each: (lines[0].count(each), each == "\t"))
    try:
        cells = [
            [cell.strip() for cell in each]
            for each in csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
        ]
    except csv.Error:
        # A quotation mark without its end makes one cell of everything.
        return (Row("1", "", "", "", "", errors=(SHAPE,)),)
    if cells[0][0].lower().strip(". ") in _HEADS:
        cells = cells[1:]
    return tuple(_row(each, number) for number, each in enumerate(cells[:MOST_ROWS], start=1))


def _row(cells: list[str], number: int) -> Row:
    filled = [*cells, "", "", "", ""]
    facts = "; ".join(each for each in cells[4:] if each)
    row = Row((filled[0] or str(number)).lower(), filled[1], filled[2], filled[3], facts)
    try:
        ListedRow.model_validate(row.body())
    except ValidationError:
        return replace(row, errors=(SHAPE,))
    return row


def _facts(text: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip().lower(): said.strip() for name, _, said in pairs if said.strip()}
