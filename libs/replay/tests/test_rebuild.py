import os
import signal
import subprocess
import sys
import time
from uuid import uuid4

import pytest
from sqlalchemy import text

from jamila_ledger.aggregates import FIGURES
from jamila_ledger.views import CASES, POSITIONS, SLA, TRAIL
from jamila_replay.catch_up import catch_up
from jamila_replay.diff import compare
from jamila_replay.errors import (
    BrokenLedgerError,
    CancelledRunError,
    DifferenceError,
    RunningAlreadyError,
    ShadowOutdatedError,
    ShadowUnfitError,
    UnreadableEventError,
)
from jamila_replay.exchange import Exchange, drop, rollback, swap
from jamila_replay.lock import ModelLock
from jamila_replay.rebuild import Watch, build
from jamila_replay.shadow import COLLECTIONS
from jamila_runtime.clock import SystemClock
from jamila_testing.builders import MONDAY, named_id

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.timeout(120),
]


@pytest.fixture
def exchanging(stores):
    run_id = uuid4()
    with ModelLock(stores.database, run_id, SystemClock()).held():
        yield Exchange(run_id=run_id, reason="uji", now=MONDAY)


def test_the_office_of_these_tests_has_something_in_every_model(live, office, stores):
    live(office)
    names = stores.database.live()
    assert [model for model in COLLECTIONS if not stores.database.count(names.of(model), {})] == []


def test_a_rebuild_equals_what_the_live_projector_wrote(live, begin, stores, office):
    live(office)
    built = build(begin(), stores)
    report = compare(built, stores)
    assert report.first == ()
    assert report.is_empty
    assert report.position == len(office)
    assert built.digest == stores.database.digest(built.names) == live_digest(stores)


def live_digest(stores):
    return stores.database.digest(stores.database.live())


def test_replaying_twice_gives_the_same_digest_whatever_the_number_of_workers(
    live, begin, stores, office
):
    live(office)
    digests = {build(begin(), stores, workers=n).digest for n in (1, 2)}
    assert len(digests) == 1


def test_a_stopped_rebuild_goes_on_and_ends_the_same(live, begin, stores, office):
    live(office)
    whole = build(begin(), stores).digest
    shadow = begin()
    looked = []

    def cancelled():
        looked.append(1)
        return len(looked) > 60

    with pytest.raises(CancelledRunError):
        build(shadow, stores, watch=Watch(cancelled=cancelled))
    half = stores.database.shadow(shadow.id)
    assert half.state == "building"
    assert 0 < len(half.parts) < 256
    with pytest.raises(ShadowUnfitError):
        compare(half, stores)
    # As if it had been killed before the last part was marked: its documents are there already.
    done = dict(half.parts)
    done.pop(next(part for part, each in done.items() if each.events), None)
    again = half.model_copy(update={"parts": done})
    stores.database.save(again)
    assert build(again, stores).digest == whole


def test_an_unreadable_event_stops_the_rebuild_and_live_serves_on(
    live, begin, stores, ledger, office
):
    live(office)
    before = live_digest(stores)
    with ledger._writing() as connection:
        connection.execute(
            text("UPDATE entries SET data = :data WHERE position = 5"), {"data": b"{}"}
        )
    with pytest.raises(BrokenLedgerError) as tampered:
        build(begin(), stores)
    assert tampered.value.data["position"] == 5
    assert live_digest(stores) == before


def test_an_event_of_a_newer_software_stops_the_rebuild(live, begin, stores, office, newer):
    live([*office, newer])
    with pytest.raises(UnreadableEventError) as unread:
        build(begin(), stores)
    assert unread.value.data["position"] == len(office) + 1


def test_a_lost_case_is_noticed(live, begin, stores, ledger, office):
    live(office)
    with ledger._writing() as connection:
        connection.execute(
            text("DELETE FROM entries WHERE case_id = :id"), {"id": str(named_id("kasus-1"))}
        )
    with pytest.raises(BrokenLedgerError):
        build(begin(), stores)


def test_a_part_of_the_models_and_a_part_of_the_ledger_equal_live(live, begin, stores, office):
    live(office)
    for shadow in (begin(models=(SLA, FIGURES)), begin(models=(TRAIL,)), begin(after=30)):
        assert compare(build(shadow, stores), stores).first == ()


def test_one_case_is_compared_alone(live, begin, stores, office):
    live(office)
    built = build(begin(case_id=str(named_id("kasus-2"))), stores)
    assert compare(built, stores).is_empty
    assert stores.database.count(built.names.of(CASES), {}) == 1


def test_a_shadow_up_to_a_position_catches_up_while_live_goes_on(live, begin, stores, office):
    live(office[:50])
    built = build(begin(until=30), stores)
    live(office[50:])
    assert catch_up(built, stores) == len(office) - 30
    assert compare(built, stores).first == ()


def spoil(stores, **fields):
    where = {"_id": str(named_id("kasus-1"))}
    stores.database.table(CASES).update_one(where, {"$set": fields})


def test_a_difference_is_named_by_field_and_must_be_accepted(
    live, begin, stores, exchanging, office
):
    live(office)
    spoil(stores, receipt_code="SALAH")
    built = build(begin(), stores)
    report = compare(built, stores)
    (difference,) = report.first
    assert (difference.model, difference.field) == (CASES, "receipt_code")
    assert difference.live == "SALAH"
    with pytest.raises(DifferenceError) as refused:
        swap(built, stores, exchanging)
    with pytest.raises(DifferenceError):
        swap(built, stores, exchanging, accepted="0" * 16)
    assert stores.database.pointer() is None
    swap(built, stores, exchanging, accepted=refused.value.data["digest"])
    assert stores.database.live().of(CASES) == built.names.of(CASES)


def test_after_a_swap_the_projector_goes_on_in_the_new_model_and_rollback_brings_the_old_back(
    live, begin, stores, exchanging, office
):
    live(office[:40])
    built = build(begin(), stores)
    swap(built, stores, exchanging)
    live(office[40:55])
    new = stores.database.live()
    assert stores.database.position(new)["position"] == 55
    assert new.of(CASES) == built.names.of(CASES)
    rollback(stores, exchanging)
    old = stores.database.live()
    assert old.of(CASES) == CASES
    assert stores.database.position(old)["position"] == 55
    live(office[55:])
    assert compare(build(begin(), stores), stores).first == ()
    # And forth again: the shadow was kept.
    swap(built, stores, exchanging)
    assert stores.database.live().of(CASES) == built.names.of(CASES)
    assert live_digest(stores) == build(begin(), stores).digest


def test_one_projection_is_swapped_alone_and_rolled_back(live, begin, stores, exchanging, office):
    live(office[:40])
    built = build(begin(models=(TRAIL,)), stores)
    swap(built, stores, exchanging)
    live(office[40:])
    names = stores.database.live()
    assert (names.of(TRAIL), names.of(CASES)) == (built.names.of(TRAIL), CASES)
    assert compare(build(begin(), stores), stores).first == ()
    rollback(stores, exchanging)
    assert stores.database.live().of(TRAIL) == TRAIL
    assert compare(build(begin(), stores), stores).first == ()


def test_an_emptied_live_model_is_replaced_after_its_emptiness_is_accepted(
    begin, stores, exchanging, office, live
):
    live(office)
    for name in (*COLLECTIONS, POSITIONS):
        stores.database.table(name).drop()
    built = build(begin(), stores)
    with pytest.raises(DifferenceError) as refused:
        swap(built, stores, exchanging)
    swap(built, stores, exchanging, accepted=refused.value.data["digest"])
    assert stores.database.position(stores.database.live())["position"] == len(office)
    live()
    assert live_digest(stores) == built.digest


def test_the_live_model_and_the_one_to_go_back_to_cannot_be_dropped(
    live, begin, stores, exchanging, office
):
    live(office)
    first, second = build(begin(), stores), build(begin(), stores)
    swap(first, stores, exchanging)
    with pytest.raises(ShadowUnfitError):
        drop(first, stores.database)
    swap(second, stores, exchanging)
    with pytest.raises(ShadowUnfitError):
        drop(first, stores.database)
    third = build(begin(), stores)
    swap(third, stores, exchanging)
    drop(first, stores.database)
    assert first.id not in {each.id for each in stores.database.shadows()}


def test_two_runs_on_one_model_cannot_be_at_the_same_time(stores):
    with ModelLock(stores.database, uuid4(), SystemClock()).held():
        other = ModelLock(stores.database, uuid4(), SystemClock())
        with pytest.raises(RunningAlreadyError), other.held():
            pass
    with ModelLock(stores.database, uuid4(), SystemClock()).held():
        pass


def test_a_swap_without_the_lock_changes_nothing(live, begin, stores, office):
    live(office)
    built = build(begin(), stores)
    stranger = Exchange(run_id=uuid4(), reason="uji", now=MONDAY)
    with pytest.raises(RunningAlreadyError):
        swap(built, stores, stranger)
    assert stores.database.pointer() is None


def test_another_version_of_the_software_does_not_go_on_with_a_shadow(live, begin, stores, office):
    live(office)
    old = begin().model_copy(update={"fingerprint": "lain"})
    with pytest.raises(ShadowOutdatedError):
        build(old, stores)


KILLED = """
import sys
from jamila_replay.rebuild import build
from jamila_replay.settings import ReplaySettings
from jamila_replay.stores import open_stores

if __name__ == "__main__":
    settings = ReplaySettings(
        ledger_url=sys.argv[1], mongo_url=sys.argv[2], mongo_database=sys.argv[3]
    )
    with open_stores(settings) as stores:
        build(stores.database.shadow(sys.argv[4]), stores, workers=2)
"""


def test_a_killed_rebuild_leaves_live_serving_and_goes_on(live, begin, stores, office, tmp_path):
    live(office)
    settings = stores.settings
    before, shadow = live_digest(stores), begin()
    script = tmp_path / "run.py"
    script.write_text(KILLED)
    arguments = (
        settings.ledger,
        settings.mongo_url.get_secret_value(),
        settings.mongo_database,
        shadow.id,
    )
    run = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script), *arguments], start_new_session=True
    )
    while not stores.database.shadow(shadow.id).parts:
        assert run.poll() is None
        time.sleep(0.005)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert live_digest(stores) == before
    assert set(COLLECTIONS) == set(shadow.models)
    built = build(stores.database.shadow(shadow.id), stores)
    assert built.digest == before
