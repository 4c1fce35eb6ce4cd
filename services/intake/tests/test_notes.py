"""Notes of officers: of whatever step, on a case in whatever state, and beside its version."""

from uuid import UUID, uuid4

import pytest

from intake.domain import CaseIntake
from intake.notes import CaseNotes
from intake.outbox import PUBLICATIONS
from jamila_contracts import events
from jamila_contracts.commands import AddNote, CommandReply
from jamila_contracts.sop import load_sop
from jamila_testing.builders import record
from jamila_testing.samples import WORKERS


@pytest.fixture
def case_id(world) -> UUID:
    world.submit()
    return world.recorded(CaseIntake.Diajukan)[0].case_id


def note(world, case_id: UUID, *, step: int = 4, of: int = 4, **more) -> CommandReply:
    given = {
        "command_id": uuid4(),
        "case_id": case_id,
        "actor": WORKERS[of],
        "asked_at": world.clock.now(),
        "step": step,
        "note": world.vault.seal(case_id, "Ibu Rahmah minta ditelepon"),
    }
    return world.app.execute(AddNote.model_validate({**given, **more}))


@pytest.mark.parametrize("step", [row.number for row in load_sop().steps])
def test_officer_of_every_step_leaves_a_note(world, case_id, step):
    assert note(world, case_id, step=step, of=step).events == ("Dimulai", "CatatanDitambahkan")
    kept = world.recorded(CaseNotes.CatatanDitambahkan)[0]
    assert world.vault.open(case_id, kept.note) == "Ibu Rahmah minta ditelepon"
    assert PUBLICATIONS.contract_of(kept) is events.CatatanDitambahkan


def test_same_note_asked_twice_is_one_and_another_is_another(world, case_id):
    command_id = uuid4()
    for _ in range(2):
        assert note(world, case_id, command_id=command_id).problem is None
    assert note(world, case_id).events == ("CatatanDitambahkan",)
    assert len(world.recorded(CaseNotes.CatatanDitambahkan)) == 2


def test_who_is_no_officer_of_the_step_he_names_is_refused(world, case_id):
    assert note(world, case_id, step=4, of=1).problem.slug == "capability-missing"
    assert world.recorded(CaseNotes.CatatanDitambahkan) == []


def test_note_changes_no_version_that_an_officer_has_seen(world, case_id):
    before = world.app.work().visible_version(case_id)
    note(world, case_id)
    assert world.app.work().visible_version(case_id) == before


def test_note_on_a_case_that_nobody_submitted_is_refused(world):
    stranger = uuid4()
    world.vault.create(stranger)
    assert note(world, stranger).problem.slug == "case-not-at-this-stage"


def test_note_on_a_forgotten_case_is_refused(world, case_id):
    sealed = world.vault.seal(case_id, "terlambat")
    world.app.consume(
        [record(events.DataPribadiDihapus, case_id=case_id, reason_code="retensi", log_position=1)]
    )
    refused = note(world, case_id, note=sealed)
    assert refused.problem.slug == "personal-data-forgotten"
    assert world.recorded(CaseNotes.CatatanDitambahkan) == []
