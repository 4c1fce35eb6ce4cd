"""What operators may do about messages that could not be taken in; they are kept until then.

Nothing of what residents wrote is shown, and nobody can put a message in.
"""

from collections.abc import Callable, Mapping, Sequence

from intake.inbox_store import InboxStore
from intake.webhook_body import Found
from jamila_runtime.clock import Clock
from jamila_runtime.errors import NotFoundError
from jamila_runtime.logs import get_logger
from jamila_runtime.owner_desk import Action, Answer

_BODY = "body"
_log = get_logger(__name__)


class NotSetAsideError(NotFoundError):
    """Nothing of that name was put aside."""

    slug = "not-set-aside"


class SetAsideDesk:
    """Answers what operators ask about the inbox."""

    def __init__(
        self, store: InboxStore, clock: Clock, reader: Callable[[bytes], Sequence[Found]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._reader = reader

    @property
    def actions(self) -> Mapping[str, Action]:
        """By the last part of the subject."""
        return {"retry": self.retry, "read-again": self.read_again, "discard": self.discard}

    def count(self) -> int:
        """How much waits for a person."""
        counts = self._store.counts()
        return counts.parked + counts.unreadable

    def retry(self, asked: Answer) -> Answer:
        """Try one item again (``number``), or all."""
        number = asked.get("number")
        one = None if number is None else int(number)
        tried = self._store.retry_parked(self._clock.now(), one)
        if one is not None and not tried:
            raise NotSetAsideError("nothing to try again", number=one)
        _log.info("inbox items tried again", items=tried)
        return {"tried": tried}

    def read_again(self, asked: Answer) -> Answer:
        """Look again into bodies that could not be read before."""
        del asked
        found = self._store.read_again(self._reader)
        _log.info("unreadable bodies read again", found=found)
        return {"found": found}

    def discard(self, asked: Answer) -> Answer:
        """Give up one item or body (``kind``, ``number``); what it said is lost for good."""
        kind, number = str(asked["kind"]), int(asked["number"])
        give_up = self._store.discard_body if kind == _BODY else self._store.discard
        if not give_up(number):
            raise NotSetAsideError("nothing to give up", number=number)
        _log.warning("inbox item given up", kind=kind, seq=number)
        return {"discarded": 1}
