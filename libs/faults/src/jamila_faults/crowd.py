"""Many walkers at once, each with one case after another, until they are told to stop."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gateway.client import RefusedError
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_deploy.office import Office
from jamila_deploy.sample import Birth
from jamila_faults.history import History
from jamila_faults.walker import Walker
from jamila_simulators.residents import couples

_NEXT_SECONDS: Final = 0.2


@dataclass
class Crowd:
    """So many people at work.

    ``stop`` lets nobody begin anything new; ``join`` waits until all cases have ended.
    """

    office: Office
    history: History
    size: int
    most_cases: int | None = None
    """Beyond so many nobody begins another; None: for ever."""
    bears: frozenset[str] = frozenset()
    """Refusals that will pass by themselves, as everybody was told."""
    finished: int = 0
    _number: int = 0
    _families: set[int] = field(default_factory=set)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _leaving: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    refusals: list[RefusedError] = field(default_factory=list)
    """What stopped a walker for good: nobody was to refuse anything."""

    def start(self) -> None:
        """Let everybody begin."""
        for number in range(self.size):
            # A daemon, so that a run that failed need not wait for people who wait for it.
            thread = threading.Thread(target=self._work, name=f"walker-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Nobody begins another case."""
        self._stopping.set()

    def join(self, *, patience_seconds: float) -> bool:
        """Wait until everybody is at the end of his case; False when somebody is not."""
        deadline = time.monotonic() + patience_seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        self._leaving.set()
        return not any(thread.is_alive() for thread in self._threads)

    def walk_one(self) -> bool:
        """One case more, by the caller himself; whether it was finished."""
        return self._walk(self._next_number(), goes_on=lambda: True)

    def _work(self) -> None:
        while not self._stopping.is_set() and not self._has_enough():
            self._walk(self._next_number(), goes_on=lambda: not self._leaving.is_set())
            self._stopping.wait(_NEXT_SECONDS)

    def _walk(self, number: int, *, goes_on: Callable[[], bool]) -> bool:
        birth = Birth.of_couple(number, today=datetime.now(tz=OFFICE_ZONE).date())
        try:
            if not Walker(self.office, birth, self.history, bears=self.bears).walk_on(goes_on):
                return False
        except RefusedError as error:
            self.refusals.append(error)
            return False
        with self._turn:
            self.finished += 1
            self._families.discard(_family_of(number))
        return True

    def _has_enough(self) -> bool:
        return self.most_cases is not None and self._number >= self.most_cases

    def _next_number(self) -> int:
        """A family that has no open case: one application for a child at a time."""
        with self._turn:
            while _family_of(self._number) in self._families:
                self._number += 1
            number, self._number = self._number, self._number + 1
            self._families.add(_family_of(number))
            return number


def _family_of(number: int) -> int:
    return number % len(couples())
