import pytest
from pydantic import ValidationError

from jamila_contracts.events import EVENTS
from notifier.templates import Template, TemplateGapError, load_templates


def test_every_event_of_the_contracts_is_told_or_silent():
    load_templates().check_complete(EVENTS)


@pytest.mark.parametrize(
    "events", [{**EVENTS, "PeristiwaBaru": None}, dict(list(EVENTS.items())[1:])]
)
def test_forgotten_or_unknown_event_stops_the_start(events):
    with pytest.raises(TemplateGapError):
        load_templates().check_complete(events)


def test_event_that_is_both_told_and_silent_stops_the_start():
    book = load_templates()
    both = book.model_copy(update={"silent": {**book.silent, "Dicetak": "?"}})
    with pytest.raises(TemplateGapError, match="Dicetak"):
        both.check_complete(EVENTS)


def test_every_message_says_that_it_is_free_and_is_short_enough():
    for template in load_templates().templates:
        assert "GRATIS" in template.text
        assert len(template.text) < 1024


@pytest.mark.parametrize("text", ["Halo {nama}, GRATIS", "Tanpa kata itu: {kode}"])
def test_template_with_an_unknown_value_or_without_the_free_notice_does_not_load(text):
    with pytest.raises(ValidationError):
        Template(id="x", about_event="Dicetak", text=text, utility=None)


def test_unknown_codes_have_a_general_word():
    book = load_templates()
    assert book.service("layanan-baru") == "dokumen kependudukan"
    assert "petugas" in book.reason("alasan-baru")
