"""Was every acknowledged command done, once, and nothing that nobody asked?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from jamila_faults.checker.cases import DECISIONS
from jamila_faults.checker.violation import Violation, more_than_once
from jamila_faults.checker.world import Asked, World

_REPEATABLE: Final = frozenset({"CetakTertahan"})
"""Said again each time the printer stands still; it decides nothing."""
_AT_MOST: Final = 10
"""More facts than that no command causes at once."""

Place = tuple[int, str]
"""Place of a fact in the log of its service, and what caused it."""


def acknowledged_and_lost(world: World) -> Iterator[Violation]:
    """What was answered must be kept by the service, and its facts must be in the ledger."""
    facts: dict[str, list[Place]] = defaultdict(list)
    for entry in world.entries:
        facts[entry.source].append((entry.log_position, entry.causation_id))
    for asked in _with_outcome(world, "done"):
        fault = _what_is_missing(world, asked)
        if fault is None and asked.place and not _answers(asked, facts[asked.service]):
            fault = f"the ledger has no fact of it at {asked.service}:{asked.place}"
        if fault is not None:
            yield Violation("acknowledged-and-lost", f"{asked.command} {asked.key}: {fault}")


def _what_is_missing(world: World, asked: Asked) -> str | None:
    store = world.stores[asked.service]
    if asked.key not in store.replies:
        return f"{asked.service} does not know the key"
    if asked.place and not _answers(asked, [(each.place, each.causation_id) for each in store.log]):
        return f"{asked.service} has no fact of it at {asked.place}"
    return None


def _answers(asked: Asked, facts: Sequence[Place]) -> bool:
    """Whether the named place is taken, and there or shortly before it lies a fact of the command.

    The last fact of an answer may be about something else: a line that works again by this call.
    """
    near = [cause for place, cause in facts if asked.place - _AT_MOST < place <= asked.place]
    return asked.key in near and any(place == asked.place for place, _ in facts)


def applied_twice(world: World) -> Iterator[Violation]:
    """One command causes a fact of one kind once."""
    keys = {asked.key for asked in world.asked}
    caused = (
        (entry.causation_id, entry.type)
        for entry in world.entries
        if entry.causation_id in keys and entry.type not in _REPEATABLE
    )
    for (key, kind), times in more_than_once(caused).items():
        yield Violation("applied-twice", f"{kind} {times} times by command {key}")


def refused_and_done(world: World) -> Iterator[Violation]:
    """A refusal says that nothing was done."""
    refused = {asked.key: asked for asked in _with_outcome(world, "refused")}
    for service, store in world.stores.items():
        for row in store.log:
            if row.causation_id in refused:
                asked = refused[row.causation_id]
                detail = f"{asked.command} {asked.key}: {service} recorded {row.topic}"
                yield Violation("refused-and-done", detail)


def decided_by_nobody(world: World) -> Iterator[Violation]:
    """Every decision about a case of the crowd answers a command of the crowd."""
    keys = {asked.key for asked in world.asked}
    cases = set(world.cases.values())
    for entry in world.entries:
        is_decision = entry.type in DECISIONS[1:] and entry.case_id in cases
        if is_decision and entry.causation_id not in keys:
            detail = f"{entry.type} of case {entry.case_id} at {entry.position}"
            yield Violation("decided-by-nobody", detail)


def _with_outcome(world: World, outcome: str) -> Iterator[Asked]:
    return (asked for asked in world.asked if asked.outcome == outcome)
