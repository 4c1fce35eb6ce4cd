"""Nothing of the alarms is left to silence: facts, owners, budgets, messages."""

import pytest

from jamila_contracts.sop import load_sop
from jamila_ledger.outages_board import OutageBoard
from jamila_ledger.timers_application import PUBLICATIONS
from jamila_ledger.timers_escalation import EscalationGapError, load_escalation
from jamila_ledger.timers_watch import SlaWatch
from jamila_ledger.wording import CAPABILITIES


def test_every_fact_of_the_service_is_published_or_named_internal():
    own = {
        each
        for aggregate in (SlaWatch, OutageBoard)
        for each in vars(aggregate).values()
        if isinstance(each, type) and hasattr(each, "TOPIC")
    }
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_the_shipped_sop_leaves_no_step_in_silence():
    load_escalation().check(load_sop(), CAPABILITIES)


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"escalate_to": ""}, "step 3 has no owner"),
        ({"escalate_to": "siapa-saja"}, "step 3 has no owner"),
        ({"budget_minutes": 0}, "step 3 has no budget"),
    ],
)
def test_a_step_without_owner_or_budget_is_refused_at_the_start(change, gap):
    sop = load_sop()
    steps = tuple(
        step.model_copy(update=change) if step.number == 3 else step for step in sop.steps
    )
    with pytest.raises(EscalationGapError, match=gap):
        load_escalation().check(sop.model_copy(update={"steps": steps}), CAPABILITIES)


def test_a_step_without_a_message_is_refused_at_the_start():
    book = load_escalation()
    blank = book.messages[4].model_copy(update={"breached": " "})
    for messages in (book.messages[:-1], (*book.messages[:4], blank, *book.messages[5:])):
        with pytest.raises(EscalationGapError, match="has no message"):
            book.model_copy(update={"messages": messages}).check(load_sop(), CAPABILITIES)
