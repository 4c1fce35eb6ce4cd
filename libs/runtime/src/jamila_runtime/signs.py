"""What a sign of life says, and where the newest of each process is kept. Pure.

One document of MongoDB, ``heartbeats/all``; it belongs to no read model and no rebuild touches it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import AwareDatetime, Field, NonNegativeInt

from jamila_contracts.model import Fact

SUBJECT: Final = "heartbeat"
"""The NATS subject of all signs."""
HEARTBEATS: Final = "heartbeats"
ALL: Final = "all"
EVERY: Final = timedelta(seconds=5)
SILENT_AFTER: Final = timedelta(seconds=30)
"""Six signs lost: more than a restart takes, and less than a resident notices."""


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


class Seen(Fact):
    """A sign of life, and when it was heard."""

    heartbeat: Heartbeat
    seen_at: AwareDatetime
    """Clock of the ledger's process: the clocks of others may differ."""


def seen_in(document: Mapping[str, Any] | None) -> dict[str, Seen]:
    """What the document of signs says, by process."""
    kept = (document or {}).get("processes", {})
    return {name: Seen.model_validate(each) for name, each in sorted(kept.items())}
