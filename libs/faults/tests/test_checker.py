"""The checker finds each thing that must not be, and nothing where all is well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jamila_faults.checker.judging import INVARIANTS, judge
from jamila_faults.checker.world import Asked, Logged, Sent, Setting, Strike

CASE = "4644fd85-233e-5e40-882a-c127994d9c35"
OTHER = "173e8bf7-a2ce-52d8-ac94-230334943eff"


def found(world):
    return {violation.invariant for violation in judge(world)}


def with_store(world, service, **changes):
    store = replace(world.stores[service], **changes)
    return replace(world, stores={**world.stores, service: store})


def with_entry(world, at, **changes):
    entries = list(world.entries)
    entries[at] = replace(entries[at], **changes)
    return replace(world, entries=entries)


def reply_lost(world):
    return with_store(world, "review", replies={})


def fact_lost_in_the_log(world):
    return with_store(world, "review", log=world.stores["review"].log[:1])


def fact_lost_in_the_ledger(world):
    return replace(world, entries=[each for each in world.entries if each.type != "Diverifikasi"])


def fact_of_another_command(world):
    return with_entry(world, 6, causation_id="key of approve-draft")


def answered_without_a_fact(world):
    asked = Asked(key="key", command="x", case_id=CASE, outcome="done", service="review", place=9)
    return with_store(
        replace(world, asked=[*world.asked, asked]),
        "review",
        replies={"key": {}, **_replies(world)},
    )


def _replies(world):
    return world.stores["review"].replies


def same_fact_twice(world):
    again = replace(world.entries[5], position=11, log_position=3, previous=2, case_position=11)
    return replace(world, entries=[*world.entries, again])


def refused_but_recorded(world):
    asked = [replace(world.asked[0], outcome="refused"), *world.asked[1:]]
    return replace(world, asked=asked)


def never_asked(world):
    return replace(world, asked=world.asked[:-1])


def steps_swapped(world):
    return with_entry(world, 5, recorded_at="2026-11-24T06:52:59Z")


def step_left_out(world):
    return replace(world, entries=[each for each in world.entries if each.type != "DataSiakCocok"])


def still_standing(world):
    return replace(world, finished=frozenset())


def never_became_a_case(world):
    return replace(world, begun={**world.begun, "1": 2})


def two_cases_of_one_chat(world):
    again = replace(world.entries[0], position=11, case_id=OTHER, case_position=1)
    return replace(world, entries=[*world.entries, again])


def two_walks_of_one_case(world):
    return replace(world, cases={**world.cases, "1": CASE})


def paper_lost(world):
    return with_entry(world, 0, data={"papers": [1]})


def recovered_late(world):
    return replace(world, strikes=[Strike(fault="nats-wiped", seconds_to_recover=30.5)])


def place_left_out(world):
    return with_entry(world, 9, position=12)


def place_in_the_case_left_out(world):
    return with_entry(world, 9, case_position=12)


def source_with_a_gap(world):
    return with_entry(world, 2, previous=0)


def log_not_read(world):
    return with_store(world, "signing", read_to=0)


def published_and_not_recorded(world):
    return with_store(world, "signing", published_to=2)


def recorded_by_nobody(world):
    row = Logged(place=1, topic="x", case_id=OTHER, causation_id="key of sign-document")
    return with_store(world, "signing", log=[row])


def from_a_stranger(world):
    return with_entry(world, 7, source="asing")


def case_parked(world):
    return with_store(world, "review", parked=[(CASE, "bug-KeyError")])


def poison_swallowed(world):
    return replace(world, poisoned=frozenset({OTHER}))


def message_twice(world):
    return replace(world, sent=[*world.sent, replace(world.sent[1], wamid="wamid.3")])


def answer_twice(world):
    return replace(world, sent=[*world.sent, replace(world.sent[0], wamid="wamid.3")])


def sent_without_a_fact(world):
    return replace(world, sent=[*world.sent, Sent(wamid="wamid.3", callback=f"{CASE}:{OTHER}")])


def told_without_a_message(world):
    return replace(world, sent=world.sent[:1])


def sheet_twice(world):
    return replace(world, pages=[*world.pages, *world.pages])


def sheet_too_many(world):
    return replace(world, pages=[*world.pages, "another-job-1"])


def sheet_missing(world):
    return replace(world, pages=[])


def webhook_not_taken(world):
    return replace(world, undelivered=1)


def message_set_aside(world):
    return replace(world, set_aside=1)


def models_behind(world):
    return replace(world, models={**world.models, "positions": [{"_id": "views", "position": 9}]})


def line_missing(world):
    return replace(world, models={**world.models, "trail": world.models["trail"][1:]})


def line_too_many(world):
    return replace(world, models={**world.models, "trail": [*world.models["trail"], {"_id": 99}]})


def case_at_another_step(world):
    return replace(world, models={**world.models, "cases": [_document(step=8)]})


def case_not_there(world):
    return replace(world, models={**world.models, "cases": []})


def task_left_over(world):
    return replace(world, models={**world.models, "queue": [{"_id": CASE, "step": 8}]})


def _document(**changes):
    return {"_id": CASE, "step": None, "status": "selesai", **changes}


def rebuilt_otherwise(world):
    return replace(world, rebuilt={**world.models, "sla": [{"_id": CASE, "total": 1}]})


SEEDED = {
    reply_lost: "acknowledged-and-lost",
    fact_lost_in_the_log: "acknowledged-and-lost",
    fact_lost_in_the_ledger: "acknowledged-and-lost",
    fact_of_another_command: "acknowledged-and-lost",
    answered_without_a_fact: "acknowledged-and-lost",
    same_fact_twice: "applied-twice",
    refused_but_recorded: "refused-and-done",
    never_asked: "decided-by-nobody",
    steps_swapped: "out-of-order",
    step_left_out: "out-of-order",
    still_standing: "unfinished",
    never_became_a_case: "unfinished",
    two_cases_of_one_chat: "applied-for-twice",
    two_walks_of_one_case: "applied-for-twice",
    paper_lost: "applied-for-twice",
    recovered_late: "slow-to-recover",
    place_left_out: "broken-row",
    place_in_the_case_left_out: "broken-row",
    source_with_a_gap: "broken-row",
    log_not_read: "left-behind",
    published_and_not_recorded: "left-behind",
    recorded_by_nobody: "invented",
    from_a_stranger: "invented",
    case_parked: "parked",
    poison_swallowed: "parked",
    message_twice: "sent-twice",
    answer_twice: "sent-twice",
    sent_without_a_fact: "sent-in-silence",
    told_without_a_message: "sent-in-silence",
    sheet_twice: "printed-twice",
    sheet_too_many: "printed-twice",
    sheet_missing: "printed-twice",
    webhook_not_taken: "not-taken-in",
    message_set_aside: "not-taken-in",
    models_behind: "behind-the-ledger",
    line_missing: "behind-the-ledger",
    line_too_many: "behind-the-ledger",
    case_at_another_step: "not-the-fold",
    case_not_there: "not-the-fold",
    task_left_over: "not-the-fold",
    rebuilt_otherwise: "differs-when-rebuilt",
}


def test_where_all_is_well_nothing_is_found(good):
    assert judge(good) == []


@pytest.mark.parametrize(
    ("spoil", "invariant"), SEEDED.items(), ids=lambda each: getattr(each, "__name__", each)
)
def test_what_must_not_be_is_found(good, spoil, invariant):
    assert invariant in found(spoil(good))


def test_every_rule_has_something_that_breaks_it():
    rules = {rule.__name__.replace("_", "-") for rule in INVARIANTS}

    assert rules == set(SEEDED.values())


def test_a_message_that_whatsapp_refused_may_be_sent_again(good):
    refused = replace(good.sent[1], wamid="wamid.3", failed=True)

    assert judge(replace(good, sent=[refused, *good.sent])) == []


def test_the_last_fact_of_an_answer_may_be_about_something_else(good):
    approved, verified = [each for each in good.asked if each.service == "review"]
    others = [each for each in good.asked if each.service != "review"]
    answered = replace(approved, place=verified.place)

    assert judge(replace(good, asked=[*others, answered, verified])) == []


def test_an_unanswered_command_may_be_done_or_not(good):
    asked = [replace(good.asked[0], outcome="open"), *good.asked[1:]]
    never = Asked(key="key", command="x", case_id=CASE)

    assert judge(replace(good, asked=[*asked, never])) == []


def test_a_fault_that_was_not_waited_out_is_not_measured(good):
    assert judge(replace(good, strikes=[Strike(fault="kill-one")])) == []


def test_a_clock_that_was_wrong_when_a_step_ended_is_no_disorder(good):
    ahead = timedelta(hours=3)
    approved_at = datetime(2026, 11, 24, 6, 52, 6, tzinfo=UTC)
    world = with_entry(good, 5, recorded_at=(approved_at + ahead).isoformat())
    assert found(world) == {"out-of-order"}

    second = timedelta(seconds=0.5)
    clock = [
        Setting(since=datetime(1, 1, 3, tzinfo=UTC), until=approved_at - second),
        Setting(since=approved_at - second, until=approved_at + second, ahead=ahead),
        Setting(since=approved_at + second, until=datetime(9999, 12, 29, tzinfo=UTC)),
    ]
    assert found(replace(world, clock=clock)) == set()


def test_a_log_with_places_left_out_by_postgres_is_whole(good):
    review = good.stores["review"]
    log = [review.log[0], replace(review.log[1], place=7)]
    world = with_store(good, "review", log=log, read_to=7, published_to=7)
    asked = [
        replace(each, place=7) if (each.service, each.place) == ("review", 2) else each
        for each in good.asked
    ]
    assert found(with_entry(replace(world, asked=asked), 6, log_position=7)) == set()
