"""One instant of all stores, taken while they are being written.

Each store alone can be copied while it is written. But a copy of one stage must never know of
something that the copy of another does not: a restored office would wait for ever for a fact that
was lost. So for some milliseconds every store is kept from being written, a reader is opened on
each, and the writers go on. The readers still see the instant, and are copied at leisure.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jamila_deploy.backup import files
from jamila_deploy.backup.errors import BackupDamagedError, StoresBusyError
from jamila_deploy.backup.stores import in_flight, log_end
from jamila_runtime.durable import make_durable

_HOLD_SECONDS: Final = 0.5
"""Longest time in which writers are kept waiting; they give up after five seconds."""
_PAUSE_SECONDS: Final = 0.1
Readers = Mapping[Path, sqlite3.Connection]


@dataclass(frozen=True)
class Cut:
    """What was seen at one instant."""

    readers: Readers
    at: datetime
    held_seconds: float
    """How long writers were kept waiting."""
    in_flight: int
    """Facts and wishes that were on their way just then; none in a quiet moment."""

    @property
    def stores(self) -> int:
        """How many there are."""
        return len(self.readers)

    def log_ends(self) -> dict[str, int]:
        """Where the log of each store ends."""
        ends = {file.name: log_end(reader) for file, reader in self.readers.items()}
        return {name: end for name, end in ends.items() if end is not None}

    def copy(self, folder: Path, sums: files.Sums) -> None:
        """Copy what the readers see."""
        folder.mkdir(exist_ok=True)
        for file, reader in self.readers.items():
            target = folder / file.name
            with closing(sqlite3.connect(target)) as copy:
                # Page by page: another way of copying would number the rows anew, and with them
                # the places of the log.
                reader.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            make_durable(target)
            sums[f"{folder.name}/{file.name}"] = files.sha256_of(target)


@contextmanager
def cut_through(
    stores: Sequence[Path], *, quiet_seconds: float, patience_seconds: float = 30.0
) -> Iterator[Cut]:
    """Open a reader on every store, all at the same instant.

    Args:
        stores: SQLite files.
        quiet_seconds: How long to look for a moment in which nothing is on its way; then any will
            do, for what is on its way is not lost.
        patience_seconds: How long to try to stop the writers at all.

    Raises:
        StoresBusyError: the writers could not be stopped.
        BackupDamagedError: a store is none.
    """
    began = time.monotonic()
    while True:
        with ExitStack() as stack:
            cut = _attempt(stores, stack)
            waited = time.monotonic() - began
            if cut is not None and (cut.in_flight == 0 or waited >= quiet_seconds):
                yield cut
                return
        if cut is None and waited >= patience_seconds:
            raise StoresBusyError("the stores are being written all the time")
        time.sleep(_PAUSE_SECONDS)


def _attempt(stores: Sequence[Path], stack: ExitStack) -> Cut | None:
    with ExitStack() as gates:
        held_from = time.monotonic()
        try:
            for file in stores:
                left = max(held_from + _HOLD_SECONDS - time.monotonic(), 0.0)
                gate = gates.enter_context(_opened(file, timeout=left))
                gate.execute("BEGIN IMMEDIATE")
            readers = {file: _reader(file, stack) for file in stores}
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            raise BackupDamagedError("a store cannot be read") from error
        at = datetime.now(UTC)
    held = time.monotonic() - held_from
    return Cut(readers, at, held, sum(in_flight(each, at) for each in readers.values()))


def _reader(file: Path, stack: ExitStack) -> sqlite3.Connection:
    reader = stack.enter_context(_opened(file, timeout=_HOLD_SECONDS))
    reader.execute("PRAGMA query_only=ON")
    reader.execute("BEGIN")
    # Only a statement that reads takes the snapshot.
    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return reader


@contextmanager
def _opened(file: Path, *, timeout: float) -> Iterator[sqlite3.Connection]:
    # A file that is not there must not be made.
    address = f"{file.absolute().as_uri()}?mode=rw"
    with closing(
        sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)
    ) as connection:
        yield connection
