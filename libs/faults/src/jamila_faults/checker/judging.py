"""All rules, and one verdict."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from jamila_faults.checker import cases, commands, ledger, models, outside
from jamila_faults.checker.violation import Violation
from jamila_faults.checker.world import World, read_world

INVARIANTS: Final[Sequence[Callable[[World], Iterator[Violation]]]] = (
    commands.acknowledged_and_lost,
    commands.applied_twice,
    commands.refused_and_done,
    commands.decided_by_nobody,
    cases.out_of_order,
    cases.unfinished,
    cases.applied_for_twice,
    cases.slow_to_recover,
    ledger.broken_row,
    ledger.left_behind,
    ledger.invented,
    ledger.parked,
    outside.sent_twice,
    outside.sent_in_silence,
    outside.printed_twice,
    outside.not_taken_in,
    models.behind_the_ledger,
    models.not_the_fold,
    models.differs_when_rebuilt,
)
"""Each gives the violations of one rule, and its name is the rule's."""


def judge(world: World) -> list[Violation]:
    """Everything that must not be in what a run left behind."""
    return [violation for rule in INVARIANTS for violation in rule(world)]


def judge_folder(folder: Path, *, verifier: Path) -> list[Violation]:
    """Judge a run by its folder, the chain of its ledger included.

    Args:
        folder: Where the run left everything.
        verifier: The stand-alone verifier of ledgers, which shares no code with anybody.
    """
    store = folder / "home" / "stores" / "ledger.db"
    checked = subprocess.run(  # noqa: S603 - our own program on our own file
        [sys.executable, str(verifier), str(store)], capture_output=True, text=True, check=False
    )
    said = checked.stdout.strip().partition("\n")[0]
    chain = [Violation("chain-broken", said)] if checked.returncode else []
    return [*chain, *judge(read_world(folder))]
