"""A shadow: a read model in collections of its own, beside the live one."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from jamila_contracts.model import Fact
from jamila_ledger.aggregates import FIGURES
from jamila_ledger.calendar import Calendar
from jamila_ledger.models import ModelNames
from jamila_ledger.projector import calendar_name
from jamila_ledger.views import MODELS, OUTAGES, POSITION_ID, SLA
from jamila_replay.errors import ShadowOutdatedError, ShadowUnfitError
from jamila_replay.source import Extent

COLLECTIONS = MODELS
"""Every projection there is."""
SUMMED = (OUTAGES, FIGURES)
"""Projections that are not made case by case."""

State = Literal["building", "built"]


class PartDone(Fact):
    """What one part of the ledger became."""

    events: int = 0
    documents: dict[str, int] = Field(default_factory=dict)
    digest: str = f"{0:064x}"
    """Sum of the hashes of its documents."""


class Shadow(Fact):
    """What is known of a shadow; one document of ``replay_shadows``."""

    id: str
    state: State = "building"
    models: tuple[str, ...] = COLLECTIONS
    """The projections that are rebuilt."""
    until: int
    until_hash: str
    after: int = 0
    case_id: str | None = None
    calendar: str
    fingerprint: str
    """Of the software that folds: two versions must not build one model."""
    begun_at: AwareDatetime
    parts: dict[str, PartDone] = Field(default_factory=dict)
    digest: str | None = None
    """Of all documents when it was built; the same ledger always gives the same."""

    @classmethod
    def begin(
        cls, run_id: UUID, extent: Extent, *, until_hash: str, now: datetime, calendar: Calendar
    ) -> Self:
        """A shadow that holds nothing yet, of all projections."""
        return cls(
            id=f"s{now:%Y%m%dT%H%M%S}-{run_id.hex[:6]}",
            until=extent.until,
            until_hash=until_hash,
            after=extent.after,
            case_id=extent.case_id,
            calendar=calendar_name(calendar),
            fingerprint=fingerprint(),
            begun_at=now,
        )

    @property
    def names(self) -> ModelNames:
        """Where it lies."""
        collections = {name: f"{name}__{self.id}" for name in self.models}
        omitted = frozenset(COLLECTIONS) - set(self.models)
        return ModelNames(collections, f"{POSITION_ID}__{self.id}", self.id, omitted)

    @property
    def extent(self) -> Extent:
        """Which entries it folds."""
        return Extent(self.until, self.after, self.case_id)

    @property
    def events(self) -> int:
        """How many entries were folded so far."""
        return sum(part.events for part in self.parts.values())

    @property
    def is_whole(self) -> bool:
        """All projections of all cases: it can stand alone."""
        return self.case_id is None and set(self.models) == set(COLLECTIONS)

    @property
    def sum_of_parts(self) -> int:
        """Digest of all documents that were folded case by case."""
        return sum(int(part.digest, 16) for part in self.parts.values())

    def must_be_current(self, calendar: Calendar) -> None:
        """Refuse to mix what two versions of the software or the calendar make of a ledger.

        Raises:
            ShadowOutdatedError: it was begun by another version.
        """
        if (self.fingerprint, self.calendar) != (fingerprint(), calendar_name(calendar)):
            raise ShadowOutdatedError(
                f"software or calendar changed since {self.id} was begun; begin a new one"
            )

    def must_be_built(self) -> None:
        """Refuse what is not finished.

        Raises:
            ShadowUnfitError: it is still being built, or the run was interrupted.
        """
        if self.state != "built":
            raise ShadowUnfitError(f"shadow {self.id} is not finished; go on with --resume")


def with_needed(models: Iterable[str]) -> tuple[str, ...]:
    """The projections asked for, and those they are made of, in their usual order."""
    wanted = set(models)
    if FIGURES in wanted:
        wanted.add(SLA)
    return tuple(name for name in COLLECTIONS if name in wanted)


@cache
def fingerprint() -> str:
    """Name the software that folds, by the content of its files."""
    digest = hashlib.sha256()
    for package in ("jamila_contracts", "jamila_ledger"):
        for name, content in sorted(_sources(files(package))):
            digest.update(f"{package}/{name}\0".encode() + content)
    return digest.hexdigest()[:16]


def _sources(folder: Traversable) -> Iterable[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_file() and each.name.endswith((".py", ".json")):
            yield each.name, each.read_bytes()
        elif each.is_dir() and each.name == "data":
            yield from ((f"data/{name}", content) for name, content in _sources(each))


def added_up(parts: Iterable[PartDone]) -> Mapping[str, int]:
    """Documents by collection, over all parts."""
    total: dict[str, int] = {}
    for part in parts:
        for name, number in part.documents.items():
            total[name] = total.get(name, 0) + number
    return total
