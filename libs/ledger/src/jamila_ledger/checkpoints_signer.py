"""Signs checkpoints as the ledger grows."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import Counter, Gauge

from jamila_contracts.office_time import OFFICE_ZONE
from jamila_ledger.chain import GENESIS, Head
from jamila_ledger.checkpoints import Checkpoint, CheckpointFile, CheckpointsUnusableError
from jamila_ledger.checkpoints_key import Office, PublicKeys, ensure_office_key
from jamila_ledger.merkle import Frontier
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.store import LedgerStore
from jamila_runtime.clock import Clock
from jamila_runtime.errors import JamilaError
from jamila_runtime.logs import get_logger

EVERY: Final = 100
"""A checkpoint is signed each time the ledger passes a multiple of this, and each new day."""
_TICK_SECONDS: Final = 60.0
_PAGE: Final = 1000

SIGNED = Gauge("jamila_ledger_checkpoint_position", "Place of the last signed entry.")
REFUSED = Counter("jamila_ledger_checkpoints_refused", "Times a checkpoint could not be signed.")
_log = get_logger(__name__)


class CheckpointContradictedError(CheckpointsUnusableError):
    """The ledger is not the one that was signed before; signing it would lend it our name."""


class CheckpointSigner:
    """Signs the ledger it is given, going on from the last checkpoint; safe among threads."""

    def __init__(
        self, store: LedgerStore, file: CheckpointFile, office: Office, clock: Clock
    ) -> None:
        self._store = store
        self._file = file
        self._office = office
        self._clock = clock
        self._lock = threading.Lock()
        self._last: Checkpoint | None = None

    def offer(self) -> None:
        """Sign if it is time to; a ledger that cannot be signed goes on being recorded."""
        with _never_in_the_way():
            self._last = self._last or self._file.last()
            if self._is_due(self._store.head()):
                self.sign()

    def keep(self) -> None:
        """Sign whatever is not signed yet, before the process ends."""
        with _never_in_the_way():
            self.sign()

    def sign(self) -> Checkpoint | None:
        """Sign the ledger as it stands.

        Returns:
            The newest checkpoint, old if nothing was recorded since; None for an empty ledger.

        Raises:
            CheckpointContradictedError: the ledger is not the one that was signed before.
            CheckpointsUnusableError: the file is damaged or its last line not signed by us.
        """
        with self._lock, self._file.locked():
            last = self._trusted_last()
            head = self._store.head()
            if last is None and not head.position:
                return None
            tree = self._grown(last, head)
            if last is None or head.position > last.position:
                last = self._checkpoint(head, tree)
                self._file.append(last)
            self._last = last
            SIGNED.set(last.position)
            return last

    async def watch(self) -> None:
        """Look once a minute whether a new day wants its checkpoint."""
        while True:
            await asyncio.to_thread(self.offer)
            await asyncio.sleep(_TICK_SECONDS)

    def _is_due(self, head: Head) -> bool:
        last = self._last
        if last is None or head.position <= last.position:
            # Going back is for sign() to notice and to refuse.
            return head.position != (last.position if last else 0)
        day = self._clock.now().astimezone(OFFICE_ZONE).date()
        return head.position // EVERY > last.position // EVERY or day > last.day(OFFICE_ZONE)

    def _trusted_last(self) -> Checkpoint | None:
        last = self._file.last()
        if last is not None and not (
            last.is_genuine(self._office.keys) and last.tenant == self._office.tenant
        ):
            raise CheckpointsUnusableError("the last checkpoint is not signed by this office")
        return last

    def _grown(self, last: Checkpoint | None, head: Head) -> Frontier:
        """The tree from the last checkpoint up to the head, every link between them checked."""
        tree = last.frontier() if last else Frontier()
        previous = bytes.fromhex(last.hash) if last else GENESIS
        while tree.size < head.position:
            page = self._store.read(after=tree.size, limit=min(_PAGE, head.position - tree.size))
            for entry in page:
                if entry.position != tree.size + 1 or entry.previous_hash != previous:
                    raise CheckpointContradictedError("the ledger was changed since it was signed")
                tree.push(entry.hash)
                previous = entry.hash
            if not page:
                break
        if (tree.size, previous) != (head.position, head.hash):
            raise CheckpointContradictedError("the ledger was changed since it was signed")
        return tree

    def _checkpoint(self, head: Head, tree: Frontier) -> Checkpoint:
        return Checkpoint(
            tenant=self._office.tenant,
            position=head.position,
            hash=head.hash.hex(),
            root=tree.root().hex(),
            time=self._clock.now().isoformat(timespec="microseconds"),
            key_id=self._office.key.key_id,
            peaks=tuple(peak.hex() for peak in tree.peaks),
        ).signed(self._office.key)


def office_signer(store: LedgerStore, settings: LedgerSettings, clock: Clock) -> CheckpointSigner:
    """The signer of this office's ledger; makes the key of the office if there is none.

    Raises:
        OfficeKeyUnusableError: the key is damaged, or its folder cannot be written.
    """
    key = ensure_office_key(settings.office_key_file, settings.public_keys_file)
    office = Office(settings.tenant, key, PublicKeys.read(settings.public_keys_file))
    return CheckpointSigner(store, CheckpointFile(settings.checkpoints_file), office, clock)


@contextmanager
def _never_in_the_way() -> Iterator[None]:
    """Recording must go on: the facts are still chained, and the fault is seen and counted."""
    try:
        yield
    except (JamilaError, OSError) as error:
        REFUSED.inc()
        _log.error("no checkpoint was signed", fault=type(error).__name__)
