"""The SOP of 2020 as the office wrote it. Source: the office's SOP table."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from jamila_contracts.events import EVENTS, StepEvent
from jamila_contracts.sop import DEFAULT_SOP, Sop, load_sop, sop_reference

GOLDEN_DIGEST = "5d37b3a0b71f5c911923cc46da4c10846d407a9b07ab874520f4135c5fba1af2"
"""Stands in the first event of every case: a shipped SOP never changes, a new one gets a new id."""


def test_the_shipped_sop_is_unchanged():
    assert sop_reference().model_dump() == {"id": DEFAULT_SOP, "digest": GOLDEN_DIGEST}


def test_the_budgets_are_those_of_the_sop_and_make_70_minutes():
    sop = load_sop()

    assert [step.budget_minutes for step in sop.steps] == [5, 5, 15, 10, 10, 10, 10, 5]
    assert sop.total == timedelta(minutes=70)


def test_a_budget_is_working_time():
    assert load_sop().step(3).budget == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("step", "returns"),
    [
        (1, {}),
        (2, {"DataSiakTidakCocok": 1}),
        (3, {}),
        (4, {"DraftDikembalikan": 3}),
        (5, {"VerifikasiDikembalikan": 4}),
        (6, {"PenandatangananDitolak": 5}),
        (7, {}),
        (8, {}),
    ],
)
def test_returns_go_where_the_sop_says(step, returns):
    assert load_sop().step(step).returned_by == returns


def test_each_step_belongs_to_the_service_and_capability_of_its_officer():
    assert [(step.service, step.capability) for step in load_sop().steps] == [
        ("intake", "operator-layanan"),
        ("siak-adapter", "operator-siak"),
        ("siak-adapter", "operator-siak"),
        ("review", "kasi"),
        ("review", "kabid"),
        ("signing", "kepala-dinas"),
        ("printing", "operator-cetak"),
        ("printing", "operator-layanan"),
    ]


def test_four_eyes_are_kept_between_3_and_4_4_and_5_5_and_6():
    apart = {step.number: step.not_same_account_as for step in load_sop().steps}

    assert apart == {1: (), 2: (), 3: (), 4: (3,), 5: (4,), 6: (5,), 7: (), 8: ()}


def test_every_event_the_sop_names_is_a_contract_of_that_step():
    for step in load_sop().steps:
        for name in (*step.done_by, *step.returned_by):
            event = EVENTS[name]
            assert issubclass(event, StepEvent)
            assert step.number == event.STEP


def test_every_step_is_finished_by_one_event():
    assert all(len(step.done_by) == 1 for step in load_sop().steps)


def test_overdue_steps_are_told_to_somebody_else():
    assert all(step.escalate_to != step.capability for step in load_sop().steps)


def test_an_sop_with_a_missing_step_is_refused():
    sop = load_sop()

    with pytest.raises(ValidationError, match="steps 1 to 8 in order"):
        Sop.model_validate({**sop.model_dump(), "steps": sop.model_dump()["steps"][1:]})


def test_an_sop_that_is_not_shipped_is_refused():
    with pytest.raises(FileNotFoundError):
        load_sop("sop-lain")
