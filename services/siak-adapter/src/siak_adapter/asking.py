"""Asks SIAK's web service for the operator: once per question, not in vain, and on record.

The answer is kept with the case (verdicts and the digest of the answer, never what SIAK holds), so
the same question is not asked twice. A line that is cut is told once and knocked at until it is
back; what that means for the clocks is for the alarms of the SLA to decide.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from jamila_contracts.office_time import OFFICE_ZONE
from jamila_runtime.aggregate import Cause
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.work import Work
from siak_adapter.breaker import Breaker, BreakerPolicy
from siak_adapter.domain import SiakCase
from siak_adapter.line import SiakLine
from siak_adapter.lookup import (
    Answer,
    SiakLookup,
    SiakNotConfiguredError,
    SiakQuotaExhaustedError,
    SiakUnreachableError,
)
from siak_adapter.metrics import CALLS, QUOTA_LEFT

KNOCK_EFFECT: Final = "knock-at-siak"
_KNOCK_AGAIN: Final = timedelta(seconds=30)
_SILENT: Final = "tidak-menjawab"

Act = Callable[[Work[SiakCase]], None]


class Recorder(Protocol):
    """What is needed of the application."""

    clock: Clock

    def own_cause(self, case_id: UUID, causation_id: UUID) -> Cause:
        """A cause for facts that the service itself decides."""
        ...

    def perform(self, cause: Cause, action: Act) -> bool:
        """Record in a transaction of its own."""
        ...


class AskingDesk:
    """One office's way to the web service."""

    def __init__(
        self,
        recorder: Recorder,
        lookup: SiakLookup | None,
        *,
        tenant: str,
        policy: BreakerPolicy | None = None,
    ) -> None:
        self._recorder = recorder
        self._lookup = lookup
        self._line_id = uuid5(NAMESPACE_URL, f"jamila:siak-line/{tenant}")
        self._breaker = Breaker(policy or BreakerPolicy())

    def ask(self, claims: Mapping[str, str]) -> Answer:
        """Ask once.

        Raises:
            SiakNotConfiguredError: this office compares by hand.
            SiakUnreachableError: no answer, or it is left alone just now; ``retry_after_seconds``.
            SiakQuotaExhaustedError: until midnight.
        """
        if self._lookup is None:
            raise SiakNotConfiguredError("this office compares by hand")
        now = self._recorder.clock.now()
        self._must_not_be_resting(now)
        try:
            answer = self._lookup.verify(claims)
        except SiakUnreachableError:
            CALLS.labels("unanswered").inc()
            self._note_failure()
            raise
        except SiakQuotaExhaustedError:
            CALLS.labels("quota").inc()
            QUOTA_LEFT.set(0)
            self._breaker.rest_until(_next_midnight(now))
            raise
        CALLS.labels(answer.outcome.value).inc()
        self._breaker.answered()
        return answer

    def count(self, answer: Answer, work: Work[SiakCase]) -> None:
        """Count an answered call, and note that the line works."""
        line = self._line(work)
        day = self._recorder.clock.now().astimezone(OFFICE_ZONE).date().isoformat()
        line.count(day, answer.quota_left, cause=work.cause)
        line.restore(cause=self._own_cause())
        if answer.quota_left is not None:
            QUOTA_LEFT.set(answer.quota_left)

    def knock(self, effect: Effect) -> None:
        """Ask nothing, only whether somebody is there.

        Raises:
            SiakUnreachableError: not yet; tried again after a while.
        """
        if self._lookup is not None:
            try:
                self._lookup.knock()
            except SiakUnreachableError as error:
                raise SiakUnreachableError(error.detail, retry_after=_KNOCK_AGAIN) from error
            self._breaker.answered()

        def restored(work: Work[SiakCase]) -> None:
            self._line(work).restore(cause=self._own_cause())
            work.finish(effect.id)

        self._recorder.perform(self._own_cause(), restored)

    def _must_not_be_resting(self, now: datetime) -> None:
        wait = self._breaker.wait_for(now)
        if wait:
            seconds = max(int(wait.total_seconds()), 1)
            raise SiakUnreachableError("SIAK is not asked just now", retry_after_seconds=seconds)

    def _note_failure(self) -> None:
        now = self._recorder.clock.now()
        failures = self._breaker.failed(now)
        if not failures:
            return

        def cut(work: Work[SiakCase]) -> None:
            line = self._line(work)
            if line.outage_id is None:
                outage_id = line.cut(
                    reason_code=_SILENT, failures=failures, now=now, cause=work.cause
                )
                due_at = now + _KNOCK_AGAIN
                work.schedule(Effect(outage_id, KNOCK_EFFECT, case_id=outage_id, due_at=due_at))

        self._recorder.perform(self._own_cause(), cut)

    def _line(self, work: Work[SiakCase]) -> SiakLine:
        line = work.find_as(SiakLine, self._line_id)
        if line is None:
            line = SiakLine(case_id=self._line_id, cause=self._own_cause())
            work.add(line)
        return line

    def _own_cause(self) -> Cause:
        return self._recorder.own_cause(self._line_id, self._line_id)


def _next_midnight(now: datetime) -> datetime:
    # The quota begins anew at midnight; of which zone is not documented, the office's is assumed.
    tomorrow = now.astimezone(OFFICE_ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=OFFICE_ZONE)


def as_result(answer: Answer, *, is_new: bool) -> dict[str, Any]:
    """An answer as the operator gets it."""
    return {
        "outcome": answer.outcome.value,
        "verdicts": [each.model_dump(mode="json") for each in answer.verdicts],
        "evidence_sha256": answer.evidence_sha256,
        "quota_left": answer.quota_left,
        "is_new": is_new,
    }
