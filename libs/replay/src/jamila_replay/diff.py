"""Field by field, what a shadow says that the live model does not.

Both are read as they were at one instant. They are first brought to the same position of the
ledger; a live model that does not move (its projector is down, its data are lost) is compared as it
stands, and the position is then one of the differences.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from bson.raw_bson import RawBSONDocument
from pydantic import Field
from pymongo.client_session import ClientSession

from jamila_contracts.model import Fact
from jamila_ledger.models import ModelNames
from jamila_ledger.views import POSITIONS, TRAIL
from jamila_replay.catch_up import catch_up
from jamila_replay.database import ModelDatabase, decoded
from jamila_replay.shadow import Shadow
from jamila_replay.stores import Stores
from jamila_runtime.mongo import Document

ABSENT: Final = "<tidak ada>"
SHOWN = 100
_PATIENCE_SECONDS = 5.0
_COMPARED = ("position", "hash", "sources", "calendar")


class Difference(Fact):
    """One field of one document."""

    model: str
    document: str
    field: str
    """Path with dots; empty: the whole document is missing on one side."""
    live: Any
    shadow: Any


class DiffReport(Fact):
    """Everything in which a shadow and the live model differ."""

    shadow: str
    position: int
    live_position: int
    documents: int
    """Compared, on the side that has more."""
    differences: int
    by_field: dict[str, int] = Field(default_factory=dict)
    """How many documents differ, by ``model.field``."""
    digest: str
    """Names exactly these differences; to accept them, quote it."""
    first: tuple[Difference, ...] = ()
    """The first of them."""

    @property
    def is_empty(self) -> bool:
        """Nothing differs."""
        return self.differences == 0


def compare(shadow: Shadow, stores: Stores, *, shown: int = SHOWN) -> DiffReport:
    """Compare a finished shadow with the live model, while live goes on.

    Raises:
        ShadowUnfitError: it is not finished.
    """
    shadow.must_be_built()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        live = stores.database.live()
        if shadow.case_id is None:
            catch_up(shadow, stores, until=stores.database.position(live)["position"])
        patient = shadow.case_id is None and time.monotonic() < deadline
        report = stores.database.in_snapshot(
            lambda session: _Comparison(shadow, stores.database, live, shown).report(  # noqa: B023 - called at once
                session,
                patient=patient,  # noqa: B023
            )
        )
        if report is not None:
            return report
        time.sleep(0.05)


class _Comparison:
    """Two models at one instant."""

    def __init__(
        self, shadow: Shadow, database: ModelDatabase, live: ModelNames, shown: int
    ) -> None:
        self._shadow, self._database, self._live = shadow, database, live
        self._shown = shown
        self._first: list[Difference] = []
        self._by_field: Counter[str] = Counter()
        self._digest = hashlib.sha256()
        self._differences = 0

    def report(self, session: ClientSession, *, patient: bool) -> DiffReport | None:
        """The differences; None if patience may bring both to the same position."""
        shadow, database = self._shadow, self._database
        ours = database.get(POSITIONS, shadow.names.position_id, session) or {}
        theirs = database.get(POSITIONS, self._live.position_id, session) or {}
        at, live_at = ours.get("position", 0), theirs.get("position", 0)
        if patient and at != live_at:
            return None
        if shadow.case_id is None:
            self._note(POSITIONS, "views", _only(theirs, _COMPARED), _only(ours, _COMPARED))
        documents = sum(self._model(model, session) for model in shadow.models)
        return DiffReport(
            shadow=shadow.id,
            position=at,
            live_position=live_at,
            documents=documents,
            differences=self._differences,
            by_field=dict(self._by_field.most_common()),
            digest=self._digest.hexdigest()[:16],
            first=tuple(self._first),
        )

    def _model(self, model: str, session: ClientSession) -> int:
        where = self._where(model)
        theirs = self._database.scan(self._live.of(model), where, session)
        ours = self._database.scan(self._shadow.names.of(model), where, session)
        number = 0
        for live, shadow in _side_by_side(theirs, ours):
            number += 1
            if live is not None and shadow is not None and live.raw == shadow.raw:
                continue
            either = live if live is not None else shadow
            document_id = str(either["_id"]) if either is not None else ""
            self._note(model, document_id, _plain(live), _plain(shadow))
        return number

    def _where(self, model: str) -> Document | None:
        if self._shadow.case_id is None:
            return None
        key = "case_id" if model == TRAIL else "_id"
        return {key: self._shadow.case_id}

    def _note(self, model: str, document: str, live: Any, shadow: Any) -> None:
        for field, before, after in _fields("", live, shadow):
            found = Difference(
                model=model, document=document, field=field, live=before, shadow=after
            )
            self._differences += 1
            self._by_field[f"{model}.{field}" if field else model] += 1
            self._digest.update(orjson.dumps(found.model_dump(), default=str) + b"\n")
            if len(self._first) < self._shown:
                self._first.append(found)


def _only(document: Mapping[str, Any], keys: tuple[str, ...]) -> Document:
    return {key: document.get(key) for key in keys}


def _plain(raw: RawBSONDocument | None) -> Any:
    return ABSENT if raw is None else decoded(raw)


def _side_by_side(
    left: Iterator[RawBSONDocument], right: Iterator[RawBSONDocument]
) -> Iterator[tuple[RawBSONDocument | None, RawBSONDocument | None]]:
    """Two streams sorted by id, matched by id."""
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one["_id"] < other["_id"]):
            yield one, None
            one = next(left, None)
        elif one is None or other["_id"] < one["_id"]:
            yield None, other
            other = next(right, None)
        else:
            yield one, other
            one, other = next(left, None), next(right, None)


def _fields(path: str, live: Any, shadow: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every innermost place at which two values differ."""
    if live == shadow:
        return
    if isinstance(live, dict) and isinstance(shadow, dict):
        for key in sorted({*live, *shadow}):
            inner = f"{path}.{key}" if path else key
            yield from _fields(inner, live.get(key, ABSENT), shadow.get(key, ABSENT))
    elif isinstance(live, list) and isinstance(shadow, list) and len(live) == len(shadow):
        for number, (before, after) in enumerate(zip(live, shadow, strict=True)):
            yield from _fields(f"{path}.{number}", before, after)
    else:
        yield path, live, shadow
