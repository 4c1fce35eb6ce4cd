"""What the page reads of the read models: the collections ``public`` and ``figures``, no other."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from jamila_ledger.aggregates import FIGURES
from jamila_ledger.views_public import PUBLIC
from jamila_runtime.mongo import Document, Query


class Reader(Protocol):
    """What is needed of the read models."""

    async def find(self, collection: str, query: Query) -> list[Document]:
        """All documents that fit."""
        ...


class PublicViews:
    """Looks up by code; what it gives names nobody."""

    def __init__(self, reader: Reader, *, tenant: str) -> None:
        self._reader = reader
        self._tenant = tenant

    async def application(self, receipt_code: str) -> Document | None:
        """Where an application stands."""
        return await self._first({"receipt_code": receipt_code})

    async def document(self, code: str) -> Document | None:
        """The issued document of a code."""
        case = await self._first({"documents.code": code})
        return _picked(case, "code", code)

    async def document_of_file(self, sha256: str) -> Document | None:
        """The issued document that consists of exactly these bytes."""
        case = await self._first({"documents.signed_sha256": sha256})
        return _picked(case, "signed_sha256", sha256)

    async def weeks(self, since: Sequence[date]) -> list[Document]:
        """The figures of weeks, of the office and of each service."""
        where = {
            "period": "minggu",
            "scope": {"$in": ["kantor", "layanan"]},
            "since": {"$in": [day.isoformat() for day in since]},
            "tenant": self._tenant,
        }
        return await self._reader.find(FIGURES, Query(where=where))

    async def _first(self, where: Document) -> Document | None:
        found = await self._reader.find(PUBLIC, Query(where=where, limit=1))
        return found[0] if found else None


def _picked(case: Document | None, field: str, value: str) -> Document | None:
    if case is None:
        return None
    return next((each for each in case["documents"] if each[field] == value), None)
