"""MongoDB as the replay tool uses it: whole collections at a time, raw documents, one lock.

Synchronous, because it runs in worker processes that do nothing else. It never writes into a live
collection; what is live changes only in :meth:`ModelDatabase.exchange`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Self, TypeVar

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from jamila_ledger.models import LIVE_ID, MODELS, ModelNames
from jamila_ledger.views import INDEXES, POSITIONS
from jamila_replay.errors import ShadowUnknownError
from jamila_replay.shadow import COLLECTIONS, PartDone, Shadow
from jamila_runtime.mongo import Document, index_model, translated

SHADOWS = "replay_shadows"
_TIMEOUT_MS = 5_000
_DUPLICATE = 11_000
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)
_MODULUS = 1 << 256
T = TypeVar("T")


class ModelDatabase:
    """One database of read models."""

    def __init__(self, client: MongoClient[Document], name: str) -> None:
        self._client = client
        self._database = client.get_database(
            name,
            codec_options=_AWARE,
            write_concern=WriteConcern("majority"),
            read_concern=ReadConcern("majority"),
        )

    @classmethod
    def connect(cls, url: str, name: str) -> Self:
        """Make a client; MongoDB itself may still be away."""
        with translated():
            client: MongoClient[Document] = MongoClient(
                url, tz_aware=True, serverSelectionTimeoutMS=_TIMEOUT_MS
            )
        return cls(client, name)

    def close(self) -> None:
        """Give back connections."""
        self._client.close()

    def table(self, name: str) -> Collection[Document]:
        """A collection, for the few documents that steer the tool."""
        return self._database[name]

    def live(self) -> ModelNames:
        """Where the live model lies."""
        with translated():
            return ModelNames.read(self._database[MODELS].find_one({"_id": LIVE_ID}))

    def pointer(self) -> Document | None:
        """The document of the live model as it is."""
        with translated():
            return self._database[MODELS].find_one({"_id": LIVE_ID})

    def position(self, names: ModelNames) -> Document:
        """How far a model is; position 0 if nothing was ever written."""
        with translated():
            found = self._database[POSITIONS].find_one({"_id": names.position_id})
        return found or {"_id": names.position_id, "position": 0, "hash": ""}

    def put_position(self, document: Document) -> None:
        """Say how far a shadow is."""
        with translated():
            self._database[POSITIONS].replace_one({"_id": document["_id"]}, document, upsert=True)

    def shadow(self, shadow_id: str) -> Shadow:
        """One shadow.

        Raises:
            ShadowUnknownError: there is none of that name.
        """
        with translated():
            found = self._database[SHADOWS].find_one({"_id": shadow_id})
        if found is None:
            raise ShadowUnknownError(f"there is no shadow {shadow_id}")
        return Shadow.model_validate(found)

    def shadows(self) -> list[Shadow]:
        """All shadows, oldest first."""
        with translated():
            found = self._database[SHADOWS].find().sort("begun_at", 1).to_list(None)
        return [Shadow.model_validate(each) for each in found]

    def save(self, shadow: Shadow, *, session: ClientSession | None = None) -> None:
        """Remember a shadow."""
        document = {"_id": shadow.id, **shadow.model_dump()}
        with translated():
            self._database[SHADOWS].replace_one(
                {"_id": shadow.id}, document, upsert=True, session=session
            )

    def part_done(self, shadow: Shadow, part: str, done: PartDone) -> None:
        """Remember that one part is in the shadow."""
        with translated():
            self._database[SHADOWS].update_one(
                {"_id": shadow.id}, {"$set": {f"parts.{part}": done.model_dump()}}
            )

    def forget(self, shadow: Shadow) -> None:
        """Throw a shadow away; the caller made sure that it is neither live nor the last one."""
        with translated():
            for collection in shadow.names.collections.values():
                self._database[collection].drop()
            self._database[POSITIONS].delete_one({"_id": shadow.names.position_id})
            self._database[SHADOWS].delete_one({"_id": shadow.id})

    def drop_database(self, name: str) -> None:
        """Throw away the database of a drill.

        Raises:
            ValueError: it is not one.
        """
        if not name.startswith(f"{self._database.name}_drill_"):
            msg = f"{name} is not the database of a drill"
            raise ValueError(msg)
        with translated():
            self._client.drop_database(name)

    def insert(self, collection: str, documents: Sequence[bytes]) -> None:
        """Add encoded documents; those that are there already stay as they are.

        Only for a shadow that is being built: a part that was interrupted is simply done again,
        and a document is a pure function of the ledger.
        """
        # Not yet for good: the part counts only when it is marked, by majority, behind them.
        target = self._raw(collection).with_options(write_concern=WriteConcern(1))
        with translated():
            try:
                target.insert_many(map(RawBSONDocument, documents), ordered=False)
            except BulkWriteError as error:
                faults = (error.details or {}).get("writeErrors", [])
                if not faults or any(fault["code"] != _DUPLICATE for fault in faults):
                    raise

    def index(self, names: ModelNames, models: Iterable[str]) -> None:
        """Make the indexes of a model, after its documents."""
        with translated():
            for model in models:
                wanted = [index_model(index) for index in INDEXES.get(model, ())]
                if wanted:
                    self._database[names.of(model)].create_indexes(wanted)

    def copy(self, source: str, target: str, where: Document) -> None:
        """Copy documents inside the server."""
        with translated():
            stages = [
                {"$match": where},
                {"$merge": {"into": target, "whenMatched": "keepExisting"}},
            ]
            self._database[source].aggregate(stages)

    def count(self, collection: str, where: Document) -> int:
        """How many documents fit."""
        with translated():
            return self._database[collection].count_documents(where)

    def digest(self, names: ModelNames, models: Iterable[str] = COLLECTIONS) -> str:
        """One number for all documents of a model, whatever order they lie in."""
        total = 0
        for model in models:
            for raw in self.scan(names.of(model)):
                total = added(total, model, bytes(raw.raw))
        return f"{total:064x}"

    def scan(
        self, collection: str, where: Document | None = None, session: ClientSession | None = None
    ) -> Iterator[RawBSONDocument]:
        """All documents by ascending id, not decoded."""
        with translated():
            yield from (
                self._raw(collection)
                .find(where or {}, session=session, batch_size=2_000)
                .sort("_id", 1)
            )

    def in_snapshot(self, look: Callable[[ClientSession], T]) -> T:
        """Look at several collections as they were at one instant."""
        with translated(), self._client.start_session(snapshot=True) as session:
            return look(session)

    def get(
        self, collection: str, document_id: Any, session: ClientSession | None = None
    ) -> Document | None:
        """The document of an id."""
        # A snapshot session chooses its own read concern.
        plain = self._database[collection].with_options(read_concern=ReadConcern())
        with translated():
            return plain.find_one({"_id": document_id}, session=session)

    def in_transaction(self, change: Callable[[ClientSession, Any], None]) -> None:
        """Change several documents together, or none."""
        with translated(), self._client.start_session() as session, session.start_transaction():
            change(session, self._database)

    def _raw(self, collection: str) -> "Collection[Any]":
        return self._database.get_collection(
            collection, codec_options=_RAW, read_concern=ReadConcern()
        )


def encoded(document: Mapping[str, Any]) -> bytes:
    """The very bytes MongoDB keeps of a document."""
    return bson.encode(document)


def decoded(raw: RawBSONDocument) -> Document:
    """A raw document as the folds know it, instants with their zone."""
    return bson.decode(bytes(raw.raw), codec_options=_AWARE)


def added(total: int, model: str, raw: bytes) -> int:
    """Add one document to a digest; the order does not matter."""
    return (total + int.from_bytes(sha256(model.encode() + raw).digest())) % _MODULUS
