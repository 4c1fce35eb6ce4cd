from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamila_contracts import events as e
from jamila_contracts.sop import load_sop
from jamila_ledger.attempts import Attempt, Pause
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.outages import Outage, learn, suspend
from jamila_ledger.sla import due_of, measure
from jamila_testing.builders import MONDAY, Story, as_recorded, happy_story, named_id

MINUTE = timedelta(minutes=1)
ALWAYS = load_calendar("kalender-demo-24jam")


def facts(story):
    return as_recorded(story.records)


def outage(since, until=None, steps=(2, 3)):
    ended = None if until is None else MONDAY + until * MINUTE
    since_at = MONDAY + since * MINUTE
    return Outage(id=uuid4(), system="siak", steps=steps, since=since_at, until=ended)


def measured(story, *outages):
    case = suspend(fold(facts(story)), outages)
    return measure(case, calendar=ALWAYS, sop=load_sop(), as_of=story.now)


def test_an_outage_is_learnt_from_its_two_facts_and_each_only_once():
    story = Story("gangguan-1")
    story.tell(e.GangguanDimulai)
    story.later(minutes=9).tell(e.GangguanSelesai)
    known = {}
    for fact in facts(story) * 2:
        known = learn(known, fact)
    (found,) = known.values()
    assert (found.id, found.system, found.steps) == (named_id("gangguan-1"), "siak", (2, 3))
    assert (found.since, found.until) == (MONDAY, MONDAY + 9 * MINUTE)


def test_other_facts_are_no_outages():
    assert all(learn({}, fact) == {} for fact in facts(happy_story()))


def test_the_end_of_an_outage_nobody_began_is_no_outage():
    story = Story("gangguan-1")
    story.tell(e.GangguanSelesai)
    assert learn({}, facts(story)[0]) == {}


def test_an_outage_stops_the_clock_of_the_attempts_it_meets_and_no_others():
    # Step 2 runs from minute 4 to 8, step 3 from 8 to 12.
    sla = measured(happy_story(), outage(5, 9))
    used = [step.used / MINUTE for step in sla.steps]
    assert used == [4, 1, 3, 4, 4, 4, 4, 4]
    assert sla.steps[1].paused == {"gangguan-siak": 3 * MINUTE}
    assert sla.steps[2].paused == {"gangguan-siak": MINUTE}
    assert sla.total == 28 * MINUTE


@pytest.mark.parametrize("span", [(0, 4), (12, 40), (-9, -1)])
def test_an_outage_before_or_after_an_attempt_changes_nothing(span):
    assert measured(happy_story(), outage(*span)) == measured(happy_story())


def test_two_outages_at_once_are_not_counted_twice():
    sla = measured(happy_story(), outage(5, 7), outage(6, 8, steps=(2,)))
    assert sla.steps[1].used == MINUTE


def test_an_open_attempt_has_no_due_time_while_its_system_is_down():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasDiterima)
    down, over = measured(story, outage(5)), measured(story, outage(5, 25))
    assert down.steps[1].due_at is None
    assert over.steps[1].due_at == MONDAY + 29 * MINUTE


def test_a_pause_that_ends_inside_an_outage_that_lasts_leaves_the_clock_standing():
    attempt = Attempt(
        step=2,
        attempt=1,
        arrived_at=MONDAY,
        pauses=(
            Pause(
                reason_code="menunggu-instansi", since=MONDAY + MINUTE, until=MONDAY + 9 * MINUTE
            ),
            Pause(reason_code="gangguan-siak", since=MONDAY + 2 * MINUTE),
        ),
    )
    assert due_of(attempt, budget=5 * MINUTE, calendar=ALWAYS) is None


spans = st.lists(st.integers(-20, 60), min_size=2, max_size=8, unique=True).map(sorted)


@settings(max_examples=60, deadline=None)
@given(edges=spans, steps=st.sets(st.integers(1, 8), min_size=1))
def test_time_is_used_or_stopped_and_never_both(edges, steps):
    outages = [outage(a, b, steps=tuple(steps)) for a, b in list(pairwise(edges))[::2]]
    plain, stopped = measured(happy_story()), measured(happy_story(), *outages)
    for before, after in zip(plain.steps, stopped.steps, strict=True):
        assert after.used + sum(after.paused.values(), timedelta()) == before.used
        assert after.waiting >= timedelta() <= after.handling
