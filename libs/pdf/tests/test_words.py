"""Numbers and dates as documents spell them."""

from datetime import date

import pytest

from jamila_contracts.office_time import long_date
from jamila_pdf.words import english_date, short_date, spell, spelled_day_and_month

DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "NOL"),
        (11, "SEBELAS"),
        (19, "SEMBILAN BELAS"),
        (21, "DUA PULUH SATU"),
        (100, "SERATUS"),
        (1999, "SERIBU SEMBILAN RATUS SEMBILAN PULUH SEMBILAN"),
        (2026, "DUA RIBU DUA PULUH ENAM"),
    ],
)
def test_numbers_are_spelled_as_documents_spell_them(number, words):
    assert spell(number) == words


def test_a_number_that_no_document_holds_is_refused():
    with pytest.raises(ValueError, match="10000"):
        spell(10_000)


def test_a_day_has_four_forms():
    assert long_date(DAY) == "2 Januari 2026"
    assert english_date(DAY) == "2 January 2026"
    assert short_date(DAY) == "02-01-2026"
    assert spelled_day_and_month(DAY) == "DUA JANUARI"
