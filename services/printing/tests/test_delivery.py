"""Step 8 without a counter: the documents reach the applicant's phone."""

import pytest

from jamila_contracts import events
from jamila_contracts.commands import TakeTask
from printing.counter import HAND_OVER

WAYS = [
    (events.SoftcopyTerkirim, "status-terkirim"),
    (events.TautanUnduhDibuka, "tautan-dibuka"),
]


def arrive(room, event, signed=None):
    """The documents, or another one, are on the phone."""
    of_case = room.found().documents[0].signed_sha256
    digest = signed or of_case
    many = event is events.SoftcopyTerkirim
    room.hear(event, signed_sha256=(digest,) if many else digest)


def handed_over(room):
    return [each for each in room.facts() if type(each).__name__ == "Diserahkan"]


@pytest.mark.parametrize(("event", "proof"), WAYS)
def test_documents_on_the_phone_are_handed_over_by_the_system(room, event, proof):
    room.ready()
    room.print_it("unduh")
    arrive(room, event)
    arrive(room, event)
    told = handed_over(room)
    assert [(each.method, each.proof, each.collector) for each in told] == [
        ("whatsapp", proof, None)
    ]
    assert told[0].cause.actor.account == "system:printing"
    assert not room.found().steps[HAND_OVER].is_open


@pytest.mark.parametrize(("event", "_proof"), WAYS)
def test_a_manual_hand_over_before_that_wins_quietly(room, event, _proof):
    room.ready()
    room.print_it("unduh")
    assert room.hand_over().problem is None
    arrive(room, event)
    assert [each.proof for each in handed_over(room)] == ["kode-tanda-terima"]


def test_neither_a_task_in_hand_nor_the_standing_clock_stops_what_has_happened(room):
    room.ready()
    room.print_it("unduh")
    assert room.do(TakeTask, step=HAND_OVER).problem is None
    assert room.found().steps[HAND_OVER].paused_for == "belum-diambil"
    arrive(room, events.TautanUnduhDibuka)
    assert len(handed_over(room)) == 1


def test_documents_that_are_not_ready_or_not_of_the_case_hand_nothing_over(room):
    room.ready()
    arrive(room, events.TautanUnduhDibuka)
    room.print_it("unduh")
    arrive(room, events.TautanUnduhDibuka, "ab" * 32)
    assert handed_over(room) == []


def test_what_is_to_be_collected_still_has_to_be(room):
    room.ready()
    room.print_it("hvs-a4")
    for _ in range(5):
        room.run_effects()
    assert room.found().steps[HAND_OVER].is_open
    arrive(room, events.SoftcopyTerkirim)
    assert handed_over(room) == []


def test_a_cancelled_case_is_not_handed_over(room):
    room.ready()
    room.print_it("unduh")
    room.hear(events.PermohonanDibatalkan)
    arrive(room, events.TautanUnduhDibuka)
    assert handed_over(room) == []
