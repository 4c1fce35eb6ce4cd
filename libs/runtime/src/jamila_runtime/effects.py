"""Things to do outside, remembered in the same transaction as the facts that ask for them.

Sending a message, printing, asking a printer again: each is a row with a due time, written together
with the event that wants it and removed together with the event that says it is done. A crash in
between leaves the row; the runner finds it again. Nothing outside is done from a message handler.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Protocol, Self
from uuid import UUID

from jamila_runtime.clock import Clock
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.metrics import EFFECTS

_IDLE_SECONDS = 1.0
_PAGE = 20
_FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY: Final = timedelta(minutes=5)
"""Between two tries of what failed for the moment."""
_LOOK_SECONDS: Final = 5.0
DOUBTED: Final = "doubted"
"""In the payload of what a machine that was lost may have done already (decision 0048)."""
_log = get_logger(__name__)


@dataclass(frozen=True)
class Effect:
    """One thing to do outside."""

    id: UUID
    """Derived from its cause, so that it cannot be asked for twice."""
    kind: str
    case_id: UUID
    due_at: datetime
    attempts: int = 0
    """How often it was tried and failed for the moment."""
    payload: dict[str, Any] = field(default_factory=dict)
    """What the handler needs besides the aggregate; never personal data in plain text."""

    @property
    def is_doubted(self) -> bool:
        """Whether it may be done already: a restored backup cannot know."""
        return self.payload.get(DOUBTED) is True

    def doubted(self) -> Self:
        """The same, to be treated as something that may be done already."""
        return replace(self, payload={**self.payload, DOUBTED: True})


class EffectStore(Protocol):
    """Where effects wait."""

    def due_effects(self, now: datetime, limit: int) -> Sequence[Effect]:
        """Effects whose time has come, oldest first."""
        ...

    def waiting_effects(self, kinds: Sequence[str]) -> Sequence[Effect]:
        """All effects of these kinds, whether their time has come or not."""
        ...

    def postpone(self, effect: Effect, due_at: datetime) -> None:
        """Try it again then; counts one more attempt."""
        ...

    def hasten(self, kind: str, *, beyond: datetime, due_at: datetime) -> int:
        """Let effects of a kind that wait until beyond some time be due earlier; their number."""
        ...


Perform = Callable[[Effect], None]
"""Does the thing, then records and finishes it in one transaction (``StageApplication.perform``).

Raises ``RetryableError`` to be called again later, with growing delay or when the error says.
"""


class EffectRunner:
    """Performs what is due, one after the other, for ever."""

    def __init__(
        self,
        store: EffectStore,
        kinds: dict[str, Perform],
        clock: Clock,
        *,
        may_act: Callable[[], bool] = lambda: True,
        prompt: Mapping[str, timedelta] = MappingProxyType({}),
    ) -> None:
        """Prepare.

        Args:
            store: Where effects wait.
            kinds: How each kind is performed.
            clock: Tells what is due.
            may_act: Asked before each effect: among replicas only the holder of the lease may.
            prompt: Kinds that never wait longer than this: what does was put off by a clock that
                was ahead, and is done now.
        """
        self._store = store
        self._kinds = kinds
        self._clock = clock
        self._may_act = may_act
        self._prompt = prompt
        self._look_at = 0.0
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be something new; call from the loop of the runner."""
        self._news.set()

    async def run(self) -> None:
        """Perform until cancelled."""
        while True:
            self._news.clear()
            if await asyncio.to_thread(self.perform_due):
                continue
            try:
                await asyncio.wait_for(self._news.wait(), timeout=_IDLE_SECONDS)
            except TimeoutError:
                continue

    def perform_due(self) -> int:
        """Perform what is due now; the number of effects tried."""
        tried = 0
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + _LOOK_SECONDS
            self._hasten()
        for effect in self._store.due_effects(self._clock.now(), _PAGE):
            if not self._may_act():
                _log.warning("effect left to another replica", kind=effect.kind)
                break
            self._perform(effect)
            tried += 1
        return tried

    def _hasten(self) -> None:
        now = self._clock.now()
        for kind, longest in self._prompt.items():
            hastened = self._store.hasten(kind, beyond=now + longest, due_at=now)
            if hastened:
                _log.warning("the clock was ahead", kind=kind, effects=hastened)

    def _perform(self, effect: Effect) -> None:
        try:
            self._kinds[effect.kind](effect)
        except RetryableError as error:
            self._again(effect, error.slug, after=error.retry_after)
        except Exception:  # noqa: BLE001 - kept, postponed and logged; never lost
            _log.exception("effect failed", kind=effect.kind, case_id=str(effect.case_id))
            self._again(effect, "bug")
        else:
            EFFECTS.labels(effect.kind, "done").inc()

    def _again(self, effect: Effect, fault: str, *, after: timedelta | None = None) -> None:
        growing = min(_FIRST_DELAY * 2 ** min(effect.attempts, 16), LONGEST_DELAY)
        delay = growing if after is None else after
        EFFECTS.labels(effect.kind, "postponed").inc()
        _log.warning("effect postponed", kind=effect.kind, fault=fault, attempts=effect.attempts)
        self._store.postpone(effect, self._clock.now() + delay)
