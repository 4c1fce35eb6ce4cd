"""The page all six kutipan akta share: bilingual, A4 portrait, rows that shrink until they fit.

Source of the elements: domain rules 2.4; the exact wording is the office's to confirm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jamila_contracts.office_time import long_date
from jamila_pdf.errors import TooMuchTextError
from jamila_pdf.fitting import Fitted, Room, fit, wrap
from jamila_pdf.sheet import A4, LEADING, SOFT, Align, Sheet, Style
from jamila_pdf.typefaces import Face
from jamila_pdf.words import english_date, spell, spelled_day_and_month
from siak_adapter.documents import Citizenship, DocumentKind, signature_box
from siak_adapter.documents.certificates import CertificateData
from siak_adapter.pdf.parts import EMPTY, Job, Seal, draw_footer, draw_seal, issued_at

MARGIN: Final = 52
LABEL_X: Final = 66
_VALUE_X: Final = 268
VALUE_END: Final = 533
_FOOTER_Y: Final = 62
_LOWEST: Final = 204
"""Rows end above the title of the signer."""
_SCALES: Final = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52)
_ROW: Final = 27
_ENGLISH_BELOW: Final = 10
_BELOW: Final = 17
_BELOW_ENGLISH: Final = 27
"""From the last line of a value to the next row."""
_LABEL_SIZE: Final = 10.5
_ENGLISH_SIZE: Final = 8.5
_VALUE_SIZE: Final = 11.5
_NAME_SIZE: Final = 16
_NOTE_SIZE: Final = 8.5
_NATIONALITY: Final = {
    Citizenship.INDONESIAN: ("WARGA NEGARA INDONESIA", "INDONESIAN CITIZEN"),
    Citizenship.FOREIGN: ("WARGA NEGARA ASING", "FOREIGN CITIZEN"),
}
_SEAL: Final = Seal(signature_box(DocumentKind.BIRTH_CERTIFICATE), qr=(477, 99, 66), size=8.6)


@dataclass(frozen=True, slots=True)
class Row:
    """Indonesian label over English label, and the value; ``value_english`` goes under it."""

    label: str
    english: str
    value: str
    value_english: str = ""

    def height(self, scale: float) -> float:
        """Points the row takes."""
        fitted = self._fitted(scale)
        more = fitted.size * LEADING * (len(fitted.lines) - 1)
        return max(_ROW * scale, more + (_BELOW_ENGLISH if self.value_english else _BELOW) * scale)

    def draw(self, sheet: Sheet, y: float, scale: float) -> None:
        """Draw with the first baseline at y."""
        with sheet.tag("P"):
            _draw_label(sheet, self.label, self.english, y=y, scale=scale)
            style = Style(Face.SERIF_BOLD, _VALUE_SIZE)
            sheet.text(":", _VALUE_X - 8, y=y, style=Style(Face.SERIF, _LABEL_SIZE * scale))
            below = sheet.lines(self._fitted(scale), _VALUE_X, y=y, style=style)
            if self.value_english:
                english = Style(Face.SERIF_ITALIC, _ENGLISH_SIZE * scale, SOFT)
                gap = (_VALUE_SIZE * LEADING - _ENGLISH_BELOW) * scale
                sheet.text(self.value_english, _VALUE_X, y=below + gap, style=english)

    def _fitted(self, scale: float) -> Fitted:
        room = Room(VALUE_END - _VALUE_X, 3, size=_VALUE_SIZE * scale, min_size=5 * scale)
        return fit(self.value, Face.SERIF_BOLD, room=room)


@dataclass(frozen=True, slots=True)
class BigName:
    """A name in the middle of the page, on a rule, under what it is the name of."""

    label: str
    english: str
    name: str

    def height(self, scale: float) -> float:
        """Points the name takes."""
        fitted = self._fitted(scale)
        return (47 + fitted.size / scale * LEADING * (len(fitted.lines) - 1) + 9) * scale

    def draw(self, sheet: Sheet, y: float, scale: float) -> None:
        """Draw with the first baseline at y."""
        with sheet.tag("P"):
            _draw_label(sheet, self.label, self.english, y=y, scale=scale)
            middle = (LABEL_X + VALUE_END) / 2
            fitted = self._fitted(scale)
            style = Style(Face.SERIF_BOLD, fitted.size, align=Align.CENTRE)
            below = sheet.lines(fitted, middle, y=y - 27 * scale, style=style)
        rule = below + fitted.size * LEADING - 5 * scale
        sheet.rule(LABEL_X, VALUE_END, y=rule, width=0.4)

    def _fitted(self, scale: float) -> Fitted:
        room = Room(VALUE_END - LABEL_X, 2, size=_NAME_SIZE * scale, min_size=7 * scale)
        return fit(self.name.upper(), Face.SERIF_BOLD, room=room)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of its own over its translation."""

    text: str
    english: str

    def height(self, scale: float) -> float:
        """Points the phrase takes."""
        return _ROW * scale

    def draw(self, sheet: Sheet, y: float, scale: float) -> None:
        """Draw with the first baseline at y."""
        with sheet.tag("P"):
            _draw_label(sheet, self.text, self.english, y=y, scale=scale)


@dataclass(frozen=True, slots=True)
class Notes:
    """The catatan pinggir: what changed later."""

    texts: tuple[str, ...]

    def height(self, scale: float) -> float:
        """Points the notes take."""
        return (len(self._lines(scale)) * _NOTE_SIZE * LEADING + 24) * scale

    def draw(self, sheet: Sheet, y: float, scale: float) -> None:
        """Draw with the first baseline at y."""
        with sheet.tag("Note"):
            _draw_label(sheet, "Catatan pinggir", "Marginal notes", y=y, scale=scale)
            style = Style(Face.SERIF, _NOTE_SIZE * scale)
            y -= 22 * scale
            for line in self._lines(scale):
                sheet.text(line, LABEL_X, y=y, style=style)
                y -= _NOTE_SIZE * LEADING * scale

    def _lines(self, scale: float) -> list[str]:
        width = VALUE_END - LABEL_X
        return [
            line
            for text in self.texts
            for line in wrap(text, Face.SERIF, size=_NOTE_SIZE * scale, width=width)
        ]


Block = Row | BigName | Phrase | Notes


@dataclass(frozen=True, slots=True)
class Heading:
    """What a kind of certificate is called, and the NIK in its upper left corner."""

    title: str
    english: str
    niks: tuple[tuple[str, str | None], ...]
    """Label and number, e.g. ``("NIK", …)``."""


def draw_page(
    sheet: Sheet, job: Job, data: CertificateData, *, heading: Heading, blocks: Sequence[Block]
) -> None:
    """Draw one page of a certificate, without ending it.

    Raises:
        TooMuchTextError: The blocks do not fit the page even at their smallest size.
    """
    if job.draft:
        sheet.watermark()
    for inset, width in ((30, 1.6), (34, 0.5)):
        sheet.frame((inset, inset, sheet.width - inset, sheet.height - inset), width=width)
    y = _draw_heading(sheet, job, data, heading=heading)
    scale = _scale_for(blocks, y - _LOWEST)
    for block in blocks:
        block.draw(sheet, y, scale)
        y -= block.height(scale)
    draw_seal(sheet, job, _SEAL)
    draw_footer(sheet, job, margin=MARGIN, y=_FOOTER_Y)


def draw_one_page(
    job: Job, data: CertificateData, *, heading: Heading, blocks: Sequence[Block]
) -> bytes:
    """Draw a certificate of one page."""
    sheet = job.sheet(heading.title.title(), A4)
    draw_page(sheet, job, data, heading=heading, blocks=blocks)
    sheet.end_page()
    return sheet.finish()


def number_rows(name: str, english: str, data: CertificateData) -> Iterator[Block]:
    """The rows that say which register this is an excerpt of."""
    yield Row(
        f"Berdasarkan Akta {name} Nomor",
        f"By virtue of {english} Number",
        data.certificate_number,
    )
    if data.state_gazette:
        yield Row("menurut Stbld.", "in accordance with State Gazette", data.state_gazette)


def day_rows(
    day: date, *, label: str = "pada tanggal", english: str = "on date"
) -> Iterator[Block]:
    """A day in words, as registers write it."""
    yield Row(label, english, spelled_day_and_month(day))
    yield Row("tahun", "year", f"{spell(day.year)} ({long_date(day)})", english_date(day))


def closing_rows(data: CertificateData, job: Job) -> Iterator[Block]:
    """Where and when it was registered and issued, and what was noted later."""
    registered = f"{data.registered_place.upper()}, {long_date(data.registered_date)}"
    yield Row("Didaftarkan di, pada", "Registered in, on", registered)
    excerpt = "Kutipan ini dikeluarkan di, pada"
    issued = issued_at(job.issue)
    yield Row(excerpt, "This excerpt is issued in, on", issued)
    if data.marginal_notes:
        yield Notes(
            tuple(f"{long_date(note.noted_date)}: {note.text}" for note in data.marginal_notes)
        )


def place_and_day(place: str, day: date) -> str:
    """``PARINGIN, 2 Januari 1990``."""
    return f"{place.upper()}, {long_date(day)}"


def upper(value: str | None) -> str:
    """A value in capitals, or the dash that says that there is none."""
    return (value or EMPTY).upper()


def _scale_for(blocks: Sequence[Block], room: float) -> float:
    for scale in _SCALES:
        if sum(block.height(scale) for block in blocks) <= room:
            return scale
    raise TooMuchTextError(sum(len(str(block)) for block in blocks))


def _draw_label(sheet: Sheet, label: str, english: str, *, y: float, scale: float) -> None:
    sheet.text(label, LABEL_X, y=y, style=Style(Face.SERIF, _LABEL_SIZE * scale))
    style = Style(Face.SERIF_ITALIC, _ENGLISH_SIZE * scale, SOFT)
    sheet.text(english, LABEL_X, y=y - _ENGLISH_BELOW * scale, style=style)


def _draw_heading(sheet: Sheet, job: Job, data: CertificateData, *, heading: Heading) -> float:
    middle = sheet.width / 2
    with sheet.tag("P"):
        for index, (label, nik) in enumerate(heading.niks):
            text = f"{label} : {nik or EMPTY}"
            y = sheet.height - 56 - index * 12
            sheet.text(text, MARGIN, y=y, style=Style(Face.SANS_BOLD, 9))
    with sheet.tag("P"):
        office = Style(Face.SANS, 7.5, SOFT, Align.RIGHT)
        for index, line in enumerate((job.issue.office_name, job.issue.kabupaten)):
            y = sheet.height - 52 - index * 9
            sheet.text(line.upper(), sheet.width - MARGIN, y=y, style=office)
    nationality, nationality_english = _NATIONALITY[data.nationality]
    y = sheet.height - 96
    for text, face, size, gap in (
        ("REPUBLIK INDONESIA", Face.SERIF_BOLD, 15, 22),
        ("PENCATATAN SIPIL", Face.SERIF_BOLD, 12.5, 11),
        ("REGISTRY OFFICE", Face.SERIF_ITALIC, 9, 19),
        (nationality, Face.SERIF_BOLD, 12.5, 11),
        (nationality_english, Face.SERIF_ITALIC, 9, 25),
        (heading.title, Face.SERIF_BOLD, 17, 13),
        (heading.english, Face.SERIF_ITALIC, 10, 10),
    ):
        with sheet.tag("H1" if text == heading.title else "P"):
            sheet.text(text, middle, y=y, style=Style(face, size, align=Align.CENTRE))
        y -= gap
    sheet.rule(middle - 150, middle + 150, y=y, width=0.8)
    return y - 24
