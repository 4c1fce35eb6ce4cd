"""What the commands share: options, open stores, the lock with its record, exit codes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from jamila_replay import cli_output as output
from jamila_replay.cli_words import REFUSALS
from jamila_replay.errors import CancelledRunError, RunningAlreadyError
from jamila_replay.exchange import Exchange
from jamila_replay.lock import ModelLock
from jamila_replay.runs import Run, Runs
from jamila_replay.settings import ReplaySettings
from jamila_replay.stores import Stores, open_stores
from jamila_runtime.clock import SystemClock
from jamila_runtime.errors import JamilaError, RetryableError

REFUSED, AWAY, BUSY, CANCELLED, SILENT, SET_ASIDE = 2, 3, 4, 5, 6, 7
_PATIENCE_SECONDS = 60.0

AsJson = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk program.")]
Reason = Annotated[
    str, typer.Option(help="Alasan; wajib, tercatat di buku besar, tanpa data pribadi")
]


@contextmanager
def opened() -> Iterator[Stores]:
    """The stores the environment names."""
    with open_stores(ReplaySettings()) as stores:
        yield stores


@contextmanager
def locked(
    stores: Stores, action: str, reason: str, *, target: str = ""
) -> Iterator[tuple[Run, Exchange]]:
    """Record the run, then hold the lock; nothing happens without both."""
    runs = Runs(stores.settings)
    try:
        with runs.recorded(action, reason, target=target) as run:
            clock = SystemClock()
            with ModelLock(stores.database, run.id, clock).held() as lock:
                yield run, Exchange(run_id=run.id, reason=reason, now=clock.now())
                lock.check()
    finally:
        runs.close()


def asked_of_owners(
    action: str,
    reason: str,
    asks: Mapping[str, Any],
    *,
    as_json: bool,
    patience: float = _PATIENCE_SECONDS,
) -> None:
    """Let the ledger's process ask the owners, and print what came of it."""
    with refusals_explained(as_json=as_json):
        runs = Runs(ReplaySettings())
        try:
            done = runs.asked(action, reason, asks=asks, patience_seconds=patience)
        finally:
            runs.close()
    output.tell({"run": str(done.case_id), "outcome": done.outcome, **done.result}, as_json=as_json)
    if done.outcome != "selesai":
        raise typer.Exit(REFUSED)


@contextmanager
def refusals_explained(*, as_json: bool, words: Mapping[str, str] = REFUSALS) -> Iterator[None]:
    """Turn our errors into a sentence and an exit code; an operator never sees a traceback."""
    try:
        yield
    except JamilaError as error:
        said = {"error": error.slug, "detail": error.detail, **error.data}
        if as_json:
            output.print_json(said)
        else:
            typer.echo(f"GALAT {error.slug}: {words.get(error.slug, 'ditolak')}", err=True)
            typer.echo(f"  ({error.detail})", err=True)
        raise typer.Exit(_code(error)) from error
    except ValidationError as error:
        places = ", ".join(str(each["loc"][0]) for each in error.errors() if each["loc"])
        typer.echo(f"GALAT: pengaturan tidak terbaca: {places}", err=True)
        raise typer.Exit(REFUSED) from error


def _code(error: JamilaError) -> int:
    if isinstance(error, CancelledRunError):
        return CANCELLED
    if isinstance(error, RunningAlreadyError):
        return BUSY
    return AWAY if isinstance(error, RetryableError) else REFUSED
