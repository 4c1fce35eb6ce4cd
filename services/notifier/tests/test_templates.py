"""The templates are complete, within the limits of WhatsApp, and read as they should."""

import pytest
from typer.testing import CliRunner

from jamila_contracts.events import EVENTS
from jamila_contracts.sop import load_sop
from jamila_simulators.whatsapp.templates import APPROVED
from notifier import templates as t
from notifier.cli import templates as cli
from notifier.lint import faults, sound
from notifier.templates import (
    TemplateBook,
    TemplateGapError,
    load_templates,
    utility_values,
)

IDS = [each.id for each in load_templates().templates]


def changed(template_id: str, **update: object) -> TemplateBook:
    """The shipped book with one template changed."""
    book = load_templates()
    templates = tuple(
        each.model_copy(update=update) if each.id == template_id else each
        for each in book.templates
    )
    return book.model_copy(update={"templates": templates})


def with_utility(template_id: str, **update: object) -> TemplateBook:
    """The shipped book with the approved form of one template changed."""
    utility = load_templates().template(template_id).utility
    assert utility is not None
    return changed(template_id, utility=utility.model_copy(update=update))


def test_the_shipped_templates_are_complete_and_sound():
    load_templates().check_complete(EVENTS, load_sop())
    assert faults(load_templates()) == []


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_that_is_neither_told_nor_silent_stops_the_start(event):
    book = load_templates()
    silent = {name: why for name, why in book.silent.items() if name != event}
    kept = tuple(each for each in book.templates if each.about_event != event)
    without = book.model_copy(update={"silent": silent, "templates": kept})
    with pytest.raises(TemplateGapError, match=event):
        without.check_complete(EVENTS, load_sop())


def test_an_unknown_event_stops_the_start():
    with pytest.raises(TemplateGapError, match="PeristiwaBaru"):
        load_templates().check_complete({**EVENTS, "PeristiwaBaru": None}, load_sop())


def test_an_event_that_is_both_told_and_silent_stops_the_start():
    book = load_templates()
    both = book.model_copy(update={"silent": {**book.silent, "Dicetak": "?"}})
    with pytest.raises(TemplateGapError, match="Dicetak"):
        both.check_complete(EVENTS, load_sop())


@pytest.mark.parametrize("event", sorted(t.MUST_TELL))
def test_what_concerns_the_applicant_cannot_be_silenced(event):
    book = load_templates()
    kept = tuple(each for each in book.templates if each.about_event != event)
    silenced = book.model_copy(
        update={"silent": {**book.silent, event: "tidak penting"}, "templates": kept}
    )
    with pytest.raises(TemplateGapError, match=event):
        silenced.check_complete(EVENTS, load_sop())


def test_silence_without_a_reason_stops_the_start():
    book = load_templates()
    silent = book.model_copy(update={"silent": {**book.silent, "DraftDibuat": " "}})
    with pytest.raises(TemplateGapError, match="DraftDibuat"):
        silent.check_complete(EVENTS, load_sop())


@pytest.mark.parametrize("template_id", t.NAMED)
def test_a_template_that_the_code_asks_for_must_be_there(template_id):
    book = load_templates()
    kept = tuple(each for each in book.templates if each.id != template_id)
    with pytest.raises(TemplateGapError, match=template_id):
        book.model_copy(update={"templates": kept}).check_complete(EVENTS, load_sop())


@pytest.mark.parametrize(
    ("book", "fault"),
    [
        (changed("diterima", text="Halo {nama}. GRATIS."), "unknown values: ['nama']"),
        (changed("diterima", text="Halo {kode}."), "service is free"),
        (changed("diterima", text="GRATIS " * 600), "longer than 4096"),
        (changed("softcopy_dokumen", text="GRATIS " * 100), "longer than 1024"),
        (changed("diterima", owner="satpam"), "no capability of the SOP"),
        (changed("diterima", id="dibatalkan"), "two of them"),
        (with_utility("diterima", body="GRATIS {{1}} lalu {{3}} juga"), "number its values"),
        (with_utility("diterima", variables=("layanan", "nama")), "body names unknown values"),
        (with_utility("diterima", variables=("layanan", "pin")), "carry a secret"),
        (with_utility("diterima", body="{{1}} GRATIS {{2}} ya"), "begins or ends"),
        (with_utility("diterima", name="Di Terima"), "lower case"),
        (with_utility("diterima", body="Halo {{1}} dan {{2}} ya"), "body does not say"),
        (with_utility("diterima", body="GRATIS {{1}} {{2}} " + "x" * 600), "longer than 1024"),
        (with_utility("belum_diambil", body="GRATIS {{1}} {{2}} lain"), "another body elsewhere"),
    ],
)
def test_an_unsound_template_stops_the_start(book, fault):
    assert [each for each in faults(book) if fault in each]
    with pytest.raises(TemplateGapError):
        sound(book)


@pytest.mark.parametrize(
    ("update", "fault"),
    [
        ({"button": "Beri nilai pelayanan kami"}, "button has more than 20"),
        ({"rows": ()}, "not the four answers"),
    ],
)
def test_an_unsound_survey_stops_the_start(update, fault):
    survey = load_templates().template("terima_kasih").survey
    assert survey is not None
    book = changed("terima_kasih", survey=survey.model_copy(update=update))
    assert [each for each in faults(book) if fault in each]


def test_unknown_codes_have_a_general_word():
    book = load_templates()
    assert book.service("layanan-baru") == "dokumen kependudukan"
    assert book.document("dokumen-baru") == "Dokumen kependudukan"
    assert "petugas" in book.reason("alasan-baru")


def test_values_of_an_approved_template_hold_one_short_line():
    utility = load_templates().template("kurang_berkas").utility
    assert utility is not None
    values = {
        "layanan": "Akta Kelahiran",
        "kekurangan": [f"berkas  ke-{n}\nlama" for n in range(200)],
    }
    shown = utility_values(utility, values)[1]
    assert "\n" not in shown
    assert "  " not in shown
    assert len(shown) == 600


def test_the_simulated_platform_has_approved_what_the_office_hands_in():
    utilities = [each.utility for each in load_templates().templates if each.utility]
    assert {each.name: each.body for each in utilities} == APPROVED


def test_an_id_that_was_taken_out_is_an_error():
    with pytest.raises(LookupError):
        load_templates().template("lama")


def test_the_command_says_that_all_is_well():
    outcome = CliRunner().invoke(cli, ["lint"])
    assert outcome.exit_code == 0
    assert "templates-2026-2" in outcome.output


@pytest.mark.parametrize("template_id", IDS)
def test_the_command_shows_a_template(template_id):
    outcome = CliRunner().invoke(cli, ["show", template_id])
    assert outcome.exit_code == 0
    assert template_id in outcome.output
    assert "GRATIS" in outcome.output


def test_the_command_knows_no_other_template():
    assert CliRunner().invoke(cli, ["show", "lama"]).exit_code == 2
