"""The ring of keys that wrap the case keys: a tree from which single keys can be cut out for ever.

The case keys lie wrapped in the vault, and the vault lies in every backup. What makes a forgotten
case unreadable in backups too is that the key that wrapped its key exists nowhere any more. Each
place of the vault (slot) has such a key of its own, derived step by step from the root of a binary
tree (Goldreich, Goldwasser, Micali 1986). Cutting out a slot replaces the root by the subtrees that
do not contain the slot: every other key can still be derived, this one cannot. So nobody else's
key is wrapped anew, and older backups of the vault stay good for all other cases.

The ring is one small file in the folder of secrets, which is never backed up with the stores. It
changes only when something is forgotten. Decision: docs/decisions/0015.

Errors::

    KeyDestroyedError    (NotFoundError) the key of the slot was cut out
    KeyRingMissingError  (DomainError)   there is no ring, or it cannot be read
"""

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

from jamila_runtime.durable import make_durable
from jamila_runtime.errors import DomainError, NotFoundError
from jamila_runtime.outside import read_json

FILE_NAME: Final = "case-keys.ring"
_FORMAT: Final = "jamila-ring-v1"
_DEPTH: Final = 32
"""2^32 slots: more cases than a kabupaten sees in a thousand years."""
_KEY_BYTES: Final = 32
_PURPOSE: Final = b"jamila/case-key/v1"
_TRIES: Final = 3

Nodes = dict[str, bytes]
"""Keys of subtrees by their path from the root, written in 0 and 1."""
_Stamp = tuple[int, int, int]


class KeyDestroyedError(NotFoundError):
    """The key was destroyed; what it wrapped can never be opened again."""

    slug = "personal-data-forgotten"


class KeyRingMissingError(DomainError):
    """The ring of keys is not there, or damaged; without it nothing personal can be opened."""

    slug = "key-ring-missing"


class KeyRing:
    """Derives the keys of slots, and destroys them; follows what other processes destroy."""

    def __init__(self, file: Path, master_key: bytes) -> None:
        self._file = file
        self._master_key = master_key
        self._lock = Lock()
        self._nodes: Nodes = {}
        self._stamp: _Stamp | None = None

    @property
    def exists(self) -> bool:
        """Whether the ring was made."""
        return self._file.exists()

    def make(self) -> None:
        """Make a new ring; quiet if another process was faster."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}-{secrets.token_hex(4)}")
        _write(draft, {"": secrets.token_bytes(_KEY_BYTES)})
        try:
            # A link fails when the name is taken: of two processes that start, one wins.
            os.link(draft, self._file)
        except FileExistsError:
            return
        finally:
            draft.unlink()
            make_durable(self._file.parent)

    def key(self, slot: int) -> bytes:
        """The key that wraps what lies in a slot.

        Raises:
            KeyDestroyedError: it was destroyed.
            KeyRingMissingError: there is no ring.
        """
        leaf = _derive(self._current(), _path(slot))
        return hmac.digest(self._master_key, _PURPOSE + leaf, "sha256")

    def holds(self, slot: int) -> bool:
        """Whether the key of a slot can still be derived."""
        return _ancestor(self._current(), _path(slot)) is not None

    def destroy(self, slot: int) -> None:
        """Cut the key of a slot out of the ring; quiet when it is gone.

        Raises:
            KeyRingMissingError: there is no ring.
        """
        path = _path(slot)
        with self._alone():
            nodes = dict(self._current())
            start = _ancestor(nodes, path)
            if start is None:
                return
            key = nodes.pop(start)
            for step in path[len(start) :]:
                children = {side: _child(key, side) for side in "01"}
                nodes[start + _other(step)] = children[_other(step)]
                start, key = start + step, children[step]
            self._replace(nodes)

    def _current(self) -> Nodes:
        with self._lock:
            for _ in range(_TRIES):
                # Another process may replace the file, and blot out the old one, while we read.
                with suppress(ValueError, KeyError, TypeError, AttributeError):
                    stamp = self._stamp_of_file()
                    if stamp != self._stamp:
                        self._nodes, self._stamp = _read(self._file), stamp
                    return self._nodes
        raise KeyRingMissingError("the ring of case keys is damaged")

    def _stamp_of_file(self) -> _Stamp:
        try:
            found = self._file.stat()
        except OSError as error:
            raise KeyRingMissingError("there is no ring of case keys") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _replace(self, nodes: Nodes) -> None:
        draft = self._file.with_name(f"{self._file.name}.new")
        _write(draft, nodes)
        with self._file.open("r+b") as old:
            draft.replace(self._file)
            make_durable(self._file.parent)
            # As far as the disk lets us: the old keys shall not stay in a free block.
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes from changing the ring."""
        with self._file.with_name(f"{self._file.name}.lock").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield


def _path(slot: int) -> str:
    if not 0 <= slot < 1 << _DEPTH:
        msg = f"there is no slot {slot}"
        raise ValueError(msg)
    return f"{slot:0{_DEPTH}b}"


def _other(side: str) -> str:
    return "0" if side == "1" else "1"


def _child(key: bytes, side: str) -> bytes:
    return hmac.digest(key, side.encode(), "sha256")


def _ancestor(nodes: Nodes, path: str) -> str | None:
    """The subtree of the ring that holds a leaf; the nodes of a ring never overlap."""
    return next((path[:end] for end in range(len(path) + 1) if path[:end] in nodes), None)


def _derive(nodes: Nodes, path: str) -> bytes:
    start = _ancestor(nodes, path)
    if start is None:
        raise KeyDestroyedError("the key of this slot was destroyed")
    key = nodes[start]
    for side in path[len(start) :]:
        key = _child(key, side)
    return key


def _read(file: Path) -> Nodes:
    data = read_json(file.read_bytes())
    if data["format"] != _FORMAT:
        msg = "another form of ring"
        raise ValueError(msg)
    return {path: bytes.fromhex(key) for path, key in data["nodes"].items()}


def _write(file: Path, nodes: Nodes) -> None:
    data = {"format": _FORMAT, "nodes": {path: key.hex() for path, key in sorted(nodes.items())}}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        json.dump(data, stream)
        stream.flush()
        os.fsync(stream.fileno())
