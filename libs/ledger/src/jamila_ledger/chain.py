"""The hash chain of the ledger: what makes an edited, lost or forged entry visible.

Every entry carries the SHA-256 of itself, which covers the hash of the entry before it in the
whole ledger and the hash of the case's own previous entry. The hash covers the sealed (encrypted)
body, so destroying the key of a case leaves the chain intact.

The chain has no secret: who can rewrite the whole store can rewrite all hashes. Such a rewrite, and
the loss of the newest entries, show only against a head that was kept elsewhere (``anchors``).

Pure: no I/O. The same :func:`entry_hash` writes the chain and checks it.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple

import orjson

GENESIS = bytes(32)
"""What the first entry of the ledger, and of each case, names as its predecessor."""

_TAG = b"jamila-ledger-v1"
_HEADER = struct.Struct(">16sQ32sQ32sqQQ")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WINDOW = 64
"""How far an entry may have been moved for us to still say where it came from."""
_NO_ANCHORS: Mapping[int, bytes] = MappingProxyType({})

ProblemKind = Literal["edited", "deleted", "inserted", "reordered", "truncated", "checkpoint"]


class Entry(NamedTuple):
    """One row of the ledger, in the order of its columns."""

    position: int
    """Place in the whole ledger, contiguous from 1."""
    event_id: str
    source: str
    log_position: int
    case_id: str
    case_position: int
    """Place among the entries of its case, contiguous from 1."""
    type: str
    meta: str
    """Envelope as canonical JSON."""
    data: bytes
    """Body, the very bytes that were published."""
    recorded_us: int
    """When the ledger recorded it: microseconds since 1970, UTC."""
    previous_hash: bytes
    case_previous_hash: bytes
    hash: bytes

    @property
    def recorded_at(self) -> datetime:
        """When the ledger recorded it, UTC."""
        return _EPOCH + timedelta(microseconds=self.recorded_us)


def microseconds(moment: datetime) -> int:
    """Turn an aware instant into the exact integer that is hashed and stored."""
    return (moment - _EPOCH) // _MICROSECOND


def entry_hash(entry: Entry) -> bytes:
    """Hash everything an entry says, except its own hash.

    The columns that repeat the envelope (event id, source, case, type) are covered through
    ``meta``; :func:`verify` compares them with it.
    """
    meta = entry.meta.encode()
    header = _HEADER.pack(
        _TAG,
        entry.position,
        entry.previous_hash,
        entry.case_position,
        entry.case_previous_hash,
        entry.recorded_us,
        len(meta),
        len(entry.data),
    )
    return hashlib.sha256(header + meta + entry.data).digest()


@dataclass(frozen=True)
class Head:
    """The end of a ledger: with it alone anybody can later prove that nothing before it changed."""

    position: int = 0
    hash: bytes = GENESIS
    time: datetime | None = None

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read the form ``POSITION:HASH``.

        Raises:
            ValueError: it is not of that form.
        """
        position, _, digest = text.partition(":")
        value = bytes.fromhex(digest)
        if len(value) != len(GENESIS) or int(position) < 0:
            msg = "a head is POSITION:HASH with a hash of 64 hexadecimal digits"
            raise ValueError(msg)
        return cls(int(position), value)


@dataclass(frozen=True)
class Problem:
    """The first place at which a ledger is not what was once recorded."""

    kind: ProblemKind
    position: int
    detail: str


@dataclass(frozen=True)
class VerificationReport:
    """What a check of a ledger found."""

    ok: bool
    head: Head
    """The last entry that is certainly genuine."""
    entries: int
    """How many entries were found good."""
    problem: Problem | None = None


def verify(
    entries: Iterable[Entry], *, anchors: Mapping[int, bytes] = _NO_ANCHORS
) -> VerificationReport:
    """Prove that entries are the unbroken ledger, or name the first place where they are not.

    Args:
        entries: The ledger from its first entry, in order; read as a stream.
        anchors: Hashes by position that were kept elsewhere; the ledger must reach each of them.
    """
    stream = iter(entries)
    position, previous, last_us = 0, GENESIS, 0
    cases: dict[str, tuple[int, bytes]] = {}
    problem: Problem | None = None
    for entry in stream:
        case_position, case_previous = cases.get(entry.case_id, (0, GENESIS))
        if (
            entry.position != position + 1
            or entry.previous_hash != previous
            or entry.case_position != case_position + 1
            or entry.case_previous_hash != case_previous
            or not _is_own(entry)
            or not _columns_agree(entry)
        ):
            problem = _diagnose(entry, _next(stream), Head(position, previous))
            break
        if anchors.get(entry.position, entry.hash) != entry.hash:
            detail = "the chain was rewritten: its hash here is not the one that was kept elsewhere"
            problem = Problem("edited", entry.position, detail)
            break
        position, previous, last_us = entry.position, entry.hash, entry.recorded_us
        cases[entry.case_id] = (entry.case_position, entry.hash)
    head = Head(position, previous, _time_of(position, last_us))
    problem = problem or _truncation(position, anchors)
    return VerificationReport(ok=problem is None, head=head, entries=position, problem=problem)


def _time_of(position: int, recorded_us: int) -> datetime | None:
    return _EPOCH + timedelta(microseconds=recorded_us) if position else None


def _next(stream: Iterator[Entry]) -> Entry | None:
    return next(stream, None)


def _is_own(entry: Entry) -> bool:
    try:
        return entry_hash(entry) == entry.hash
    except (AttributeError, TypeError, UnicodeError, struct.error):
        # A forger's hand may even have changed the type of a column.
        return False


def _columns_agree(entry: Entry) -> bool:
    try:
        meta = orjson.loads(entry.meta)
        return bool(
            meta["event_id"] == entry.event_id
            and meta["case_id"] == entry.case_id
            and meta["source"] == entry.source
            and meta["log_position"] == entry.log_position
            and meta["type"] == entry.type
        )
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return False


def _truncation(position: int, anchors: Mapping[int, bytes]) -> Problem | None:
    newest = max(anchors, default=0)
    if newest <= position:
        return None
    detail = f"the ledger ends at {position}, but it once reached {newest}"
    return Problem("truncated", position + 1, detail)


def _diagnose(entry: Entry, following: Entry | None, head: Head) -> Problem:
    """Say what most likely happened, from the first bad entry and the one after it."""
    expected = head.position + 1
    if not isinstance(entry.position, int):
        return Problem("edited", expected, "a position is not a number")
    if entry.position != expected:
        return _diagnose_position(entry, following, expected)
    own = _is_own(entry)
    linked = entry.previous_hash == head.hash
    if own and not linked:
        place = max(head.position, 1)
        detail = f"entry {place} is no longer the one that entry {entry.position} follows"
        return Problem("edited", place, detail)
    if own:
        detail = "a column or the case's own chain contradicts the entry"
        return Problem("edited", entry.position, detail)
    if linked and following is not None and _moved_by(following) == -1:
        return Problem("inserted", entry.position, "an entry was pushed in before a genuine one")
    return _diagnose_move(entry, following)


def _diagnose_position(entry: Entry, following: Entry | None, expected: int) -> Problem:
    if entry.position < expected:
        return Problem("inserted", entry.position, "a position occurs twice")
    if following is not None and following.position < entry.position:
        return Problem("reordered", expected, f"entry {entry.position} stands in this place")
    lost = entry.position - expected
    return Problem("deleted", expected, f"{lost} entries are missing before {entry.position}")


def _diagnose_move(entry: Entry, following: Entry | None) -> Problem:
    """Tell an entry that was changed from one that was moved to another position."""
    moved = _moved_by(entry)
    if moved is None:
        return Problem("edited", entry.position, "the entry is not what its hash says")
    if moved < 0:
        detail = f"{-moved} entries were pushed in and the rest renumbered"
        return Problem("inserted", entry.position + moved, detail)
    if following is not None and _moved_by(following) != moved:
        detail = f"entry {entry.position + moved} stands in this place"
        return Problem("reordered", entry.position, detail)
    detail = f"{moved} entries were taken out and the rest renumbered"
    return Problem("deleted", entry.position, detail)


def _moved_by(entry: Entry) -> int | None:
    """How far the entry's true position lies from the one it claims; None if no near one fits."""
    offsets = sorted(range(-_WINDOW, _WINDOW + 1), key=abs)
    for offset in offsets:
        position = entry.position + offset
        if position > 0 and _is_own(entry._replace(position=position)):
            return offset
    return None
