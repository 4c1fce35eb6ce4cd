"""Read models in MongoDB: a small typed port, and the only module that imports motor.

Replacing motor by ``pymongo.AsyncMongoClient`` changes this file only: ``aggregate`` and ``close``
are then awaited, ``start_session`` is not.

Errors::

    RetryableError            MongoDB is away or busy; the same work may succeed later
    StaleDocumentError        (ConflictError) a guarded document is not what the writer thought
    DocumentsRefusedError     (DomainError) the server understood and refused, e.g. a bad pipeline
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, DESCENDING, DeleteOne, IndexModel, ReplaceOne
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from jamila_runtime.errors import ConflictError, DomainError, RetryableError

Document = dict[str, Any]
Filter = Mapping[str, Any]
Direction = Literal["ascending", "descending"]
Keys = tuple[tuple[str, Direction], ...]

_DIRECTIONS = {"ascending": ASCENDING, "descending": DESCENDING}
_TIMEOUT_MS = 3000
_TRANSIENT = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


class StaleDocumentError(ConflictError):
    """A guarded document was changed by somebody else; nothing was written."""

    slug = "document-stale"


class DocumentsRefusedError(DomainError):
    """MongoDB understood the request and refused it."""

    slug = "documents-refused"


@dataclass(frozen=True)
class Put:
    """Write a whole document under its ``_id``, whether it is there or not."""

    document: Document


@dataclass(frozen=True)
class Remove:
    """Delete the document of an ``_id``, if it is there."""

    document_id: Any


@dataclass(frozen=True)
class Guard:
    """Write one document only over the version the writer knows.

    Without ``expected`` the document must not exist yet.
    """

    collection: str
    document: Document
    expected: Filter | None


@dataclass(frozen=True)
class Index:
    """An index, named after the query it serves."""

    name: str
    keys: Keys
    unique: bool = False
    partial: Filter | None = None


@dataclass(frozen=True)
class Query:
    """Which documents, in which order, and how much of them."""

    where: Filter = field(default_factory=dict)
    order: Keys = ()
    skip: int = 0
    limit: int = 0
    """0: no limit."""
    fields: tuple[str, ...] = ()
    """Empty: all."""


class Documents:
    """One database of read models.

    Made inside the running event loop: motor binds a client to the loop it first runs in.
    """

    def __init__(self, url: str, database: str) -> None:
        self._url, self._name = url, database
        self._open()

    def _open(self) -> None:
        with translated():
            client: Any = AsyncIOMotorClient(
                self._url,
                tz_aware=True,
                uuidRepresentation="standard",
                serverSelectionTimeoutMS=_TIMEOUT_MS,
                connectTimeoutMS=_TIMEOUT_MS,
            )
        options: CodecOptions[Document] = CodecOptions(tz_aware=True)
        self._client = client
        self._database = client.get_database(
            self._name,
            codec_options=options,
            write_concern=WriteConcern("majority"),
            read_concern=ReadConcern("majority"),
        )

    @classmethod
    async def connect(cls, url: str, database: str) -> Self:
        """Make a client; MongoDB itself may still be away."""
        return cls(url, database)

    async def close(self) -> None:
        """Give back connections."""
        self._client.close()

    async def ping(self) -> None:
        """Prove that MongoDB answers.

        Raises:
            RetryableError: it does not.
        """
        with translated():
            await self._client.admin.command("ping")

    async def ensure_indexes(self, indexes: Mapping[str, Sequence[Index]]) -> None:
        """Make the indexes of each collection, as far as they are not there."""
        with translated():
            for collection, wanted in indexes.items():
                models = [index_model(index) for index in wanted]
                await self._database[collection].create_indexes(models)

    async def write_together(
        self, writes: Mapping[str, Sequence[Put | Remove]], *, guard: Guard
    ) -> None:
        """Write everything and the guarded document in one transaction, or nothing.

        Raises:
            StaleDocumentError: the guarded document is not what ``guard`` expects.
            RetryableError: MongoDB is away or busy.
        """
        try:
            await asyncio.to_thread(self._write_together, writes, guard)
        except RetryableError as error:
            if isinstance(error.__cause__, ConfigurationError):
                # A connection that was made while the server was no member of a set yet, as after
                # its disk was emptied, believes for ever that it has no sessions (pymongo 4.20).
                self._client.close()
                self._open()
            raise

    def _write_together(self, writes: Mapping[str, Sequence[Put | Remove]], guard: Guard) -> None:
        # One thread for the whole transaction, by the synchronous client that motor wraps: it would
        # hand over each of a dozen calls to a thread by itself.
        database = self._database.delegate
        with (
            translated(),
            self._client.delegate.start_session() as session,
            session.start_transaction(),
        ):
            _write_guarded(database[guard.collection], guard, session)
            for collection, operations in writes.items():
                if operations:
                    models = [_write_model(operation) for operation in operations]
                    database[collection].bulk_write(models, ordered=True, session=session)

    async def put(self, collection: str, document: Document) -> None:
        """Write one document under its ``_id``."""
        with translated():
            await self._database[collection].replace_one(
                {"_id": document["_id"]}, document, upsert=True
            )

    async def get(self, collection: str, document_id: Any) -> Document | None:
        """The document of an ``_id``."""
        return await self.find_one(collection, {"_id": document_id})

    async def find_one(self, collection: str, where: Filter) -> Document | None:
        """One document that fits, None if none does."""
        with translated():
            found: Document | None = await self._database[collection].find_one(where)
        return found

    async def find(self, collection: str, query: Query) -> list[Document]:
        """All documents that fit."""
        with translated():
            cursor = self._database[collection].find(
                query.where,
                dict.fromkeys(query.fields, 1) or None,
                skip=query.skip,
                limit=query.limit,
            )
            if query.order:
                cursor = cursor.sort([(name, _DIRECTIONS[way]) for name, way in query.order])
            found: list[Document] = await cursor.to_list(None)
        return found

    async def count(self, collection: str, where: Filter) -> int:
        """How many documents fit."""
        with translated():
            number: int = await self._database[collection].count_documents(where)
        return number

    async def aggregate(self, collection: str, pipeline: Sequence[Document]) -> list[Document]:
        """Run an aggregation."""
        with translated():
            found: list[Document] = (
                await self._database[collection].aggregate(list(pipeline)).to_list(None)
            )
        return found

    async def explain(self, collection: str, query: Query) -> Document:
        """The plan MongoDB chooses, to prove that a hot query uses its index."""
        with translated():
            cursor = self._database[collection].find(query.where)
            if query.order:
                cursor = cursor.sort([(name, _DIRECTIONS[way]) for name, way in query.order])
            plan: Document = await cursor.explain()
        return plan

    async def drop(self, collection: str) -> None:
        """Throw a collection away."""
        with translated():
            await self._database[collection].drop()


def index_model(index: Index) -> IndexModel:
    """The same index as the driver wants it."""
    options: dict[str, Any] = {"name": index.name, "unique": index.unique}
    if index.partial is not None:
        options["partialFilterExpression"] = dict(index.partial)
    return IndexModel([(key, _DIRECTIONS[way]) for key, way in index.keys], **options)


def _write_guarded(collection: Any, guard: Guard, session: Any) -> None:
    if guard.expected is None:
        collection.insert_one(guard.document, session=session)
        return
    same = {**guard.expected, "_id": guard.document["_id"]}
    result = collection.replace_one(same, guard.document, session=session)
    if result.matched_count != 1:
        raise StaleDocumentError("a guarded document was changed by another writer")


def _write_model(operation: Put | Remove) -> ReplaceOne[Document] | DeleteOne:
    if isinstance(operation, Remove):
        return DeleteOne({"_id": operation.document_id})
    return ReplaceOne({"_id": operation.document["_id"]}, operation.document, upsert=True)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the exceptions of pymongo into ours; for this module and the bulk writers of replay."""
    # Messages of pymongo may quote documents; ours say only what kind of fault it was.
    try:
        yield
    except DuplicateKeyError as error:
        raise StaleDocumentError("a document of this id is there already") from error
    except ConnectionFailure as error:
        raise RetryableError("MongoDB does not answer") from error
    except PyMongoError as error:
        if any(error.has_error_label(label) for label in _TRANSIENT):
            raise RetryableError("MongoDB is busy") from error
        if isinstance(error, OperationFailure | BulkWriteError):
            raise DocumentsRefusedError(f"MongoDB refused, code {error.code}") from error
        raise RetryableError(f"MongoDB failed: {type(error).__name__}") from error
