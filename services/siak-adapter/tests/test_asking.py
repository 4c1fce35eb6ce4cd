"""Asking the web service: once per question, not in vain, and what the silence means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jamila_contracts.values import FieldVerdict
from siak_adapter.breaker import Breaker, BreakerPolicy
from siak_adapter.lookup import Answer, Outcome, SiakQuotaExhaustedError, SiakUnreachableError

DIFFERS = FieldVerdict(field="nama_lgkp", verdict="tidak-sesuai", score=81)
EVIDENCE = "ab" * 32
NIK = "6311990101000001"
OTHER = "6311990101000002"
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def answered(office: Any, lookup: Any) -> Any:
    """Complete papers, and a service that answers."""
    office.accepted()
    lookup.answer = Answer(Outcome.OK, (DIFFERS,), EVIDENCE, quota_left=7)
    return office


def silent(office: Any, lookup: Any, times: int = 3) -> None:
    """The service does not answer so many times."""
    lookup.answer = SiakUnreachableError("down")
    for number in range(times):
        office.check(NIK=NIK, ALAMAT=f"Jalan {number}")


def test_the_answer_is_kept_with_the_case_and_given_to_the_operator(answered, lookup):
    reply = answered.check(NIK=NIK)
    assert reply.result == {
        "outcome": "ok",
        "verdicts": [{"field": "nama_lgkp", "verdict": "tidak-sesuai", "score": 81}],
        "evidence_sha256": EVIDENCE,
        "quota_left": 7,
        "is_new": True,
    }
    assert lookup.asked == [{"NIK": NIK}]
    assert "SiakMenjawab" in answered.said()


def test_the_same_question_is_not_asked_twice(answered, lookup):
    answered.check(NIK=NIK)
    again = answered.check(NIK=NIK)
    assert (again.result["is_new"], again.result["verdicts"][0]["score"]) == (False, 81)
    assert len(lookup.asked) == 1


def test_another_question_is_asked(answered, lookup):
    answered.check(NIK=NIK)
    answered.check(NIK=OTHER)
    assert len(lookup.asked) == 2


def test_what_was_claimed_stands_in_no_fact_in_plain(answered):
    answered.check(NIK=NIK)
    rows = answered.siak.recorder.select_notifications(None, 1000)
    assert not any(NIK.encode() in row.state for row in rows)


def test_calls_of_the_day_are_counted(answered):
    for number in range(3):
        answered.check(NIK=NIK, ALAMAT=f"Jalan {number}")
    assert answered.said().count("PanggilanDihitung") == 3


def test_after_three_silences_the_line_is_cut_and_nobody_waits_any_more(answered, lookup):
    silent(answered, lookup)
    assert answered.said().count("SambunganPutus") == 1
    problem = answered.check(NIK=NIK).problem
    assert (problem.slug, problem.data["retry_after_seconds"]) == ("siak-unreachable", 30)
    assert len(lookup.asked) == 3


def test_two_silences_are_bad_luck(answered, lookup):
    silent(answered, lookup, times=2)
    lookup.answer = Answer(Outcome.OK, (), EVIDENCE)
    assert answered.check(NIK=NIK).problem is None
    silent(answered, lookup, times=2)
    assert "SambunganPutus" not in answered.said()


def test_a_cut_line_is_knocked_at_until_it_is_back(answered, lookup):
    silent(answered, lookup)
    answered.later(HALF_MINUTE)
    answered.later(HALF_MINUTE)
    assert (lookup.knocks, answered.said().count("SambunganPulih")) == (2, 0)
    lookup.answer = Answer(Outcome.OK, (), EVIDENCE)
    answered.later(HALF_MINUTE)
    assert answered.said().count("SambunganPulih") == 1
    assert answered.later(HALF_MINUTE) == 0
    assert answered.check(NIK=NIK).problem is None


def test_an_answer_restores_the_line_before_the_next_knock(answered, lookup):
    silent(answered, lookup)
    answered.siak.clock.at += HALF_MINUTE
    lookup.answer = Answer(Outcome.OK, (), EVIDENCE)
    assert answered.check(NIK=NIK).problem is None
    assert answered.said().count("SambunganPulih") == 1
    answered.later(HALF_MINUTE)
    assert answered.said().count("SambunganPulih") == 1


def test_while_it_is_cut_one_call_tries_after_each_pause(answered, lookup):
    silent(answered, lookup)
    answered.siak.clock.at += HALF_MINUTE
    answered.check(NIK=NIK)
    answered.check(NIK=OTHER)
    assert len(lookup.asked) == 4
    assert answered.said().count("SambunganPutus") == 1


def test_without_quota_nobody_is_asked_until_midnight(answered, lookup):
    lookup.answer = SiakQuotaExhaustedError("gone")
    assert answered.check(NIK=NIK).problem.slug == "siak-quota-exhausted"
    lookup.answer = Answer(Outcome.OK, (), EVIDENCE, quota_left=5000)
    problem = answered.check(NIK=NIK).problem
    # It is nine in the morning in Balangan.
    assert problem.data["retry_after_seconds"] == 15 * 3600
    answered.siak.clock.at += timedelta(hours=15)
    assert answered.check(NIK=NIK).problem is None


def test_a_final_answer_is_an_answer_whatever_it_says(answered, lookup):
    lookup.answer = Answer(Outcome.DECEASED, (), EVIDENCE)
    assert answered.check(NIK=NIK).result["outcome"] == "deceased"


def test_a_pause_that_began_while_the_clock_was_ahead_is_no_longer_than_others():
    now, breaker = datetime(2026, 11, 23, 1, tzinfo=UTC), Breaker(BreakerPolicy(failures=1))
    breaker.failed(now + timedelta(hours=5))

    assert breaker.wait_for(now) == HALF_MINUTE
    assert breaker.wait_for(now + HALF_MINUTE) == timedelta(0)
