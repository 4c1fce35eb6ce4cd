"""One run at a time on the read model: a document with a heartbeat.

Who dies without releasing it is waited out. Who was only asleep and wakes up after that finds that
the lock is no longer its own, and its exchange fails: the transaction asks for the owner.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from jamila_replay.database import ModelDatabase
from jamila_replay.errors import RunningAlreadyError
from jamila_runtime.clock import Clock
from jamila_runtime.errors import RetryableError
from jamila_runtime.mongo import translated

LOCKS = "replay_locks"
MODEL = "read-model"
PATIENCE = timedelta(seconds=30)
"""A lock whose holder gave no sign for so long is free."""
_BEAT = timedelta(seconds=5)


class ModelLock:
    """Held by one run."""

    def __init__(self, database: ModelDatabase, run_id: UUID, clock: Clock) -> None:
        self._locks = database.table(LOCKS)
        self.owner = str(run_id)
        self._clock = clock
        self._released = threading.Event()
        self._lost = False

    @contextmanager
    def held(self) -> Iterator["ModelLock"]:
        """Hold it for as long as the block runs.

        Raises:
            RunningAlreadyError: another run holds it and is alive.
        """
        self._take()
        beating = threading.Thread(target=self._beat, daemon=True)
        beating.start()
        try:
            yield self
        finally:
            self._released.set()
            beating.join()
            with translated():
                self._locks.delete_one({"_id": MODEL, "owner": self.owner})

    def check(self) -> None:
        """Prove that it is still ours.

        Raises:
            RunningAlreadyError: we were silent for too long and another run took it.
        """
        if self._lost:
            raise RunningAlreadyError("another run took over while this one gave no sign")

    def _take(self) -> None:
        now = self._clock.now()
        mine = {"owner": self.owner, "beat_at": now, "since": now}
        silent = {"_id": MODEL, "beat_at": {"$lt": now - PATIENCE}}
        with translated():
            try:
                self._locks.update_one(silent, {"$set": mine}, upsert=True)
            except DuplicateKeyError as error:
                raise RunningAlreadyError("another run works on the read model") from error

    def _beat(self) -> None:
        mine: dict[str, Any] = {"_id": MODEL, "owner": self.owner}
        while not self._released.wait(_BEAT.total_seconds()):
            try:
                with translated():
                    now = {"$set": {"beat_at": self._clock.now()}}
                    self._lost = self._locks.update_one(mine, now).matched_count != 1
            except RetryableError:
                # MongoDB is away: the run itself notices soon enough.
                continue
