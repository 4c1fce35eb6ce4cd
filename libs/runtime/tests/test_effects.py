from datetime import UTC, datetime, timedelta
from uuid import uuid4

from jamila_runtime.effects import Effect, EffectRunner
from jamila_runtime.errors import RetryableError

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


class Waiting:
    def __init__(self, *effects: Effect) -> None:
        self.effects = list(effects)
        self.postponed: list[timedelta] = []
        self.hastened: list[tuple[str, datetime, datetime]] = []

    def due_effects(self, now: datetime, limit: int) -> list[Effect]:
        del now
        return self.effects[:limit]

    def postpone(self, effect: Effect, due_at: datetime) -> None:
        del effect
        self.postponed.append(due_at - NOW)

    def hasten(self, kind: str, *, beyond: datetime, due_at: datetime) -> int:
        self.hastened.append((kind, beyond, due_at))
        return 0


def effect(attempts: int = 0) -> Effect:
    return Effect(id=uuid4(), kind="kirim", case_id=uuid4(), due_at=NOW, attempts=attempts)


def refuse(_: Effect) -> None:
    raise RetryableError("not now")


def break_down(_: Effect) -> None:
    raise ZeroDivisionError


def test_what_is_due_is_performed():
    done: list[Effect] = []
    store = Waiting(effect())
    assert EffectRunner(store, {"kirim": done.append}, FixedClock()).perform_due() == 1
    assert done == store.effects
    assert store.postponed == []


def test_a_temporary_fault_is_tried_again_with_growing_delay():
    store = Waiting(effect(0), effect(3), effect(40))
    EffectRunner(store, {"kirim": refuse}, FixedClock()).perform_due()
    assert store.postponed == [timedelta(seconds=1), timedelta(seconds=8), timedelta(minutes=5)]


def test_a_bug_postpones_its_effect_and_the_others_go_on():
    store = Waiting(effect(), effect())
    EffectRunner(store, {"kirim": break_down}, FixedClock()).perform_due()
    assert len(store.postponed) == 2


def test_a_fault_that_says_when_is_tried_again_then():
    def later(_: Effect) -> None:
        raise RetryableError("printing", retry_after=timedelta(seconds=2))

    store = Waiting(effect(0), effect(40))
    EffectRunner(store, {"kirim": later}, FixedClock()).perform_due()
    assert store.postponed == [timedelta(seconds=2), timedelta(seconds=2)]


def test_what_must_be_prompt_is_looked_for_beyond_its_longest_wait():
    store, longest = Waiting(), timedelta(minutes=5)
    EffectRunner(store, {}, FixedClock(), prompt={"kirim": longest}).perform_due()
    assert store.hastened == [("kirim", NOW + longest, NOW)]
