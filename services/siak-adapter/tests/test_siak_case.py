"""Step 2: do the papers agree with SIAK?"""

from dataclasses import replace
from uuid import uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import (
    CheckClaims,
    ConfirmMatch,
    RejectMatch,
    TakeTask,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.values import FieldVerdict, ReturnReason
from jamila_runtime.aggregate import CaseAggregate
from siak_adapter.domain import ENTER, MATCH, SiakCase
from siak_adapter.line import SiakLine
from siak_adapter.lookup import SiakQuotaExhaustedError, SiakUnreachableError
from siak_adapter.outbox import PUBLICATIONS

OTHER = Actor(account="siak-2", capability="operator-siak")
KASI = Actor(account="kasi-1", capability="kasi")
REASONS = (ReturnReason(code="data-tidak-cocok", field="nama"),)
AGREES = FieldVerdict(field="nama_lgkp", verdict="sesuai", score=100)
EVIDENCE = "ab" * 32


def test_complete_papers_open_the_match(office):
    office.accepted()
    case = office.found()
    assert case.steps[MATCH].is_open
    assert not case.steps[ENTER].is_open


def test_complete_papers_delivered_twice_open_one_match(office, story):
    record = story.tell(events.BerkasDiterima)
    office.siak.consume([record])
    office.siak.consume([record])
    assert office.found().steps[MATCH].attempt == 1


def test_papers_accepted_out_of_turn_change_nothing(office):
    office.accepted()
    office.accepted()
    assert office.found().steps[MATCH].attempt == 1


def test_a_match_before_the_papers_is_refused(office):
    reply = office.siak.execute(office.ask(ConfirmMatch))
    assert reply.problem.slug == "case-not-at-this-stage"


def test_a_match_by_the_kasi_is_refused(office):
    office.accepted()
    reply = office.siak.execute(office.ask(ConfirmMatch, actor=KASI))
    assert reply.problem.slug == "capability-missing"


def test_a_match_of_a_task_taken_by_another_is_refused(office):
    office.accepted()
    office.siak.execute(office.ask(TakeTask, actor=OTHER, step=MATCH))
    reply = office.siak.execute(office.ask(ConfirmMatch))
    assert reply.problem.slug == "task-taken"


def test_a_match_asked_twice_is_confirmed_once(office):
    office.accepted()
    command = office.ask(ConfirmMatch)
    assert office.siak.execute(command) == office.siak.execute(command)
    assert office.found().version == 3


def test_a_rejected_match_waits_for_the_front_desk(office):
    office.accepted()
    reply = office.siak.execute(office.ask(RejectMatch, reasons=REASONS))
    assert reply.events == ("TugasDiambil", "DataSiakTidakCocok")
    assert not office.found().steps[MATCH].is_open


def test_a_rejection_when_the_match_is_closed_is_refused(office):
    office.matched()
    reply = office.siak.execute(office.ask(RejectMatch, reasons=REASONS))
    assert reply.problem.slug == "step-not-open"


def test_a_rejection_asked_twice_is_recorded_once(office):
    office.accepted()
    command = office.ask(RejectMatch, reasons=REASONS)
    assert office.siak.execute(command) == office.siak.execute(command)


def test_papers_cleared_by_the_front_desk_open_a_second_attempt(office):
    office.accepted()
    office.siak.execute(office.ask(RejectMatch, reasons=REASONS))
    office.accepted()
    state = office.found().steps[MATCH]
    assert (state.attempt, state.is_open, state.taken_by) == (2, True, None)


def test_a_cancelled_case_is_closed_and_stays_closed(office, story):
    office.accepted()
    cancelled = story.tell(events.PermohonanDibatalkan)
    office.siak.consume([cancelled, cancelled, story.tell(events.PermohonanDibatalkan)])
    office.accepted()
    assert not any(state.is_open for state in office.found().steps.values())


def test_a_cancelled_case_never_seen_is_quiet(office, story):
    assert office.siak.consume([story.tell(events.PermohonanDibatalkan)]).parked == []


@pytest.mark.parametrize(
    "fault",
    [SiakUnreachableError("down"), SiakQuotaExhaustedError("gone")],
)
def test_a_comparison_that_fails_is_a_problem_of_its_own(office, lookup, fault):
    office.accepted()
    lookup.answer = fault
    command = office.ask(CheckClaims, claims=office.sealed({"NIK": "1"}))
    assert office.siak.execute(command).problem.slug == fault.slug


def test_a_comparison_out_of_turn_does_not_ask_siak(office, lookup):
    office.matched()
    command = office.ask(CheckClaims, claims=office.sealed({"NIK": "1"}))
    assert office.siak.execute(command).problem.slug == "step-not-open"
    assert lookup.asked == []


def test_claims_that_are_no_object_are_refused(office):
    office.accepted()
    command = office.ask(CheckClaims, claims=office.sealed(["NIK"]))
    assert office.siak.execute(command).problem.slug == "claims-invalid"


def test_an_office_without_the_web_service_compares_by_hand(open_office, tools):
    office = open_office(replace(tools, lookup=None))
    office.accepted()
    command = office.ask(CheckClaims, claims=office.sealed({"NIK": "1"}))
    assert office.siak.execute(command).problem.slug == "siak-not-configured"


def test_every_fact_is_published_or_internal():
    own = {
        each
        for aggregate in (SiakCase, SiakLine)
        for each in vars(aggregate).values()
        if isinstance(each, type) and issubclass(each, CaseAggregate.Event)
    } - {SiakCase.Event, SiakLine.Event}
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_published_facts_fit_their_contracts(office, story):
    office.matched()
    office.entered()
    for notification in office.siak.recorder.select_notifications(None, 100):
        fact = office.siak.mapper.to_domain_event(notification)
        contract = PUBLICATIONS.contract_of(fact)
        if contract is not None:
            facts = {**vars(fact), "event_id": uuid4(), "occurred_at": fact.cause.occurred_at}
            contract.model_validate(facts | {"case_id": story.case_id})
