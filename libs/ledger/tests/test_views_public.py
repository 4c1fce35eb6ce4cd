"""What the public may know of a case: facts in any order and number, nothing that is personal."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

from jamila_contracts import events as e
from jamila_contracts.values import ItemProblem
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.issued import end, issue
from jamila_ledger.views import case_writes
from jamila_ledger.views_public import PUBLIC
from jamila_testing.builders import (
    ROAD,
    SEALED,
    Story,
    as_recorded,
    happy_story,
    named_id,
    signed_document,
)

CALENDAR = load_calendar()
SIGNED = signed_document()


def public_of(story):
    facts = as_recorded(story.records, at=story.now)
    return case_writes(fold(facts), CALENDAR)[PUBLIC].document


def arrived_at(step):
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD[: step - 1]:
        story.work(event_class)
    return story


def test_a_submitted_case_stands_at_step_1_with_all_seventy_minutes_left():
    story = arrived_at(1)
    document = public_of(story)
    assert (document["step"], document["steps"], document["status"]) == (1, 8, "berjalan")
    assert (document["since"], document["left"]) == (story.now, 70 * 60)
    assert document["promised_at"] == story.now + timedelta(minutes=70)


@pytest.mark.parametrize("step", range(2, 9))
def test_what_is_used_of_the_promise_is_taken_from_it(step):
    story = arrived_at(step)
    document = public_of(story)
    started = story.records[0].meta.occurred_at
    assert document["step"] == step
    assert document["promised_at"] == started + timedelta(minutes=70)
    assert document["left"] == 70 * 60 - int((story.now - started).total_seconds())


def test_a_paused_case_promises_no_instant_but_keeps_what_is_left():
    story = arrived_at(2)
    story.tell(e.JedaDimulai, step=2, attempt=1, reason_code="gangguan-siak")
    document = public_of(story)
    assert (document["state"], document["paused_for"]) == ("jeda", "gangguan-siak")
    assert document["promised_at"] is None
    assert document["left"] > 0


def test_what_is_asked_of_the_applicant_is_told_item_by_item():
    story = arrived_at(1)
    problem = ItemProblem(item_id="doc.kk", reason_code="tidak-terbaca")
    story.later(minutes=3).tell(e.BerkasTidakLengkap, problems=(problem,))
    document = public_of(story)
    assert (document["status"], document["since"]) == ("menunggu-pemohon", story.now)
    assert document["asked"] == [{"item_id": "doc.kk", "reason_code": "tidak-terbaca"}]


def test_a_broken_promise_promises_nothing_more():
    story = arrived_at(2)
    story.later(minutes=90).tell(e.TugasDiambil, step=2, attempt=1)
    assert (public_of(story)["left"], public_of(story)["promised_at"]) == (0, None)


def test_a_finished_case_asks_and_promises_nothing():
    document = public_of(happy_story())
    assert (document["status"], document["step"]) == ("selesai", None)
    assert (document["promised_at"], document["asked"]) == (None, [])
    (issued,) = document["documents"]
    assert (issued["code"], issued["ended"]) == (SIGNED.code, None)
    assert issued["signed_sha256"] == SIGNED.signed_sha256


def test_a_revoked_and_a_replaced_document_say_so():
    story = happy_story()
    story.tell(e.DokumenDigantikan, code=SIGNED.code, replaced_by="N3W0000000")
    (replaced,) = public_of(story)["documents"]
    assert (replaced["ended"], replaced["replaced_by"]) == ("digantikan", "N3W0000000")
    story.tell(e.DokumenDicabut, code=SIGNED.code, reason_code="salah-data")
    (revoked,) = public_of(story)["documents"]
    assert (revoked["ended"], revoked["ended_at"]) == ("dicabut", story.now)


def test_the_documents_do_not_depend_on_the_order_or_the_repetition_of_facts():
    at = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
    told = {"event_id": named_id("x"), "case_id": named_id("y"), "occurred_at": at}
    revoked = e.DokumenDicabut(code=SIGNED.code, reason_code="salah-data", **told)
    replaced = e.DokumenDigantikan(code=SIGNED.code, replaced_by="N3W0000000", **told)
    changes = (
        lambda issued: issue(issued, (SIGNED,), at),
        lambda issued: end(issued, revoked),
        lambda issued: end(issued, replaced),
    )
    outcomes = set()
    for order in itertools.permutations((*changes, *changes)):
        issued = ()
        for change in order:
            issued = change(issued)
        outcomes.add(issued)
    assert len(outcomes) == 1


def test_an_end_without_a_document_is_not_shown_as_one():
    story = arrived_at(3)
    story.tell(e.DokumenDicabut, code="L0STC0DE00", reason_code="salah-data")
    assert public_of(story)["documents"] == []


def test_nothing_personal_or_sealed_and_no_officer_stands_in_it():
    text = json.dumps(public_of(happy_story()), default=str)
    accounts = ("operator-1", "siak-1", "kasi-1", "kabid-1", "kadis-1", "cetak-1")
    for secret in (SEALED, SIGNED.signer_name, *accounts):
        assert secret not in text
