"""The command line: ``python -m jamila_faults``, which ``make test-faults`` calls."""

import asyncio
import secrets
import tempfile
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from jamila_faults import soak as soaking
from jamila_faults import spike as rush
from jamila_faults.checker.judging import judge_folder
from jamila_faults.checker.violation import Violation
from jamila_faults.storm import VERIFIER, Outcome, Plan, everything, run, why_impossible
from jamila_faults.table import FAULTS, Fault

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Seed = Annotated[int | None, typer.Option(help="The same seed, the same chances.")]
Walkers = Annotated[int, typer.Option(min=1, help="How many cases are walked at once.")]
Folder = Annotated[Path | None, typer.Option(help="Empty folder; a new one by default.")]
Names = Annotated[
    list[str] | None,
    typer.Option("--fault", help="Only these; by default all that one system can have."),
]


def main() -> None:
    """Entry point."""
    app()


@app.command("list")
def show() -> None:
    """Tell every fault by name."""
    for fault in FAULTS.values():
        why = why_impossible(fault)
        print(f"{fault.name:22} {fault.what}{f' Not here: {why}.' if why else ''}")


@app.command()
def each(
    fault: Names = None, seed: Seed = None, walkers: Walkers = 3, folder: Folder = None
) -> None:
    """Every fault once, one after another; after each the time to recover is measured."""
    chosen = _chosen(fault)
    _run(Plan(seed=_seed(seed), faults=chosen, walkers=walkers), folder)


@app.command()
def storm(  # noqa: PLR0913 - the options of a command line
    seconds: Annotated[float, typer.Option(min=1, help="How long.")] = 600,
    fault: Names = None,
    seed: Seed = None,
    walkers: Walkers = 3,
    folder: Folder = None,
    *,
    calm: Annotated[bool, typer.Option(help="Wait for recovery after each fault.")] = False,
) -> None:
    """Faults by chance, one on the heels of another, for some time."""
    chosen = _chosen(fault)
    plan = Plan(seed=_seed(seed), faults=chosen, seconds=seconds, walkers=walkers, is_calm=calm)
    _run(plan, folder)


@app.command()
def soak(
    seconds: Annotated[float, typer.Option(min=30, help="How long.")] = 3600,
    seed: Seed = None,
    walkers: Walkers = 4,
    folder: Folder = None,
) -> None:
    """Ordinary work for a long time; nobody may grow by it."""
    chance = _seed(seed)
    outcome, grown = asyncio.run(
        soaking.soak(
            _place(folder, chance), seed=chance, seconds=seconds, walkers=walkers, tell=_say
        )
    )
    for each in grown:
        change = each.after - each.before
        print(
            f"  {each.process:14} {each.after:7.1f} MB, {change:+.1f} in {each.cases_between} cases"
        )
    _end(outcome)


@app.command()
def spike(
    per_second: Annotated[float, typer.Option(help="Usual rate of API and of webhooks.")] = 20,
    seconds: Annotated[float, typer.Option(min=1, help="How long the rush lasts.")] = 20,
    seed: Seed = None,
    folder: Folder = None,
) -> None:
    """Five times as many people as usual, who are told to wait, and then it is as before."""
    chance = _seed(seed)
    outcome, _ = asyncio.run(
        rush.spike(
            _place(folder, chance), seed=chance, per_second=per_second, seconds=seconds, tell=_say
        )
    )
    _end(outcome)


@app.command()
def check(folder: Path) -> None:
    """Judge again what a run left in its folder."""
    _verdict(judge_folder(folder, verifier=VERIFIER))


def _chosen(names: list[str] | None) -> list[Fault]:
    """Those named, or all that one and the same system can have."""
    if names:
        return [FAULTS[name] for name in names]
    return [fault for fault in everything() if not fault.is_apart]


def _seed(given: int | None) -> int:
    return secrets.randbelow(10**6) if given is None else given


def _place(folder: Path | None, seed: int) -> Path:
    place = folder or Path(tempfile.mkdtemp(prefix="jamila-faults-"))
    place.mkdir(parents=True, exist_ok=True)
    print(f"seed {seed}, everything is left in {place}")
    return place


def _run(plan: Plan, folder: Path | None) -> None:
    _end(asyncio.run(run(_place(folder, plan.seed), plan, tell=_say)))


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _end(outcome: Outcome) -> NoReturn:
    _tell(outcome)
    _verdict(outcome.violations)


def _tell(outcome: Outcome) -> None:
    print(f"cases walked to the end: {outcome.cases}; entries of the ledger: {outcome.entries}")
    print(f"kills: {outcome.kills.total()} {dict(outcome.kills.most_common())}")
    print(f"faults: {outcome.strikes.total()} {dict(outcome.strikes.most_common())}")
    for name, seconds in sorted(outcome.recoveries.items()):
        print(f"  {name:22} works again after at most {max(seconds):.1f} s, {len(seconds)} times")


def _verdict(violations: list[Violation]) -> NoReturn:
    for violation in violations:
        print(f"VIOLATED {violation.invariant}: {violation.detail}")
    print("violations: " + (str(len(violations)) if violations else "none"))
    raise typer.Exit(1 if violations else 0)
