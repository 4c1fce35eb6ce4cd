"""Signed checkpoints beside the ledger: what the hash chain alone cannot prove.

Who can change the whole store can rewrite every hash of the chain, or cut off its end. A checkpoint
says, under the key of the office, how far the ledger reached at a time, with which last hash, and
with which root of the Merkle tree over all entries (docs/decisions/0010-merkle-checkpoints.md).

The file is an anchor against everybody who does not hold the key; against those who do, or who cut
off the file too, only a line of it that was kept elsewhere helps. One JSON line per checkpoint.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Final, Self

from jamila_ledger.checkpoints_key import OfficeKey, PublicKeys
from jamila_ledger.merkle import Frontier
from jamila_ledger.store import LedgerUnusableError
from jamila_runtime.durable import make_durable
from jamila_runtime.outside import read_json

FILE_NAME: Final = "checkpoints.jsonl"
_TITLE: Final = "jamila-checkpoint-v1"
_TAIL_BYTES: Final = 16_384
"""More than any line: a tree of 2^64 leaves has 64 peaks of 64 digits."""


class CheckpointsUnusableError(LedgerUnusableError):
    """The file of checkpoints is damaged, or somebody else wrote in it."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How far one office's ledger reached; all hashes in lower-case hexadecimal."""

    tenant: str
    position: int
    """Place of the last entry: the size of the Merkle tree."""
    hash: str
    """Hash of the last entry: the head of the chain."""
    root: str
    """Root of the Merkle tree over the hashes of all entries (RFC 9162)."""
    time: str
    """When it was signed: ISO 8601, UTC."""
    key_id: str
    signature: str = ""
    peaks: tuple[str, ...] = field(default=(), compare=False)
    """Where the tree goes on from here; they lead to the signed root, so need no signature."""

    def message(self) -> bytes:
        """What is signed: one value per line, in a fixed order."""
        said = (self.tenant, str(self.position), self.hash, self.root, self.time, self.key_id)
        return "".join(f"{line}\n" for line in (_TITLE, *said)).encode()

    def signed(self, key: OfficeKey) -> Self:
        """The same checkpoint with its signature."""
        return replace(self, signature=key.sign(self.message()).hex())

    def is_genuine(self, keys: PublicKeys) -> bool:
        """Whether one of these keys signed exactly this."""
        try:
            signature = bytes.fromhex(self.signature)
        except ValueError:
            return False
        return keys.accept(self.key_id, signature, self.message())

    def day(self, zone: tzinfo) -> date:
        """The day on which it was signed.

        Raises:
            CheckpointsUnusableError: its time is no time.
        """
        try:
            return datetime.fromisoformat(self.time).astimezone(zone).date()
        except ValueError as error:
            raise CheckpointsUnusableError("the time of a checkpoint is no time") from error

    def frontier(self) -> Frontier:
        """The tree up to here.

        Raises:
            CheckpointsUnusableError: the peaks do not lead to the signed root.
        """
        try:
            tree = Frontier(self.position, [bytes.fromhex(peak) for peak in self.peaks])
        except (ValueError, TypeError) as error:
            raise CheckpointsUnusableError("the peaks of a checkpoint are damaged") from error
        if tree.root().hex() != self.root:
            raise CheckpointsUnusableError("the peaks of a checkpoint do not lead to its root")
        return tree

    def line(self) -> bytes:
        """The line of the file."""
        return json.dumps(asdict(self), separators=(",", ":")).encode() + b"\n"

    @classmethod
    def parse(cls, line: str | bytes) -> Self:
        """Read a line.

        Raises:
            CheckpointsUnusableError: it is no checkpoint.
        """
        try:
            value = read_json(line)
            value["peaks"] = tuple(value.get("peaks", ()))
            checkpoint = cls(**value)
        except (ValueError, TypeError, AttributeError) as error:
            raise CheckpointsUnusableError("a line is no checkpoint") from error
        texts = (value for name, value in asdict(checkpoint).items() if name != "position")
        if type(checkpoint.position) is not int or not all(
            isinstance(text, str | tuple) for text in texts
        ):
            raise CheckpointsUnusableError("a line is no checkpoint")
        return checkpoint


class CheckpointFile:
    """Keeps the checkpoints of one ledger, oldest first; several processes may add to it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> list[Checkpoint]:
        """Every checkpoint; none if there is no file.

        Raises:
            CheckpointsUnusableError: the file is damaged.
        """
        return [Checkpoint.parse(line) for line in _whole_lines(self._read(0))]

    def last(self) -> Checkpoint | None:
        """The newest checkpoint.

        Raises:
            CheckpointsUnusableError: the end of the file is damaged.
        """
        lines = _whole_lines(self._read(_TAIL_BYTES))
        return Checkpoint.parse(lines[-1]) if lines else None

    def append(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint for good; the caller holds :meth:`locked`."""
        is_new = not self._path.exists()
        with self._path.open("ab") as file:
            # What follows the last line end was torn off by a power cut: never a checkpoint.
            file.truncate(file.tell() - len(self._read(_TAIL_BYTES).rpartition(b"\n")[2]))
            file.write(checkpoint.line())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            make_durable(self._path.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from adding meanwhile."""
        with self._path.with_name(f".{self._path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self, tail: int) -> bytes:
        """The file, or about so many bytes of its end."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - tail, 0) if tail else 0)
                return file.read()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise CheckpointsUnusableError("the checkpoints cannot be read") from error


def _whole_lines(content: bytes) -> Sequence[bytes]:
    return content.split(b"\n")[:-1]
