"""What we need of the documents of the read models."""

from typing import Any, Protocol

from jamila_runtime.mongo import Document, Filter, Query


class ReadModels(Protocol):
    """What we need of the documents of the read models."""

    async def get(self, collection: str, document_id: Any) -> Document | None:
        """The document of an id."""
        ...

    async def find(self, collection: str, query: Query) -> list[Document]:
        """All documents that fit."""
        ...

    async def count(self, collection: str, where: Filter) -> int:
        """How many documents fit."""
        ...
