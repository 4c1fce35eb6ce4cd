"""Bytes that nobody meant to send: real ones with something else in them.

Tests take the same few examples at every run; ``make fuzz`` takes as many others as it is told to
by ``JAMILA_FUZZ``.
"""

import copy
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

_ASKED: Final = os.environ.get("JAMILA_FUZZ")
_DEEP: Final = 200_000
"""Nested so often that every parser written as a recursion gives up."""


def fuzz(examples: int = 60) -> settings:
    """How many examples a test takes; ``JAMILA_FUZZ`` says another number, and others."""
    return settings(
        max_examples=int(_ASKED or examples),
        derandomize=_ASKED is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from((10**30, -1, 2**63, 1e308))
    | st.floats(allow_nan=True)
    | st.text(st.characters(codec=None), max_size=12)
)
ANYTHING: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
"""Whatever JSON can say, and a little that it cannot."""
NESTED: Final = st.sampled_from(
    (b"[" * _DEEP, b'{"a":' * _DEEP, b"[" * 5_000 + b"]" * 5_000, b"9" * 5_000, b"1e999999")
)
"""JSON that is meant to exhaust whoever reads it."""


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in a JSON value."""
    found = [here] if here else []
    if isinstance(value, dict | list):
        children = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in children:
            found += places(child, (*here, key))
    return found


@st.composite
def spoiled(draw: st.DrawFn, values: Sequence[Any]) -> Any:
    """A real JSON value in which one to three places hold something else, nothing, or twice."""
    value = copy.deepcopy(draw(st.sampled_from(values)))
    for _ in range(draw(st.integers(1, 3))):
        spots = places(value)
        if not spots:
            break
        *way, last = draw(st.sampled_from(spots))
        parent = value
        for key in way:
            parent = parent[key]
        match draw(st.sampled_from(("replace", "remove", "twice"))):
            case "replace":
                parent[last] = draw(ANYTHING)
            case "remove":
                del parent[last]
            case "twice" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[last]))
    return value


def surgery(bodies: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Real JSON bodies, spoiled."""
    values = [json.loads(each) for each in bodies]
    return spoiled(values).map(lambda value: json.dumps(value).encode())


@dataclass(frozen=True)
class Bite:
    """Some changes of some bytes; where they are made is told in parts of the whole."""

    changes: tuple[tuple[float, int], ...]
    end: float | None
    """Where the bytes end; None: where they did."""
    instead: bytes | None = None
    """Other bytes altogether."""

    def of(self, content: bytes) -> bytes:
        """The content, spoiled."""
        if self.instead is not None:
            return self.instead
        spoilt = bytearray(content)
        for place, value in self.changes:
            spoilt[int(place * (len(spoilt) - 1))] = value
        return bytes(spoilt if self.end is None else spoilt[: int(self.end * len(spoilt))])


_PARTS: Final = st.floats(0, 1)
_CHANGES: Final = st.lists(st.tuples(_PARTS, st.integers(0, 255)), max_size=8).map(tuple)
BITES: Final = st.builds(Bite, _CHANGES, st.none() | _PARTS)
"""For bytes that are known only later."""
BITES_OR_OTHERS: Final = BITES | st.binary(max_size=400).map(lambda other: Bite((), None, other))


def bitten(bodies: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Real bytes of which some are changed, and the end perhaps missing."""
    return st.builds(Bite.of, BITES, st.sampled_from(bodies))


def outside(bodies: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """What may come from outside in the place of some bytes."""
    return st.builds(Bite.of, BITES_OR_OTHERS, st.sampled_from(bodies))


def outside_json(bodies: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """The same where JSON is expected."""
    return surgery(bodies) | outside(bodies) | NESTED
