"""Reads what a resident answers: tapped, or typed as people type.

Source of the NIK's shape: domain rules, section 2.2.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from jamila_contracts.catalogue.facts import Question
from jamila_contracts.catalogue.words import words_of
from jamila_contracts.model import Fact

Fault = Literal[
    "not-a-choice",
    "not-a-date",
    "in-the-future",
    "too-long-ago",
    "not-16-digits",
    "not-a-nik",
    "no-name",
    "name-with-digits",
    "too-long",
    "empty",
]
ANSWER_FAULTS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        "not-a-choice": "pilih salah satu jawaban yang ada",
        "not-a-date": "tulis tanggal, misalnya 17-08-2026",
        "in-the-future": "tanggal itu belum lewat",
        "too-long-ago": "tanggal itu terlalu lama",
        "not-16-digits": "harus 16 angka",
        "not-a-nik": "bukan NIK yang benar; periksa lagi angkanya",
        "no-name": "tulis nama lengkap",
        "name-with-digits": "nama tidak boleh berisi angka",
        "too-long": "terlalu panjang",
        "empty": "belum diisi",
    }
)
"""What staff read who wrote such an answer down for somebody."""
SKIPPED: Final = ""
"""Value of a question that was skipped."""
_SKIP_WORDS: Final = ("lewati", "lewat", "skip")
_NUMBER_LENGTH: Final = 16
_OLDEST_YEARS: Final = 130
_NAME_LENGTH: Final = 60
"""Letters and spaces together. Source: Permendagri 73/2022, article 4."""
_TEXT_LENGTH: Final = 200
_WOMEN_DAY: Final = 40
_LAST_DAY: Final = 31
_LAST_MONTH: Final = 12
_NAME: Final = re.compile(r"[^\W\d_]+(?:[ '.,\-]+[^\W\d_]+)*[.]?")
_DATE: Final = re.compile(r"(\d{1,2})[\s./\-]+(\d{1,2}|[a-z]+)[\s./\-]+(\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari"),
            ("feb", "februari", "pebruari"),
            ("mar", "maret"),
            ("apr", "april"),
            ("mei",),
            ("jun", "juni"),
            ("jul", "juli"),
            ("agu", "ags", "agt", "agustus"),
            ("sep", "sept", "september"),
            ("okt", "oktober"),
            ("nov", "november", "nopember"),
            ("des", "desember"),
        ),
        start=1,
    )
    for name in names
}


class Answer(Fact):
    """A value, or why there is none."""

    value: str | None = None
    fault: Fault | None = None


def read_answer(
    question: Question, text: str, *, today: date, only: Collection[str] = ()
) -> Answer:
    """What an answer means for a question.

    Args:
        question: What was asked.
        text: What was typed, or the value of what was tapped.
        today: Date at the office; a date of an event does not lie after it.
        only: Of a choice: the answers that were offered; empty: all.
    """
    plain = words_of(text)
    if question.optional and plain in _SKIP_WORDS:
        return Answer(value=SKIPPED)
    if question.options:
        return _choice(question, plain, only)
    match question.kind:
        case "date":
            return _date(plain, today)
        case "nik" | "no-kk":
            return _number(text, is_nik=question.kind == "nik")
        case "name":
            return _name(text)
        case _:
            return _text(text)


def _choice(question: Question, plain: str, only: Collection[str]) -> Answer:
    options = [each for each in question.options if not only or each.value in only]
    if plain.isdecimal() and 1 <= int(plain) <= len(options):
        return Answer(value=options[int(plain) - 1].value)
    for each in options:
        if plain in (each.value, words_of(each.label), *each.keywords):
            return Answer(value=each.value)
    first = plain.partition(" ")[0]
    by_first_word = [each for each in options if first in each.keywords]
    if len(by_first_word) == 1:
        return Answer(value=by_first_word[0].value)
    return Answer(fault="not-a-choice")


def _date(plain: str, today: date) -> Answer:
    found = _date_in(plain)
    if found is None:
        return Answer(fault="not-a-date")
    if found > today:
        return Answer(fault="in-the-future")
    if today.year - found.year > _OLDEST_YEARS:
        return Answer(fault="too-long-ago")
    return Answer(value=found.isoformat())


def _date_in(plain: str) -> date | None:
    iso, usual = _ISO.search(plain), _DATE.search(plain)
    try:
        if iso:
            return date(*map(int, iso.groups()))
        if usual:
            day, month, year = usual.groups()
            number = int(month) if month.isdecimal() else _MONTHS.get(month, 0)
            return date(int(year), number, int(day))
    except ValueError:
        return None
    return None


def _number(text: str, *, is_nik: bool) -> Answer:
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(rf"[0-9]{{{_NUMBER_LENGTH}}}", digits):
        return Answer(fault="not-16-digits")
    if is_nik and not is_nik_shaped(digits):
        return Answer(fault="not-a-nik")
    return Answer(value=digits)


def is_nik_shaped(digits: str) -> bool:
    """Region, birth date (women: day plus 40), serial; the region may be any."""
    day, month, serial = int(digits[6:8]), int(digits[8:10]), digits[12:]
    day -= _WOMEN_DAY if day > _WOMEN_DAY else 0
    return 1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH and serial != "0000"


def _name(text: str) -> Answer:
    name = " ".join(text.split())
    if any(each.isdigit() for each in name):
        return Answer(fault="name-with-digits")
    if len(name) > _NAME_LENGTH:
        return Answer(fault="too-long")
    if not _NAME.fullmatch(name):
        return Answer(fault="no-name")
    return Answer(value=name.upper())


def _text(text: str) -> Answer:
    plain = " ".join(text.split())
    if not plain:
        return Answer(fault="empty")
    return Answer(fault="too-long") if len(plain) > _TEXT_LENGTH else Answer(value=plain)
