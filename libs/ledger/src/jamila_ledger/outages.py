"""Outages of outside systems: they stop the clocks of all cases that need the system. Pure.

An outage is one fact about the whole office, never one per case: the folds of the SLA take the
outages beside the file of a case. Times are those of the events, not of their recording.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime

from jamila_contracts.events import GangguanDimulai, GangguanSelesai
from jamila_contracts.model import Code, Fact
from jamila_ledger.attempts import Attempt, Pause
from jamila_ledger.casefile import CaseFile
from jamila_ledger.recorded import Recorded

SYSTEM_STEPS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "siak": (2, 3),
        "nik": (2,),
        "tte": (6,),
        "printer": (7,),
        "internet": (1, 2, 3, 6),
        "listrik": (1, 2, 3, 4, 5, 6, 7, 8),
    }
)
"""Which steps need which system.

Source: the SOP: steps 2 and 3 work in SIAK (the NIK service answers for step 2 only), step 6 signs
through SIAK and BSrE, step 7 prints; domain rules section 4 (outages are normal).
"""


class Outage(Fact):
    """A stretch in which an outside system did not work."""

    id: UUID
    system: Code
    steps: tuple[int, ...]
    since: AwareDatetime
    until: AwareDatetime | None = None
    """None: it still lasts."""

    @property
    def reason_code(self) -> str:
        """Under which reason the stopped time is shown."""
        return f"gangguan-{self.system}"

    def stops(self, step: int) -> bool:
        """It lasts, and the step needs the system."""
        return self.until is None and step in self.steps


Outages = Mapping[UUID, Outage]


def learn(outages: Outages, fact: Recorded) -> Outages:
    """The outages after one more fact; the same again changes nothing."""
    event = fact.event
    if isinstance(event, GangguanDimulai) and event.case_id not in outages:
        begun = Outage(
            id=event.case_id, system=event.system, steps=event.steps, since=event.occurred_at
        )
        return {**outages, begun.id: begun}
    if isinstance(event, GangguanSelesai) and event.case_id in outages:
        known = outages[event.case_id]
        if known.until is None:
            over = max(event.occurred_at, known.since)
            return {**outages, known.id: known.model_copy(update={"until": over})}
    return outages


def suspend(file: CaseFile, outages: Iterable[Outage]) -> CaseFile:
    """The file with every outage as a pause of the attempts it stopped."""
    for outage in outages:
        for attempt in file.attempts:
            stopped = _stopped(attempt, outage)
            if stopped is not None:
                file = file.with_attempt(stopped)
    return file


def _stopped(attempt: Attempt, outage: Outage) -> Attempt | None:
    if attempt.arrived_at is None or attempt.step not in outage.steps:
        return None
    since = max(outage.since, attempt.arrived_at)
    is_past = outage.until is not None and outage.until <= since
    if is_past or (attempt.done_at is not None and attempt.done_at <= since):
        return None
    pause = Pause(reason_code=outage.reason_code, since=since, until=outage.until)
    return attempt.model_copy(update={"pauses": (*attempt.pauses, pause)})
