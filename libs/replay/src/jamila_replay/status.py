"""How the ledger, its models and the services stand to each other, without asking any of them."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import text

from jamila_contracts.model import Fact
from jamila_ledger.models import ModelNames
from jamila_replay.lock import LOCKS, MODEL
from jamila_replay.parking import parked_events
from jamila_replay.set_aside import set_aside
from jamila_replay.stores import Stores
from jamila_runtime.looking import stores_with
from jamila_runtime.signs import ALL, HEARTBEATS, ProcessStatus, standing

_PUBLISHED = text("SELECT published FROM outbox")


class ModelStatus(Fact):
    """One model."""

    name: str
    state: str
    position: int
    lag: int
    """Entries of the ledger it does not have yet."""
    as_of: AwareDatetime | None = None
    digest: str | None = None


class ServiceStatus(Fact):
    """One service, by its store."""

    service: str
    published: int
    """Last place of its log that left it."""
    in_ledger: int
    lag: int
    """Places between the two."""
    parked: int
    last_sign: AwareDatetime | None
    """When its file was last written; None where a database keeps it."""


class Status(Fact):
    """Everything an operator looks at first."""

    position: int
    head: str
    models: tuple[ModelStatus, ...]
    services: tuple[ServiceStatus, ...]
    processes: tuple[ProcessStatus, ...]
    set_aside: int = 0
    """Messages from outside that could not be taken in and wait for a person."""
    running: dict[str, Any] | None = None
    """The run that holds the lock, and its last sign."""

    @property
    def silent(self) -> tuple[str, ...]:
        """Processes that give no sign of life."""
        dead = ("diam", "belum-terdengar")
        return tuple(each.process for each in self.processes if each.state in dead)

    @property
    def silent_replicas(self) -> tuple[str, ...]:
        """Replicas that died while another works, by process and place."""
        return tuple(
            f"{each.process} di {replica}"
            for each in self.processes
            for replica in each.silent_replicas
        )


def look(stores: Stores, *, now: datetime) -> Status:
    """Look at everything; writes nothing.

    Args:
        stores: Open connections.
        now: To tell who has been silent for too long.

    Raises:
        RetryableError: MongoDB or the ledger is away.
    """
    head = stores.reader.store.head()
    database = stores.database
    models = [_model("live", "live", database.live(), stores)]
    models += [
        _model(each.id, each.state, each.names, stores, digest=each.digest)
        for each in database.shadows()
    ]
    return Status(
        position=head.position,
        head=str(head),
        models=tuple(models),
        services=tuple(_services(stores)),
        processes=tuple(standing(database.get(HEARTBEATS, ALL), now=now)),
        set_aside=len(set_aside(stores.settings.stores)),
        running=database.get(LOCKS, MODEL),
    )


def _model(
    name: str, state: str, names: ModelNames, stores: Stores, *, digest: str | None = None
) -> ModelStatus:
    at = stores.database.position(names)
    head = stores.reader.store.head().position
    return ModelStatus(
        name=name,
        state=state,
        position=at["position"],
        lag=max(head - at["position"], 0),
        as_of=at.get("as_of"),
        digest=digest,
    )


def _services(stores: Stores) -> list[ServiceStatus]:
    recorded = stores.reader.store.source_positions()
    folder = stores.settings.stores
    parked = Counter(each.service for each in parked_events(folder))
    found = []
    for service, connection in stores_with("outbox", folder):
        published = connection.execute(_PUBLISHED).scalar() or 0
        in_ledger = recorded.get(service, 0)
        found.append(
            ServiceStatus(
                service=service,
                published=published,
                in_ledger=in_ledger,
                lag=max(published - in_ledger, 0),
                parked=parked[service],
                last_sign=_written_at(folder / f"{service}.db"),
            )
        )
    return found


def _written_at(path: Path) -> datetime | None:
    beside = path.with_name(f"{path.name}-wal")
    files = [each for each in (path, beside) if each.exists()]
    if not files:
        return None
    return datetime.fromtimestamp(max(each.stat().st_mtime for each in files), tz=UTC)
