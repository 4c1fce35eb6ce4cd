from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.domain import event

from jamila_contracts.commands import (
    ApproveDraft,
    PauseTask,
    ReleaseTask,
    ResumeTask,
    ReturnDraft,
    TakeTask,
)
from jamila_contracts.envelope import Actor, EventMeta
from jamila_contracts.events import Diserahkan, PermohonanDibatalkan
from jamila_contracts.values import ReturnReason
from jamila_contracts.wire import Record
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.application import StageApplication
from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.stage import StageAggregate
from jamila_runtime.work import Work
from jamila_testing.databases import stage_schema

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CASE = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
KASI = Actor(account="kasi-1", capability="kasi")


class FixedClock:
    def now(self) -> datetime:
        return NOW


class Desk(StageAggregate):
    """A stage with one step, for tests."""

    TOPIC = "test.Desk"
    STEPS: ClassVar[tuple[int, ...]] = (4,)

    class Opened(CreatedEvent):
        TOPIC = "test.Desk.Opened"
        note: str = ""

    class Noted(CaseAggregate.Event):
        TOPIC = "test.Desk.Noted"
        note: str

    class Closed(CaseAggregate.Event):
        TOPIC = "test.Desk.Closed"

    @event(Opened)
    def __init__(self, case_id: UUID, cause: Cause, note: str = "") -> None:
        self.start_stage(case_id, cause)
        self.notes: list[str] = [note] if note else []
        self.open_step(4)

    def note(self, note: str, cause: Cause) -> None:
        self.trigger_event(self.Noted, cause=cause, note=note)

    def close(self, cause: Cause) -> None:
        self.decide(4, cause)
        self.trigger_event(self.Closed, cause=cause)

    @event(Noted)
    def _on_noted(self, note: str) -> None:
        self.notes.append(note)

    @event(Closed)
    def _on_closed(self) -> None:
        self.close_step(4)


class Desks(StageApplication[Desk]):
    name = "desks"
    service: ClassVar[str] = "desks"
    aggregate: ClassVar[type[Desk]] = Desk


def note_it(event: PermohonanDibatalkan, work: Work[Desk]) -> None:
    desk = work.find(event.case_id)
    if desk is None:
        work.add(Desk(case_id=event.case_id, cause=work.cause, note=event.reason_code))
    elif event.reason_code == "poison":
        desk.note("half done", work.cause)
        raise DomainError("this one can never be handled")
    elif event.reason_code == "bug":
        raise ZeroDivisionError
    elif event.reason_code == "later":
        raise RetryableError("not now")
    else:
        desk.note(event.reason_code, work.cause)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.connected)])
def store_env(request: pytest.FixtureRequest) -> Iterator[Mapping[str, str]]:
    if request.param == "sqlite":
        yield {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"}
    else:
        with stage_schema(request.getfixturevalue("postgres_url")) as env:
            yield env


@pytest.fixture
def desks(store_env: Mapping[str, str]) -> Iterator[Desks]:
    application = Desks(store_env, clock=FixedClock())
    application.handlers.on(PermohonanDibatalkan, note_it)
    application.handlers.command(
        ApproveDraft, lambda c, work: work.get(c.case_id).close(work.cause)
    )
    yield application
    application.close()


@pytest.fixture
def arriving() -> Callable[..., Record]:
    def make(log_position: int, reason: str, *, case_id: UUID = CASE) -> Record:
        fact = PermohonanDibatalkan(
            event_id=uuid4(), case_id=case_id, occurred_at=NOW, reason_code=reason
        )
        meta = EventMeta(
            event_id=fact.event_id,
            type="PermohonanDibatalkan",
            schema_version=1,
            source="intake",
            tenant="6311",
            case_id=case_id,
            position=log_position,
            log_position=log_position,
            previous_log_position=log_position - 1,
            occurred_at=NOW,
            recorded_at=NOW,
            actor=Actor.system("intake"),
            causation_id=uuid4(),
            correlation_id=case_id,
            sop_version="sop-dik-jamila-2020",
            traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
        )
        return Record.of(meta, fact)

    return make


def notes(desks: Desks, case_id: UUID = CASE) -> list[str]:
    desk = desks.find(case_id)
    assert desk is not None
    return desk.notes


def approve(**changes: object) -> ApproveDraft:
    given = {
        "command_id": uuid4(),
        "case_id": CASE,
        "actor": KASI,
        "asked_at": NOW,
        "document_sha256": ("a" * 64,),
    }
    return ApproveDraft.model_validate({**given, **changes})


def task(command: type[TakeTask | ReleaseTask | ResumeTask], actor: Actor = KASI) -> object:
    return command(command_id=uuid4(), case_id=CASE, actor=actor, asked_at=NOW, step=4)


def test_an_event_delivered_twice_is_handled_once(desks, arriving):
    first = arriving(1, "satu")
    desks.consume([first])
    outcome = desks.consume([first, first])
    assert (outcome.handled, outcome.repeated) == (0, 2)
    assert notes(desks) == ["satu"]


def test_the_same_event_twice_in_one_batch_is_handled_once(desks, arriving):
    first = arriving(1, "satu")
    assert desks.consume([first, first]).handled == 1
    assert notes(desks) == ["satu"]


def test_a_late_first_delivery_is_not_taken_for_a_duplicate(desks, arriving):
    desks.consume([arriving(1, "satu"), arriving(3, "tiga")])
    assert desks.consume([arriving(2, "dua")]).handled == 1
    assert notes(desks) == ["satu", "tiga", "dua"]


def test_a_poison_event_parks_its_case_and_others_go_on(desks, arriving):
    desks.consume([arriving(1, "satu"), arriving(2, "dua", case_id=OTHER)])
    batch = [
        arriving(3, "poison"),
        arriving(4, "empat"),
        arriving(5, "lima", case_id=OTHER),
    ]
    outcome = desks.consume(batch)
    assert [(p.record.meta.log_position, p.reason) for p in outcome.parked] == [
        (3, "refused"),
        (4, "behind"),
    ]
    assert notes(desks) == ["satu"]
    assert notes(desks, OTHER) == ["dua", "lima"]


def test_what_a_poison_event_half_did_is_not_saved(desks, arriving):
    desks.consume([arriving(1, "satu"), arriving(2, "dua"), arriving(3, "poison")])
    assert notes(desks) == ["satu", "dua"]


def test_a_bug_parks_the_case_with_its_name(desks, arriving):
    desks.consume([arriving(1, "satu")])
    assert desks.consume([arriving(2, "bug")]).parked[0].reason == "bug-ZeroDivisionError"


def test_a_parked_event_delivered_again_stays_parked_once(desks, arriving):
    poison = arriving(2, "poison")
    desks.consume([arriving(1, "satu"), poison])
    assert desks.consume([poison]).repeated == 1
    assert len(desks.store.parked(CASE)) == 1


def test_retrying_a_parked_case_handles_it_in_order(desks, arriving):
    desks.consume([arriving(1, "satu"), arriving(2, "poison"), arriving(3, "tiga")])
    desks.handlers.events[PermohonanDibatalkan] = lambda e, w: w.get(e.case_id).note(
        e.reason_code, w.cause
    )
    assert desks.retry_parked(CASE).handled == 2
    assert notes(desks) == ["satu", "poison", "tiga"]
    assert desks.store.parked() == []


def test_retrying_what_is_still_poison_parks_it_again(desks, arriving):
    desks.consume([arriving(1, "satu"), arriving(2, "poison"), arriving(3, "tiga")])
    assert desks.retry_parked(CASE).handled == 0
    assert [p.record.meta.log_position for p in desks.store.parked(CASE)] == [2, 3]


def test_a_temporary_fault_leaves_the_whole_batch_for_later(desks, arriving):
    desks.consume([arriving(1, "satu")])
    with pytest.raises(RetryableError):
        desks.consume([arriving(2, "dua"), arriving(3, "later")])
    assert notes(desks) == ["satu"]


def test_an_event_of_a_newer_version_is_parked_as_unreadable(desks, arriving):
    record = arriving(1, "satu")
    newer = Record(record.meta.model_copy(update={"schema_version": 9}), record.data)
    assert desks.consume([newer]).parked[0].reason == "unreadable"


def test_an_unknown_event_is_parked_as_unreadable(desks, arriving):
    record = arriving(1, "satu")
    unknown = Record(record.meta.model_copy(update={"type": "HalBaru"}), record.data)
    assert desks.consume([unknown]).parked[0].reason == "unreadable"


def test_an_event_nobody_handles_is_remembered_as_handled(desks, arriving):
    record = arriving(1, "x")
    fact = Diserahkan(
        event_id=uuid4(),
        case_id=CASE,
        occurred_at=NOW,
        attempt=1,
        method="diambil",
        proof="kode-tanda-terima",
    )
    ignored = Record.of(record.meta.model_copy(update={"type": "Diserahkan"}), fact)
    assert desks.consume([ignored]).handled == 1
    assert desks.find(CASE) is None


def test_a_command_asked_twice_is_done_once_and_answered_the_same(desks, arriving):
    desks.consume([arriving(1, "satu")])
    command = approve()
    first, second = desks.execute(command), desks.execute(command)
    assert first == second
    assert first.events == ("TugasDiambil", "Closed")
    assert first.log_position == desks.recorder.max_notification_id()


def test_a_command_on_a_stale_version_is_refused_with_the_current_state(desks, arriving):
    desks.consume([arriving(1, "satu"), arriving(2, "dua")])
    reply = desks.execute(approve(expected_version=1))
    assert reply.problem is not None
    assert reply.problem.slug == "stale-version"
    assert reply.problem.data["version"] == 2


def test_a_command_for_a_case_that_is_not_here_is_refused(desks):
    assert desks.execute(approve()).problem.slug == "case-not-at-this-stage"


def test_a_command_of_another_service_is_refused(desks, arriving):
    desks.consume([arriving(1, "satu")])
    reason = ReturnReason(code="data-salah")
    command = ReturnDraft(
        command_id=uuid4(), case_id=CASE, actor=KASI, asked_at=NOW, reasons=(reason,)
    )
    assert desks.execute(command).problem.slug == "refused"


def test_a_refused_command_may_be_asked_again_when_things_changed(desks, arriving):
    command = approve()
    assert desks.execute(command).problem.slug == "case-not-at-this-stage"
    desks.consume([arriving(1, "satu")])
    assert desks.execute(command).problem is None


def test_two_officers_on_one_task_one_gets_a_conflict(desks, arriving):
    desks.consume([arriving(1, "satu")])
    assert desks.execute(task(TakeTask)).problem is None
    other = Actor(account="kasi-2", capability="kasi")
    refusal = desks.execute(task(TakeTask, other)).problem
    assert refusal.slug == "task-taken"
    assert refusal.data["steps"]["4"]["taken_by"] == "kasi-1"


def test_taking_ones_own_task_again_is_quiet(desks, arriving):
    desks.consume([arriving(1, "satu")])
    desks.execute(task(TakeTask))
    assert desks.execute(task(TakeTask)).events == ()


def test_a_released_task_is_free_for_others(desks, arriving):
    desks.consume([arriving(1, "satu")])
    desks.execute(task(TakeTask))
    assert desks.execute(task(ReleaseTask)).events == ("TugasDilepas",)
    assert desks.execute(task(TakeTask, Actor(account="k-2", capability="kasi"))).problem is None


def test_a_paused_step_cannot_be_finished_until_it_is_resumed(desks, arriving):
    desks.consume([arriving(1, "satu")])
    pause = PauseTask(
        command_id=uuid4(), case_id=CASE, actor=KASI, asked_at=NOW, step=4, reason_code="sakit"
    )
    assert desks.execute(pause).events == ("JedaDimulai",)
    assert desks.execute(approve()).problem.slug == "step-paused"
    assert desks.execute(task(ResumeTask)).events == ("JedaSelesai",)
    assert desks.execute(task(ResumeTask)).problem.slug == "step-not-paused"
    assert desks.execute(approve()).problem is None


def test_another_capability_is_refused(desks, arriving):
    desks.consume([arriving(1, "satu")])
    clerk = Actor(account="loket-1", capability="operator-layanan")
    assert desks.execute(approve(actor=clerk)).problem.slug == "capability-missing"


def test_own_facts_are_recorded_once_per_key(desks, arriving):
    desks.consume([arriving(1, "satu")])
    cause = desks.own_cause(CASE, uuid4())

    def note(work: Work[Desk]) -> None:
        work.get(CASE).note("sendiri", work.cause)

    assert desks.perform(cause, note, key=("whatsapp", 7))
    assert not desks.perform(cause, note, key=("whatsapp", 7))
    assert notes(desks) == ["satu", "sendiri"]


def test_an_effect_is_saved_and_finished_with_the_facts(desks, arriving):
    desks.consume([arriving(1, "satu")])
    effect = Effect(id=uuid4(), kind="kirim", case_id=CASE, due_at=NOW, payload={"a": 1})
    cause = desks.own_cause(CASE, uuid4())
    desks.perform(cause, lambda work: work.schedule(effect))
    assert desks.store.due_effects(NOW, 10) == [effect]
    desks.perform(cause, lambda work: work.finish(effect.id))
    assert desks.store.due_effects(NOW, 10) == []


def test_a_failed_own_fact_leaves_no_effect(desks):
    effect = Effect(id=uuid4(), kind="kirim", case_id=CASE, due_at=NOW)

    def fail(work: Work[Desk]) -> None:
        work.schedule(effect)
        raise DomainError("no")

    with pytest.raises(DomainError):
        desks.perform(desks.own_cause(CASE, uuid4()), fail)
    assert desks.store.due_effects(NOW, 10) == []


def test_an_effect_that_waits_too_long_is_due_earlier_and_others_are_not(desks):
    far = [
        Effect(id=uuid4(), kind=kind, case_id=CASE, due_at=NOW + 5 * HOUR)
        for kind in ("kirim", "alarm")
    ]
    near = Effect(id=uuid4(), kind="kirim", case_id=CASE, due_at=NOW + HOUR)
    desks.perform(
        desks.own_cause(CASE, uuid4()),
        lambda work: [work.schedule(each) for each in (*far, near)],
    )
    assert desks.store.hasten("kirim", beyond=NOW + 2 * HOUR, due_at=NOW) == 1
    assert [each.id for each in desks.store.due_effects(NOW, 10)] == [far[0].id]
