"""Proves that the entries of one case belong to the signed ledger, without showing any other."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from jamila_ledger.chain import Entry
from jamila_ledger.checkpoints import Checkpoint, CheckpointsUnusableError
from jamila_ledger.merkle import is_consistent, prove_consistency, prove_inclusion
from jamila_ledger.store import LedgerStore


@dataclass(frozen=True)
class CaseProof:
    """What links the entries of a case to checkpoints of the office."""

    checkpoint: Checkpoint
    """The first that covers all of them: they were recorded before its time."""
    latest: Checkpoint
    """The newest: nothing before it was changed since."""
    paths: dict[int, list[str]]
    """By position: the inclusion proof of the entry in the tree of ``checkpoint``."""
    consistency: list[str]
    """That the tree of ``latest`` begins with the one of ``checkpoint``."""

    def data(self) -> dict[str, Any]:
        """The proof as JSON says it."""
        return {
            "checkpoint": asdict(self.checkpoint),
            "latest": asdict(self.latest),
            "paths": {str(position): path for position, path in self.paths.items()},
            "consistency": self.consistency,
        }


class NotProvableError(CheckpointsUnusableError):
    """The ledger does not agree with its checkpoints, or none covers the case."""


def prove_case(
    store: LedgerStore, entries: Sequence[Entry], checkpoints: Sequence[Checkpoint]
) -> CaseProof:
    """Make the proof of one case; reads the whole ledger, but keeps little of it in memory.

    Args:
        store: The ledger.
        entries: Of the case, in order, at least one.
        checkpoints: Genuine, oldest first.

    Raises:
        NotProvableError: no checkpoint covers the case, or the ledger contradicts one.
    """
    covering = [each for each in checkpoints if each.position >= entries[-1].position]
    if not covering:
        raise NotProvableError("no checkpoint covers all entries of the case")
    first, latest = covering[0], checkpoints[-1]
    indexes = [entry.position - 1 for entry in entries]
    try:
        inclusion = prove_inclusion(_leaves(store, first.position), indexes)
        consistency = prove_consistency(
            _leaves(store, latest.position), first.position, latest.position
        )
    except ValueError as error:
        raise NotProvableError("the ledger is shorter than it once was") from error
    older, newer = (first.position, inclusion.root), (latest.position, bytes.fromhex(latest.root))
    if inclusion.root.hex() != first.root or not is_consistent(older, newer, consistency):
        raise NotProvableError("the ledger was changed since it was signed")
    return CaseProof(
        checkpoint=first,
        latest=latest,
        paths={index + 1: _hexes(path) for index, path in inclusion.paths.items()},
        consistency=_hexes(consistency),
    )


def _leaves(store: LedgerStore, size: int) -> Iterator[bytes]:
    return (entry.hash for entry in islice(store.scan(), size))


def _hexes(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]
