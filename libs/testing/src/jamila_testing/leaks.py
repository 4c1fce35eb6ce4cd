"""Looks for what must not be found: in files, in MongoDB, in JetStream, in what processes say."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import bson
import nats
from nats.js.errors import NotFoundError
from pymongo import MongoClient

_EMPTY = bytes(64)
"""Stretches that a database laid out beforehand and never wrote."""


def forms(secret: bytes) -> Iterator[bytes]:
    """A secret as it is, as UTF-16, in hexadecimal, and in base64 wherever it may begin."""
    yield secret
    yield secret.decode("latin-1").encode("utf-16-le")
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for shift in range(3):
        # Whole groups of three bytes of the secret, whatever stands around it.
        inner = secret[(3 - shift) % 3 :]
        inner = inner[: len(inner) // 3 * 3]
        yield base64.b64encode(inner)
        yield base64.urlsafe_b64encode(inner)


def found_in(content: bytes, secrets: Mapping[str, bytes]) -> set[str]:
    """The names of the secrets that stand in some bytes, in whatever form."""
    written = content.replace(_EMPTY, b"")
    return {
        name
        for name, secret in secrets.items()
        if any(form in written for form in set(forms(secret)))
    }


def files_of(folder: Path, *, without: Iterable[str] = ()) -> Iterator[Path]:
    """Every file below a folder, but for some of the folders in it."""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).parts[0] not in without:
            yield path


def found_below(
    folder: Path, secrets: Mapping[str, bytes], *, without: Iterable[str] = ()
) -> set[str]:
    """The secrets that stand in files below a folder, or in their names, and where."""
    return {
        f"{name} in {path.relative_to(folder)}"
        for path in files_of(folder, without=without)
        for name in found_in(path.read_bytes() + str(path).encode(), secrets)
    }


def documents_of(mongo_url: str) -> bytes:
    """Every document of every collection, the operations log included: files are compressed."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    try:
        return b"".join(
            bson.encode(document)
            for name in client.list_database_names()
            for collection in client[name].list_collection_names()
            for document in client[name][collection].find()
        )
    finally:
        client.close()


async def messages_of(nats_url: str, *, user: str, password: str) -> bytes:
    """Every message of every stream: subject, headers and body; files may be compressed."""
    client = await nats.connect(nats_url, user=user, password=password)
    found: list[bytes] = []
    try:
        stream = client.jetstream()
        for info in await stream.streams_info():
            name = info.config.name or ""
            for sequence in range(info.state.first_seq, info.state.last_seq + 1):
                try:
                    message = await stream.get_msg(name, sequence)
                except NotFoundError:
                    continue
                head = f"{message.subject} {message.headers}".encode()
                found += [head, message.data or b""]
    finally:
        await client.close()
    return b"\n".join(found)


def command_lines_of(process_ids: Iterable[int]) -> bytes:
    """What everybody on the machine sees of some processes."""
    return b"\n".join(Path(f"/proc/{each}/cmdline").read_bytes() for each in process_ids)
