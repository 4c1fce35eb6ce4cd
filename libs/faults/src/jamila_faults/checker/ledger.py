"""Does the ledger hold what the services recorded: all of it, once, in their order?"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from jamila_faults.checker.violation import Violation
from jamila_faults.checker.world import Entry, Store, World


def broken_row(world: World) -> Iterator[Violation]:
    """Places follow each other: of the ledger, of each case, and of each source."""
    cases, sources = defaultdict[str, int](int), defaultdict[str, int](int)
    for place, entry in enumerate(world.entries, start=1):
        cases[entry.case_id] += 1
        wanted = (place, cases[entry.case_id])
        if (entry.position, entry.case_position) != wanted:
            yield Violation("broken-row", f"entry {entry.position} stands in place {place}")
        is_stranger = entry.case_id in world.poisoned
        if not is_stranger and entry.previous != sources[entry.source]:
            detail = f"{entry.source}:{entry.log_position} follows {sources[entry.source]}"
            yield Violation("broken-row", f"{detail}, not {entry.previous}")
        sources[entry.source] = entry.log_position


def left_behind(world: World) -> Iterator[Violation]:
    """All that a service recorded was published, and all that was published is in the ledger."""
    recorded = {entry.source: entry.log_position for entry in world.entries}
    for service, store in world.stores.items():
        last = store.log[-1].place if store.log else 0
        if store.read_to < last:
            yield Violation("left-behind", f"{service} published up to {store.read_to} of {last}")
        reached = recorded.get(service, 0)
        if reached != store.published_to:
            detail = f"the ledger has {service} up to {reached} of {store.published_to}"
            yield Violation("left-behind", detail)


def invented(world: World) -> Iterator[Violation]:
    """Every entry stands in the log of its source, about the same case, for the same reason."""
    for entry in world.readable:
        row = _row(world.stores.get(entry.source, Store()), entry)
        if row != (entry.case_id, entry.causation_id):
            detail = f"{entry.type} at {entry.position} is not {entry.source}:{entry.log_position}"
            yield Violation("invented", detail)


def _row(store: Store, entry: Entry) -> tuple[str, str] | None:
    # Places only grow, and PostgreSQL leaves some out: what was refused had one already.
    at = bisect_left(store.log, entry.log_position, key=lambda row: row.place)
    if at == len(store.log) or store.log[at].place != entry.log_position:
        return None
    return store.log[at].case_id, store.log[at].causation_id


def parked(world: World) -> Iterator[Violation]:
    """No case of the crowd waits for a person; what was poisoned on purpose is visible."""
    visible = {entry.case_id for entry in world.entries}
    for service, store in world.stores.items():
        for case_id, reason in store.parked:
            visible.add(case_id)
            if case_id not in world.poisoned:
                yield Violation("parked", f"{service} parked case {case_id}: {reason}")
    for case_id in sorted(world.poisoned - visible):
        yield Violation("parked", f"poisoned case {case_id} is nowhere to be seen")
