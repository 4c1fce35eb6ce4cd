"""What a sign of life says, and where the newest of each process is kept. Pure.

One document of MongoDB, ``heartbeats/all``; it belongs to no read model and no rebuild touches it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Field, NonNegativeInt

from jamila_contracts.model import Fact
from jamila_contracts.sop import load_sop

SUBJECT: Final = "heartbeat"
"""The NATS subject of all signs."""
HEARTBEATS: Final = "heartbeats"
ALL: Final = "all"
EVERY: Final = timedelta(seconds=5)
SILENT_AFTER: Final = timedelta(seconds=30)
"""Six signs lost: more than a restart takes, and less than a resident notices."""
FORGOTTEN_AFTER: Final = timedelta(days=1)
"""So long a replica is missed that was never heard again."""


class ConsumerLag(Fact):
    """How far a consumer of the stream is behind."""

    pending: NonNegativeInt
    """Events it was not given yet."""
    unacknowledged: NonNegativeInt
    """Events it was given and has not answered for."""


class Heartbeat(Fact):
    """One sign of life."""

    process: str
    beat_at: AwareDatetime
    """Clock of the process."""
    ready: dict[str, bool]
    """Each condition of its readiness and whether it holds."""
    consumer: ConsumerLag | None = None
    """None: it consumes nothing, or JetStream does not answer."""
    lags: dict[str, NonNegativeInt] = Field(default_factory=dict)
    """What it keeps besides, by name, and how many events each is behind."""
    replica: str = ""
    """Which of several it is: its machine and port."""
    leaves: bool = False
    """It was told to stop: nobody has to miss it."""


class Seen(Fact):
    """A sign of life, and when it was heard."""

    heartbeat: Heartbeat
    seen_at: AwareDatetime
    """Clock of the ledger's process: the clocks of others may differ."""


class Replica(Fact):
    """One of the replicas of a process, and when it was last heard."""

    process: str
    replica: str
    seen_at: AwareDatetime
    """Clock of the ledger's process."""

    def is_silent(self, now: datetime) -> bool:
        """Whether somebody has to look after it."""
        return now - self.seen_at > SILENT_AFTER


def seen_in(document: Mapping[str, Any] | None) -> dict[str, Seen]:
    """What the document of signs says, by process."""
    kept = (document or {}).get("processes", {})
    return {name: Seen.model_validate(each) for name, each in sorted(kept.items())}


def replicas_in(document: Mapping[str, Any] | None) -> tuple[Replica, ...]:
    """Every replica that was heard and has not said goodbye."""
    return tuple(Replica.model_validate(each) for each in (document or {}).get("replicas", ()))


ProcessState = Literal["hidup", "tidak-siap", "diam", "belum-terdengar"]


class ProcessStatus(Fact):
    """One process, by its last sign of life; its consumer and whatever else it keeps."""

    process: str
    state: ProcessState
    seen_at: AwareDatetime | None = None
    silent_seconds: int | None = None
    """Since its last sign."""
    pending: int | None = None
    """Events its consumer was not given yet; None: it has no consumer, or JetStream is away."""
    unacknowledged: int | None = None
    lags: dict[str, int] = Field(default_factory=dict)
    """Outbox, projections: how many events each is behind; what is parked or set aside."""
    failing: tuple[str, ...] = ()
    """Conditions of readiness that do not hold."""
    silent_replicas: tuple[str, ...] = ()
    """Machine and port of those that fell silent without having been told to stop."""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look after it."""
        return self.state == "hidup" and not self.silent_replicas


def expected() -> set[str]:
    """The processes without which the office does not work."""
    others = {"notifier", "ledger", "gateway", "public"}
    return {step.service for step in load_sop().steps} | others


def standing(document: Mapping[str, Any] | None, *, now: datetime) -> list[ProcessStatus]:
    """How every process stands, by the document of signs; by name.

    Args:
        document: Where the newest sign of each is kept.
        now: To tell who has been silent for too long.
    """
    seen = seen_in(document)
    silent: dict[str, list[str]] = {}
    for each in replicas_in(document):
        if each.is_silent(now):
            silent.setdefault(each.process, []).append(each.replica)
    told = [_process(name, seen.get(name), now) for name in sorted({*expected(), *seen})]
    return [
        each.model_copy(update={"silent_replicas": tuple(sorted(silent.get(each.process, ())))})
        for each in told
    ]


def _process(name: str, seen: Seen | None, now: datetime) -> ProcessStatus:
    if seen is None:
        return ProcessStatus(process=name, state="belum-terdengar")
    sign, silence = seen.heartbeat, max(now - seen.seen_at, timedelta())
    failing = tuple(sorted(each for each, holds in sign.ready.items() if not holds))
    state: ProcessState = "tidak-siap" if failing else "hidup"
    return ProcessStatus(
        process=name,
        state="diam" if silence > SILENT_AFTER else state,
        seen_at=seen.seen_at,
        silent_seconds=int(silence.total_seconds()),
        pending=sign.consumer.pending if sign.consumer else None,
        unacknowledged=sign.consumer.unacknowledged if sign.consumer else None,
        lags=sign.lags,
        failing=failing,
    )
