"""A short bad day in every build, and each fault by itself when somebody asks for it."""

import os
from pathlib import Path

import pytest

from jamila_faults.storm import Outcome, Plan, everything, run
from jamila_faults.table import FAULTS

SEED = int(os.environ.get("JAMILA_FAULTS_SEED") or 6311)
SECONDS = float(os.environ.get("JAMILA_FAULTS_SECONDS") or 600)
ONLY = os.environ.get("JAMILA_FAULTS_ONLY") or ""
CHOSEN = [fault for fault in everything() if ONLY in ("", fault.name)]
SHORT_DAY = (
    *("kill-one", "kill-several", "events-repeated", "nats-hangs", "kill-one", "mongod-wiped"),
    *("kill-warm-parent", "events-poisoned", "kill-several"),
)


def names(fault) -> str:
    return fault.name


def said(outcome: Outcome) -> str:
    print(outcome)  # noqa: T201 - whoever waits ten minutes wants to know for what
    return "\n".join(f"{each.invariant}: {each.detail}" for each in outcome.violations)


@pytest.mark.connected
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("socket_enabled")
async def test_a_short_bad_day_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    faults = [FAULTS[name] for name in SHORT_DAY]
    outcome = await run(tmp_path, Plan(seed=SEED, faults=faults, walkers=2, is_calm=False))

    assert said(outcome) == ""
    assert outcome.cases >= 1
    assert outcome.kills.total() >= len(SHORT_DAY)


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("fault", CHOSEN, ids=names)
async def test_after_each_fault_the_office_works_again_by_itself(fault, tmp_path: Path) -> None:
    outcome = await run(tmp_path, Plan(seed=SEED, faults=[fault] * 3, walkers=3))

    assert said(outcome) == ""


@pytest.mark.faults
@pytest.mark.timeout(SECONDS + 900)
@pytest.mark.usefixtures("socket_enabled")
async def test_a_long_storm_of_faults_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    together = [fault for fault in CHOSEN if not fault.is_apart]
    if not together:
        pytest.skip(f"{ONLY} needs a system of its own: it was struck alone")
    plan = Plan(seed=SEED, faults=together, seconds=SECONDS, walkers=4, is_calm=False)
    outcome = await run(tmp_path, plan)

    assert said(outcome) == ""
