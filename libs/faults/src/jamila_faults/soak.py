"""Hours of ordinary work, and whether anybody grows by it."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from jamila_faults.arena import Arena, arena
from jamila_faults.checker.violation import Violation
from jamila_faults.storm import Outcome, Tell, finish

_EVERY_SECONDS: Final = 5.0
_MEGABYTE: Final = 1 << 20
_NOT_JUDGED: Final = frozenset({"launcher"})
"""The process of the crowd itself: it keeps what every walker sent."""
_CEILINGS: Final = {"mongod": 400.0}
"""Megabytes of whoever fills a cache of a set size before it takes out anything: 256 of mongod."""
_MOST_GROWTH: Final = 0.15
_LEAST_MEGABYTES: Final = 24.0
"""A cache may fill a little: less than this is no growth, whatever part it is."""


@dataclass(frozen=True)
class Sample:
    """Memory at one moment, and how much work was done by then."""

    cases: int
    megabytes: Mapping[str, float]


@dataclass(frozen=True)
class Growth:
    """What became of one process."""

    process: str
    before: float
    """Megabytes, the median of the second fifth of the time: everything is warm by then."""
    after: float
    """The median of the last fifth."""
    cases_between: int

    @property
    def is_flat(self) -> bool:
        """Whether it is no bigger than it was, or its cache is not full yet."""
        if self.after <= _CEILINGS.get(self.process, 0.0):
            return True
        return self.after - self.before <= max(self.before * _MOST_GROWTH, _LEAST_MEGABYTES)


async def soak(
    folder: Path, *, seed: int, seconds: float, walkers: int, tell: Tell
) -> tuple[Outcome, list[Growth]]:
    """Walk cases for a time and judge what is left, memory included."""
    async with arena(folder, seed=seed, walkers=walkers) as place:
        outcome = Outcome(violations=[], cases=0, entries=0)
        samples = await _watch(place, seconds, tell)
        await finish(place, outcome)
    grown = growth(samples)
    outcome.violations += [
        Violation("memory-grows", f"{each.process}: {each.before:.0f} MB, then {each.after:.0f} MB")
        for each in grown
        if not each.is_flat and each.process not in _NOT_JUDGED
    ]
    return outcome, grown


async def _watch(place: Arena, seconds: float, tell: Tell) -> list[Sample]:
    loop, samples = asyncio.get_running_loop(), list[Sample]()
    end = loop.time() + seconds
    while loop.time() < end:
        await asyncio.sleep(_EVERY_SECONDS)
        measured = place.system.memory_bytes()
        sizes = {name: size / _MEGABYTE for name, size in measured.items()}
        samples.append(Sample(place.crowd.finished, sizes))
        tell(f"{place.crowd.finished} cases, {sum(sizes.values()):.0f} MB")
    return samples


def growth(samples: Sequence[Sample]) -> list[Growth]:
    """Compare the second fifth of the time with the last one."""
    fifth = max(len(samples) // 5, 1)
    early, late = samples[fifth : 2 * fifth] or samples, samples[-fifth:]
    cases = late[-1].cases - early[0].cases
    before, after = _medians(early), _medians(late)
    return [Growth(name, before.get(name, 0.0), after[name], cases) for name in after]


def _medians(samples: Sequence[Sample]) -> dict[str, float]:
    sizes: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        for name, size in sample.megabytes.items():
            sizes[name].append(size)
    return {name: median(each) for name, each in sizes.items()}
