"""What the console asks the service ``ops`` about parked events: which there are, try them again.

The owners are asked for their lists, none of which says what an event says. A try is a run like
one of the replay tool: its reason is recorded before anything happens (docs/decisions/0012).

Errors::

    ReaderUnknownError    (NotFoundError) no service of that name parks events
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from jamila_contracts.commands import ListParked, RetryParked
from jamila_contracts.envelope import Actor
from jamila_ledger.ops import ASKED, CAPABILITY, RETRY_PARKED, OpsApplication, OpsRun, RunOrder
from jamila_runtime.errors import NotFoundError
from jamila_runtime.stage import MissingCapabilityError
from jamila_runtime.work import Work

Lists = Mapping[str, Mapping[str, Any] | None]
"""By service what it has parked; None: it does not answer."""
_MAY_LOOK: Final = frozenset({CAPABILITY, "admin"})


class ReaderUnknownError(NotFoundError):
    """No service of that name parks events."""

    slug = "reader-unknown"


class ParkedDesk:
    """The use cases, put into the application of the ledger's process."""

    def __init__(
        self,
        application: OpsApplication,
        *,
        readers: Callable[[], Collection[str]],
        lists: Callable[[], Lists],
    ) -> None:
        """Answer from now on.

        Args:
            application: Whose commands these are.
            readers: The services that may park events.
            lists: Asks each of them; called in a thread.
        """
        self._application = application
        self._readers = readers
        self._lists = lists
        application.handlers.command(ListParked, self.show)
        application.handlers.command(RetryParked, self.retry)

    def show(self, command: ListParked, work: Work[OpsRun]) -> dict[str, Any]:
        """What is parked, by service, and which tries are not done yet.

        Raises:
            MissingCapabilityError: the account does not look after the system.
        """
        del work
        _must_hold(command.actor, _MAY_LOOK)
        found = self._lists()
        return {
            "readers": [
                {"reader": name, **told} for name, told in sorted(found.items()) if told is not None
            ],
            "silent": sorted(name for name, told in found.items() if told is None),
            "asked": self._asked(),
        }

    def retry(self, command: RetryParked, work: Work[OpsRun]) -> None:
        """Have the owner try again, soon; how it ended is recorded as the end of the run.

        Raises:
            MissingCapabilityError: the account may not.
            ReaderUnknownError: nobody of that name parks events.
            ReasonNeededError: there is no reason, or it holds what looks like a person's number.
        """
        _must_hold(command.actor, frozenset({CAPABILITY}))
        if command.reader not in self._readers():
            raise ReaderUnknownError("no such service parks events", reader=command.reader)
        asks = {"service": command.reader}
        if command.parked_case is not None:
            asks["case_id"] = str(command.parked_case)
        account = command.actor.account
        order = RunOrder(RETRY_PARKED, command.reason, account, command.reader, asks)
        self._application.begin_within(work, command.case_id, order)

    def _asked(self) -> list[dict[str, Any]]:
        waiting = (each.payload for each in self._application.store.waiting_effects([ASKED]))
        return [
            {"reader": each["service"], "case_id": each.get("case_id")}
            for each in waiting
            if each["action"] == RETRY_PARKED
        ]


def _must_hold(actor: Actor, capabilities: Collection[str]) -> None:
    if actor.capability not in capabilities:
        raise MissingCapabilityError(
            "the account looks after no system", capabilities=sorted(capabilities)
        )
