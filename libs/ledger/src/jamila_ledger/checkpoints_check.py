"""Checks a ledger against its signed checkpoints. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from jamila_ledger.chain import GENESIS, Entry, Head, Problem, VerificationReport, verify
from jamila_ledger.checkpoints import Checkpoint
from jamila_ledger.checkpoints_key import PublicKeys
from jamila_ledger.merkle import Frontier

_LEAVES = 4096
"""So many hashes are gathered before the tree grows by them: together they take half the time."""
_NO_ANCHORS: Mapping[int, bytes] = MappingProxyType({})


def check(
    entries: Iterable[Entry],
    checkpoints: Sequence[Checkpoint],
    keys: PublicKeys,
    *,
    anchors: Mapping[int, bytes] = _NO_ANCHORS,
) -> VerificationReport:
    """Prove that a ledger is whole, and is the one that was signed.

    Args:
        entries: The ledger from its first entry, in order; read as a stream.
        checkpoints: In the order of their file.
        keys: Whose signatures count.
        anchors: Further hashes by position that were kept elsewhere.
    """
    forged = first_forged(checkpoints, keys)
    signed = {each.position: bytes.fromhex(each.hash) for each in checkpoints[:forged]}
    roots = {each.position: each.root for each in checkpoints[:forged]}
    kept = signed | dict(anchors)
    wrong: list[int] = []
    report = verify(_planted(entries, roots, wrong), anchors=kept)
    problem = report.problem
    if problem is None and wrong:
        detail = "the signed root is not the one of these entries"
        problem = Problem("checkpoint", wrong[0], detail)
    if problem is None and forged is not None:
        detail = "a checkpoint is not signed by a key of the office, or out of its order"
        problem = Problem("checkpoint", checkpoints[forged].position, detail)
    if problem is None:
        return report
    # What comes after the last anchor that was met may be part of what a forger chained anew.
    met = max((place for place in kept if place <= report.head.position), default=0)
    head = Head(met, kept.get(met, GENESIS))
    return VerificationReport(ok=False, head=head, entries=report.entries, problem=problem)


def first_forged(checkpoints: Sequence[Checkpoint], keys: PublicKeys) -> int | None:
    """Index of the first that no key of the office signed, or that goes back; None if all do."""
    reached = 0
    for index, each in enumerate(checkpoints):
        if each.position <= reached or not each.is_genuine(keys):
            return index
        reached = each.position
    return None


def _planted(
    entries: Iterable[Entry], roots: Mapping[int, str], wrong: list[int]
) -> Iterator[Entry]:
    """Pass entries on and grow the tree behind their back; note where a root does not fit."""
    tree, leaves, last = Frontier(), [], max(roots, default=0)
    for entry in entries:
        yield entry
        # A forger's hand may have changed a type; whoever reads the entries has found that.
        if (type(entry.position), type(entry.hash)) != (int, bytes):
            return
        if entry.position > last:
            continue
        leaves.append(entry.hash)
        if entry.position in roots or len(leaves) == _LEAVES:
            tree.extend(leaves)
            leaves.clear()
            if tree.size in roots and tree.root().hex() != roots[tree.size]:
                wrong.append(tree.size)
