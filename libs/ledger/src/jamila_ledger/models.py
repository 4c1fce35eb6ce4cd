"""Which collections are the live read model: one small document that everybody asks.

A rebuild writes into collections of its own (a shadow). Making it live changes one document,
``models/live``, in one transaction with a fence on the position of the model it replaces: a reader
sees the old model or the new one, never a mixture, and a projector that still writes the old one
fails its guard and asks again. Decision: docs/decisions/0012.

Errors::

    ModelMovedError   (RetryableError) the live model was exchanged at this moment; ask again
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from jamila_ledger.views import POSITION_ID, POSITIONS
from jamila_runtime.errors import RetryableError
from jamila_runtime.mongo import Document, Filter, Query

MODELS: Final = "models"
LIVE_ID: Final = "live"
_KEPT_SECONDS = 0.2
"""How long a reader may go on with what it knows: the replaced model is kept, only not renewed."""


class ModelMovedError(RetryableError):
    """The live model was exchanged just now."""

    slug = "read-model-moved"


@dataclass(frozen=True)
class ModelNames:
    """Where one read model lies."""

    collections: Mapping[str, str] = field(default_factory=dict)
    """Collection in MongoDB by the name the views give it; what is missing keeps its name."""
    position_id: str = POSITION_ID
    """The document that says how far this model is."""
    tag: str | None = None
    """Stands in the position document too; whoever exchanges the model changes both."""
    omitted: frozenset[str] = frozenset()
    """Views this model does not keep: a shadow of some projections only."""

    def of(self, collection: str) -> str:
        """The collection in MongoDB."""
        return self.collections.get(collection, collection)

    @classmethod
    def read(cls, document: Document | None) -> "ModelNames":
        """Read the document of the live model; without one it is the model of the first day."""
        if document is None:
            return cls()
        return cls(document["collections"], document["position_id"], document["tag"])


class Reader(Protocol):
    """What is needed of the documents to read a model."""

    async def get(self, collection: str, document_id: Any) -> Document | None:
        """The document of an id."""
        ...

    async def find(self, collection: str, query: Query) -> list[Document]:
        """All documents that fit."""
        ...

    async def count(self, collection: str, where: Filter) -> int:
        """How many documents fit."""
        ...


async def live_names(documents: Reader) -> ModelNames:
    """Where the live model lies now."""
    return ModelNames.read(await documents.get(MODELS, LIVE_ID))


class LiveModels:
    """Reads the live model under the names of the views, wherever it lies."""

    def __init__(self, documents: Reader) -> None:
        self._documents = documents
        self._names = ModelNames()
        self._known_until = 0.0

    async def get(self, collection: str, document_id: Any) -> Document | None:
        """The document of an id."""
        names = await self._live()
        if collection == POSITIONS and document_id == POSITION_ID:
            return await self._documents.get(POSITIONS, names.position_id)
        return await self._documents.get(names.of(collection), document_id)

    async def find(self, collection: str, query: Query) -> list[Document]:
        """All documents that fit."""
        return await self._documents.find((await self._live()).of(collection), query)

    async def count(self, collection: str, where: Filter) -> int:
        """How many documents fit."""
        return await self._documents.count((await self._live()).of(collection), where)

    async def _live(self) -> ModelNames:
        if time.monotonic() >= self._known_until:
            self._names = await live_names(self._documents)
            self._known_until = time.monotonic() + _KEPT_SECONDS
        return self._names
