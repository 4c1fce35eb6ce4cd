"""Documents of read models in memory, for whoever reads them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jamila_runtime.errors import JamilaError
from jamila_runtime.mongo import Document, Query


class MemoryDocuments:
    """The documents of the read models; knows the operators that we use."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[Any, Document]] = {}
        self.fault: JamilaError | None = None

    def put(self, collection: str, document: Document) -> None:
        """Write a document."""
        self.collections.setdefault(collection, {})[document["_id"]] = document

    async def get(self, collection: str, document_id: Any) -> Document | None:
        """The document of an id."""
        if self.fault is not None:
            raise self.fault
        return self.collections.get(collection, {}).get(document_id)

    async def find(self, collection: str, query: Query) -> list[Document]:
        """All documents that fit, as far as the query wants them."""
        found = [d for d in self.collections.get(collection, {}).values() if fits(d, query.where)]
        for name, way in reversed(query.order):
            found.sort(key=partial(_place, name), reverse=way == "descending")
        return found[: query.limit or None]

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """How many fit."""
        return len(await self.find(collection, Query(where=where)))


def _place(name: str, document: Document) -> Any:
    return document[name] is not None, document[name]


def fits(document: Document, where: Mapping[str, Any]) -> bool:
    """Whether a document is what a filter asks for."""
    for name, wanted in where.items():
        if name == "$or":
            if not any(fits(document, each) for each in wanted):
                return False
        elif not _holds(document.get(name), wanted):
            return False
    return True


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    tests: dict[str, Callable[[Any], bool]] = {
        "$in": lambda given: value in given,
        "$ne": lambda given: value != given,
        "$gt": lambda given: value is not None and value > given,
        "$gte": lambda given: value is not None and value >= given,
        "$lte": lambda given: value is not None and value <= given,
        "$lt": lambda given: value is not None and value < given,
    }
    return all(tests[operator](given) for operator, given in wanted.items())
