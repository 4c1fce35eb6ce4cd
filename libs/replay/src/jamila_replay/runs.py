"""Every run that changes something is recorded before it acts, and how it ended.

The facts go into the store of the service ``ops``; the ledger's process publishes them, whenever it
runs. Looking (status, plan, diff, dry runs) records nothing and writes nothing.
"""

import getpass
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from jamila_ledger.ops import SERVICE, OpsApplication, OpsRun, Outcome, RunOrder, create
from jamila_replay.errors import CancelledRunError, OwnerSilentError
from jamila_replay.settings import ReplaySettings
from jamila_runtime.errors import JamilaError
from jamila_runtime.places import event_store, in_postgres

Result = dict[str, str | int]
_LOOK_SECONDS = 0.2


class Runs:
    """The book of runs."""

    def __init__(self, settings: ReplaySettings) -> None:
        settings.stores.mkdir(parents=True, exist_ok=True)
        env = event_store(SERVICE, settings.stores)
        if in_postgres():
            # The ledger's process owns the tables and has made them.
            env["CREATE_TABLE"] = "no"
        self._application: OpsApplication = create(env)

    def close(self) -> None:
        """Give back connections."""
        self._application.close()

    @contextmanager
    def recorded(self, action: str, reason: str, *, target: str = "") -> Iterator["Run"]:
        """Run something of our own; what ``run.result`` holds at the end is recorded.

        Raises:
            ReasonNeededError: there is no reason; nothing was done.
        """
        run = Run(uuid4())
        account = account_of_operator()
        self._application.begin(run.id, RunOrder(action, reason, account, target))
        outcome: Outcome = "gagal"
        try:
            yield run
            outcome = "selesai"
        except CancelledRunError:
            outcome = "dibatalkan"
            raise
        except JamilaError as error:
            run.result["fault"] = error.slug
            raise
        finally:
            self._application.end(run.id, outcome, run.result, account=account)

    def asked(
        self,
        action: str,
        reason: str,
        *,
        asks: Mapping[str, Any],
        patience_seconds: float,
    ) -> OpsRun:
        """Ask the owners for something through the ledger's process, and wait until it is done.

        Raises:
            ReasonNeededError: there is no reason; nothing was asked.
            OwnerSilentError: it was not done in time; it will be, once the ledger's process runs.
        """
        run_id = uuid4()
        target = str(asks.get("service") or asks.get("url") or "semua layanan")[-200:]
        order = RunOrder(action, reason, account_of_operator(), target, asks)
        self._application.begin(run_id, order)
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            run = self._application.find(run_id)
            if run is not None and run.outcome is not None:
                return run
            time.sleep(_LOOK_SECONDS)
        raise OwnerSilentError("asked, but not done yet: is the ledger's process running?")


class Run:
    """One run while it lasts."""

    def __init__(self, run_id: UUID) -> None:
        self.id = run_id
        self.result: Result = {}
        """What the record of its end will say."""


def account_of_operator() -> str:
    """Who runs the tool: the account of the machine."""
    return getpass.getuser()
