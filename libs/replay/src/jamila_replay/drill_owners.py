"""The part of the drill that needs the owners: asked as in earnest, and nothing is lost by it.

The ledger is restored into a throw-away place; ``ops`` publishes its own runs again, which readers
have already and skip; the owner of parked events is asked for a case that does not exist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from jamila_contracts.sop import load_sop
from jamila_ledger.chain import verify
from jamila_ledger.ops import SERVICE as OPS
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.runs import Result, Runs
from jamila_replay.settings import ReplaySettings
from jamila_replay.status import Status, look
from jamila_replay.stores import Stores

_RESTORE_SECONDS: Final = 3600.0
_ANSWER_SECONDS: Final = 60.0
_DONE: Final = "selesai"
_WITHOUT_LOG: Final = {"public"}


class ExerciseFailed(Exception):  # noqa: N818 - never leaves the drill
    """An exercise did not end as it must."""


class Owners:
    """The running system, as far as the drill asks it for something."""

    def __init__(self, stores: Stores, reason: str) -> None:
        self._stores, self._reason = stores, reason

    def away(self) -> str:
        """Name the owners of a log that give no sign of life; empty: all can be asked."""
        return ", ".join(sorted(set(self._seen().silent) - _WITHOUT_LOG))

    def restored(self, folder: Path, expected: str) -> str:
        """Restore the ledger into a new place and compare it with the copy of the old one."""
        url = f"sqlite:///{folder.resolve() / 'restored.db'}"
        self._asked("restore", {"url": url}, patience=_RESTORE_SECONDS)
        with _opened(url) as new, _opened(expected) as old:
            if not verify(new.scan()).ok:
                raise ExerciseFailed("rantai buku besar yang dipulihkan tidak utuh")
            lost = _facts(old) - _facts(new)
        if lost:
            raise ExerciseFailed(f"{len(lost)} peristiwa tidak kembali")
        return f"buku besar baru utuh dan lengkap: {url.rsplit('/', 1)[-1]}"

    def republished(self) -> str:
        """Let ``ops`` publish its own log again."""
        result = self._asked("republish", {"service": OPS, "after": 0})
        return f"{result['services']} layanan menyiarkan ulang"

    def parked(self) -> str:
        """Ask the owner of parked events for a case that does not exist."""
        service = load_sop().steps[0].service
        asks = {"service": service, "case_id": str(uuid4())}
        return f"{service} menjawab, {self._asked('parked-retry', asks)['handled']} diolah"

    def _seen(self) -> Status:
        return look(self._stores, now=datetime.now(tz=UTC))

    def _asked(
        self, action: str, asks: dict[str, Any], *, patience: float = _ANSWER_SECONDS
    ) -> Result:
        settings: ReplaySettings = self._stores.settings
        runs = Runs(settings)
        try:
            run = runs.asked(action, self._reason, asks=asks, patience_seconds=patience)
        finally:
            runs.close()
        if run.outcome != _DONE:
            raise ExerciseFailed(f"{action}: {run.result}")
        return run.result


def _facts(store: SqlLedgerStore) -> set[str]:
    return {entry.event_id for entry in store.scan()}


@contextmanager
def _opened(url: str) -> Iterator[SqlLedgerStore]:
    store = SqlLedgerStore.open_existing(url)
    try:
        yield store
    finally:
        store.close()
