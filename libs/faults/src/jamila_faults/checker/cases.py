"""Did every case walk its road, step by step, and nothing else?"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from jamila_faults.checker.violation import Violation, more_than_once
from jamila_faults.checker.world import Entry, World

DECISIONS: Final = (
    *("PermohonanDiajukan", "BerkasDiterima", "DataSiakCocok", "DraftDibuat", "DraftDisetujui"),
    *("Diverifikasi", "Ditandatangani", "Dicetak", "Diserahkan"),
)
"""The road without detours: handing in, then what ends each of the eight steps."""
SLOWEST_RECOVERY_SECONDS: Final = 30.0


def told_of(world: World) -> dict[str, list[Entry]]:
    """The decisions about each case that was handed in, in the order of the ledger."""
    decided: dict[str, list[Entry]] = defaultdict(list)
    for entry in world.readable:
        if entry.type in DECISIONS:
            decided[entry.case_id].append(entry)
    return dict(decided)


def out_of_order(world: World) -> Iterator[Violation]:
    """By the clocks of the services each step ended after the one before it, and once."""
    for case_id, entries in told_of(world).items():
        in_time = sorted(
            entries, key=lambda each: world.really(datetime.fromisoformat(each.recorded_at))
        )
        decided = tuple(entry.type for entry in in_time)
        if decided != DECISIONS[: len(decided)]:
            yield Violation("out-of-order", f"case {case_id}: {', '.join(decided)}")


def unfinished(world: World) -> Iterator[Violation]:
    """Whoever handed in papers got a document, and the ledger says the same."""
    decided = told_of(world)
    for walk in sorted(world.begun):
        case_id = world.cases.get(walk, "")
        ended = [entry.type for entry in decided.get(case_id, ())]
        if walk not in world.finished:
            where = f"after {ended[-1]}" if ended else "before it was a case"
            yield Violation("unfinished", f"walk {walk}, case {case_id or '?'}: stood {where}")
        elif sorted(ended) != sorted(DECISIONS):
            detail = f"walk {walk}, case {case_id}: the ledger knows {', '.join(ended)}"
            yield Violation("unfinished", detail)


def applied_for_twice(world: World) -> Iterator[Violation]:
    """One chat is one case, with every paper that was sent."""
    submitted = [entry for entry in world.readable if entry.type == DECISIONS[0]]
    unknown = len(world.begun.keys() - world.cases.keys())
    strangers = {entry.case_id for entry in submitted} - set(world.cases.values())
    if len(strangers) > unknown:
        detail = f"{len(strangers)} cases of nobody, {unknown} walks without a case"
        yield Violation("applied-for-twice", detail)
    for case_id, walks in more_than_once(world.cases.values()).items():
        yield Violation("applied-for-twice", f"case {case_id} belongs to {walks} walks")
    papers = {case_id: world.begun.get(walk) for walk, case_id in world.cases.items()}
    for entry in submitted:
        kept, sent = len(entry.data.get("papers", ())), papers.get(entry.case_id)
        if sent is not None and kept != sent:
            yield Violation("applied-for-twice", f"case {entry.case_id}: {kept} of {sent} papers")


def slow_to_recover(world: World) -> Iterator[Violation]:
    """After each fault that was waited out, the office worked again soon and by itself."""
    for strike in world.strikes:
        seconds = strike.seconds_to_recover
        if seconds is not None and seconds > SLOWEST_RECOVERY_SECONDS:
            yield Violation("slow-to-recover", f"{strike.fault}: {seconds:.1f} s after its end")
