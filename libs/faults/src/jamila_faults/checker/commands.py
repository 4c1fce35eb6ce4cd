"""Was every acknowledged command done, once, and nothing that nobody asked?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from jamila_faults.checker.cases import DECISIONS
from jamila_faults.checker.violation import Violation, more_than_once
from jamila_faults.checker.world import Asked, World

_REPEATABLE: Final = frozenset({"CetakTertahan"})
"""Said again each time the printer stands still; it decides nothing."""
_AT_MOST: Final = 10
"""More facts than that no command causes at once."""

Causes = Mapping[int, str]
"""What caused a fact, by its place in the log of one service."""


def acknowledged_and_lost(world: World) -> Iterator[Violation]:
    """What was answered must be kept by the service, and its facts must be in the ledger."""
    recorded: dict[str, dict[int, str]] = defaultdict(dict)
    for entry in world.entries:
        recorded[entry.source][entry.log_position] = entry.causation_id
    kept = {
        service: {row.place: row.causation_id for row in store.log}
        for service, store in world.stores.items()
    }
    for asked in _with_outcome(world, "done"):
        fault = None
        if asked.key not in world.stores[asked.service].replies:
            fault = f"{asked.service} does not know the key"
        elif asked.place and not _answers(asked, kept[asked.service]):
            fault = f"{asked.service} has no fact of it at {asked.place}"
        elif asked.place and not _answers(asked, recorded[asked.service]):
            fault = f"the ledger has no fact of it at {asked.service}:{asked.place}"
        if fault is not None:
            yield Violation("acknowledged-and-lost", f"{asked.command} {asked.key}: {fault}")


def _answers(asked: Asked, causes: Causes) -> bool:
    """Whether the named place is taken, and there or shortly before it lies a fact of the command.

    The last fact of an answer may be about something else: a line that works again by this call.
    """
    near = range(asked.place - _AT_MOST + 1, asked.place + 1)
    return asked.place in causes and any(causes.get(place) == asked.key for place in near)


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
