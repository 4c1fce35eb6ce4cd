"""What the checker says when something is not as it must be."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Violation:
    """One thing that must not be."""

    invariant: str
    """Which rule was broken; the name of a line of ``judging.INVARIANTS``."""
    detail: str


def more_than_once(found: Iterable[T]) -> dict[T, int]:
    """What stands more than once in a row of things, and how often."""
    return {each: times for each, times in Counter(found).items() if times > 1}
