"""The Merkle tree over the ledger, after RFC 9162 (Certificate Transparency), section 2.1.

Its leaves are the hashes of the entries in their order. The root of the tree is signed in each
checkpoint, so that some entries can be proved to belong to the signed ledger without showing any
other (inclusion), and an older checkpoint to be the beginning of a newer one (consistency).

Pure. Proofs are made from a stream of leaves: memory grows with their logarithm only.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf; its prefix keeps it apart from a node (RFC 9162, 2.1.1)."""
    return _sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one (RFC 9162, 2.1.1)."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree of which only the roots of its full subtrees are kept, biggest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Begin empty, or go on where another frontier stood.

        Raises:
            ValueError: a tree of that size does not have that many full subtrees.
        """
        if size < 0 or len(peaks) != size.bit_count():
            msg = f"a tree of {size} leaves does not have {len(peaks)} peaks"
            raise ValueError(msg)
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """What another frontier needs to go on from here."""
        return tuple(self._peaks)

    def push(self, leaf: bytes) -> None:
        """Add the next leaf."""
        self._add(leaf_hash(leaf), 1)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add several leaves: the same as pushing each, in half the time."""
        at = 0
        while at < len(leaves):
            # The largest full subtree that may begin where this tree ends.
            span = 1 << ((len(leaves) - at).bit_length() - 1)
            span = min(span, self.size & -self.size or span)
            level = [_sha256(b"\x00" + leaf).digest() for leaf in leaves[at : at + span]]
            while len(level) > 1:
                pairs = zip(level[::2], level[1::2], strict=True)
                level = [_sha256(b"\x01" + left + right).digest() for left, right in pairs]
            self._add(level[0], span)
            at += span

    def _add(self, node: bytes, span: int) -> None:
        """Add a full subtree at a place where one of its size may begin."""
        same = self.size // span
        while same & 1:
            node = node_hash(self._peaks.pop(), node)
            same >>= 1
        self._peaks.append(node)
        self.size += span

    def root(self) -> bytes:
        """The Merkle Tree Hash of all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


class InclusionProofs(NamedTuple):
    """Proofs that some leaves stand at their places in one tree."""

    size: int
    root: bytes
    paths: dict[int, list[bytes]]
    """By index of the leaf, from 0; each from the leaf upwards."""


class _Subtree(NamedTuple):
    height: int
    hash: bytes
    wanted: list[int]
    """Which of the leaves that are to be proved stand in it."""


def prove_inclusion(leaves: Iterable[bytes], indexes: Collection[int]) -> InclusionProofs:
    """Make the proofs of several leaves in one pass (RFC 9162, 2.1.3.1).

    Args:
        leaves: All leaves of the tree, in order.
        indexes: Which of them, from 0.

    Raises:
        ValueError: the tree has no such leaf.
    """
    paths: dict[int, list[bytes]] = {index: [] for index in indexes}
    stack: list[_Subtree] = []
    size = 0
    for size, leaf in enumerate(leaves, start=1):
        index = size - 1
        tree = _Subtree(0, leaf_hash(leaf), [index] if index in paths else [])
        while stack and stack[-1].height == tree.height:
            tree = _joined(stack.pop(), tree, paths)
        stack.append(tree)
    if any(not 0 <= index < size for index in paths):
        msg = f"the tree has {size} leaves only"
        raise ValueError(msg)
    while len(stack) > 1:
        right = stack.pop()
        stack.append(_joined(stack.pop(), right, paths))
    return InclusionProofs(size, stack[0].hash if stack else EMPTY_ROOT, paths)


def _joined(left: _Subtree, right: _Subtree, paths: dict[int, list[bytes]]) -> _Subtree:
    for index in left.wanted:
        paths[index].append(right.hash)
    for index in right.wanted:
        paths[index].append(left.hash)
    both = node_hash(left.hash, right.hash)
    return _Subtree(left.height + 1, both, left.wanted + right.wanted)


def prove_consistency(leaves: Iterable[bytes], first: int, second: int) -> list[bytes]:
    """Prove that the tree of ``first`` leaves is the beginning of the one of ``second``.

    RFC 9162, 2.1.4.1.

    Args:
        leaves: At least the first ``second`` leaves, in order.
        first: Size of the older tree, not 0.
        second: Size of the newer one, not smaller.

    Raises:
        ValueError: there is no such proof, or there are not enough leaves.
    """
    if not 0 < first <= second:
        msg = f"no tree of {first} leaves begins one of {second}"
        raise ValueError(msg)
    spans = list(_consistency_spans(first, (0, second), whole=True))
    roots: dict[tuple[int, int], bytes] = {}
    stream, at = iter(leaves), 0
    for start, end in sorted(spans):
        tree = Frontier()
        for leaf in islice(stream, start - at, end - at):
            tree.push(leaf)
        if tree.size != end - start:
            msg = f"there are fewer than {second} leaves"
            raise ValueError(msg)
        roots[start, end], at = tree.root(), end
    return [roots[span] for span in spans]


def _consistency_spans(
    first: int, span: tuple[int, int], *, whole: bool
) -> Iterator[tuple[int, int]]:
    """The leaves below each node of the proof, in the order of the proof (SUBPROOF)."""
    start, end = span
    if first == end - start:
        if not whole:
            yield span
        return
    middle = start + _split(end - start)
    if first <= middle - start:
        yield from _consistency_spans(first, (start, middle), whole=whole)
        yield middle, end
    else:
        yield from _consistency_spans(first - (middle - start), (middle, end), whole=False)
        yield start, middle


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Follow an inclusion proof up to the root it leads to (RFC 9162, 2.1.3.2).

    Returns:
        The root; None if the proof is too short or too long for that place.
    """
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(older: tuple[int, bytes], newer: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Check a consistency proof between two trees, each given by size and root.

    RFC 9162, 2.1.4.2.
    """
    (first, first_root), (second, second_root) = older, newer
    if first == second:
        return first_root == second_root and not proof
    if not 0 < first < second or not proof:
        return False
    nodes = [first_root, *proof] if first.bit_count() == 1 else proof
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)
