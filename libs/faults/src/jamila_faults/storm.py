"""One run: a crowd at work, faults by chance, then calm, and the verdict."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jamila_faults.arena import Arena, arena
from jamila_faults.checker.judging import judge_folder
from jamila_faults.checker.violation import Violation
from jamila_faults.clock import compiler
from jamila_faults.faults_disk import SMALL_DISK, may_mount, small_disk
from jamila_faults.gathering import RestlessError, gather, settle
from jamila_faults.ground import CLOCK
from jamila_faults.table import FAULTS, Fault
from jamila_faults.tray import Tray

VERIFIER: Final = Path(__file__).parents[4] / "deploy" / "verifier" / "jamila_verify.py"
_GAP_SECONDS: Final = (0.2, 1.2)
_DRAIN_SECONDS: Final = 240.0
_SETTLE_SECONDS: Final = 90.0

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run does."""

    seed: int
    faults: Sequence[Fault]
    seconds: float | None = None
    """Strike by chance for so long; None: each fault once, in the order given."""
    walkers: int = 4
    is_calm: bool = True
    """After each strike wait until the office has recovered, and measure how long it took."""


@dataclass(kw_only=True)
class Outcome:
    """How it went."""

    violations: list[Violation]
    cases: int
    entries: int
    strikes: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    recoveries: dict[str, list[float]] = field(default_factory=dict)


def why_impossible(fault: Fault) -> str | None:
    """Why a fault cannot be made here; None when it can."""
    if fault.needs == SMALL_DISK and not may_mount():
        return "a small disk needs the rights of root"
    if fault.needs == CLOCK and compiler() is None:
        return "a clock that can be set wrong needs a C compiler"
    return None


async def run(folder: Path, plan: Plan, *, tell: Tell = lambda _text: None) -> Outcome:
    """Run a plan in an empty folder; everything is left there, but for a small disk.

    Raises:
        RestlessError: something never came to rest.
    """
    needs = frozenset(fault.needs for fault in plan.faults)
    async with AsyncExitStack() as stack:
        if SMALL_DISK in needs:
            stack.enter_context(small_disk(folder / "home"))
        async with (
            arena(folder, seed=plan.seed, walkers=plan.walkers, needs=needs) as place,
            _watched(place),
        ):
            outcome = Outcome(violations=[], cases=0, entries=0, kills=place.kills)
            await place.learn_the_usual()
            async for fault in _chosen(plan, place):
                await _strike(place, fault, plan, outcome, tell)
            tell("calm: everybody walks to the end")
            await finish(place, outcome)
        outcome.violations += judge_folder(folder, verifier=VERIFIER)
        return outcome


async def _chosen(plan: Plan, place: Arena) -> AsyncIterator[Fault]:
    if plan.seconds is None:
        for fault in plan.faults:
            yield fault
        return
    loop = asyncio.get_running_loop()
    end = loop.time() + plan.seconds
    while loop.time() < end:
        yield place.chance.choice(plan.faults)
        await asyncio.sleep(place.chance.uniform(*_GAP_SECONDS))


async def _strike(place: Arena, fault: Fault, plan: Plan, outcome: Outcome, tell: Tell) -> None:
    before = Counter(place.kills)
    place.history.strike(fault.name)
    await fault.strike(place)
    recovered = await place.recover() if plan.is_calm else None
    killed = place.kills - before
    place.history.struck(fault.name, kills=killed, recovered=recovered)
    outcome.strikes[fault.name] += 1
    if recovered is not None:
        outcome.recoveries.setdefault(fault.name, []).append(recovered)
        tell(f"{fault.name}: {fault.what} Works again after {recovered:.1f} s")


async def finish(place: Arena, outcome: Outcome) -> None:
    """Let everybody walk to the end, wait until nothing moves, and write down what is left."""
    await place.system.wait_ready()
    place.crowd.stop()
    if not await asyncio.to_thread(place.crowd.join, patience_seconds=_DRAIN_SECONDS):
        outcome.violations.append(Violation("unfinished", "somebody waited in vain at the end"))
    for refusal in place.crowd.refusals:
        outcome.violations.append(Violation("refused-for-good", str(refusal)))
    try:
        await settle(place.ground, patience_seconds=_SETTLE_SECONDS)
    except RestlessError as error:
        outcome.violations.append(Violation("restless", str(error)))
    await gather(place.ground, place.folder / "gathered.json")
    outcome.cases = place.crowd.finished
    outcome.entries = await asyncio.to_thread(place.entries)


@asynccontextmanager
async def _watched(place: Arena) -> AsyncIterator[None]:
    """Somebody takes the sheets out of the printer."""
    tray = Tray(place.home / "printed", place.history)
    watching = asyncio.create_task(tray.watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        tray.look()


def everything() -> list[Fault]:
    """All faults that can be made here."""
    return [fault for fault in FAULTS.values() if why_impossible(fault) is None]
