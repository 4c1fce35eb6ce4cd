"""Works through the inbox: in order per contact, several contacts at a time.

What fails for the moment is tried again with growing pauses and holds up its own contact only; what
keeps failing is put aside, visibly, with its body.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import uuid5

from intake.application import IntakeApplication
from intake.by_hand import ByHand
from intake.chat import Chat
from intake.contacts import Contacts, NamelessSenderError
from intake.hearing import Hearing
from intake.inbox_store import InboxStore, Waiting
from intake.messages import InboundMessage, InboundStatus
from intake.metrics import INBOX, ITEMS, SLOWED
from intake.pace import Pace, Slowed
from intake.refusals import SLOW_DOWN
from intake.webhook_body import Context, read_message, read_number_change, read_status
from jamila_runtime.clock import Clock
from jamila_runtime.effects import Effect
from jamila_runtime.errors import JamilaError, RetryableError
from jamila_runtime.logs import get_logger

_AT_A_TIME: Final = 8
_IDLE_SECONDS: Final = 1.0
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_log = get_logger(__name__)


class CaseNotKnownYetError(RetryableError):
    """A status about a case that is not here (yet): kept and tried again, then put aside."""

    slug = "case-not-known-yet"


class NotYetError(RetryableError):
    """Its sender sends more than a person does: it waits, and nothing failed."""

    slug = "sender-slowed"

    def __init__(self, until: datetime) -> None:
        super().__init__("the sender is slowed")
        self.until = until


@dataclass(frozen=True)
class Ears:
    """Who hears a message, and what is known of its sender."""

    chat: Chat
    contacts: Contacts
    by_hand: ByHand
    pace: Pace
    application: IntakeApplication
    hearing: Hearing

    def slowed(self, item: Waiting, message: InboundMessage, now: datetime) -> Slowed | None:
        """Whether a message has to wait; its sender is told kindly, once for a long time."""
        is_file = message.media is not None
        slowed = self.pace.slowed(item.lane, item.seq, is_file=is_file, now=now)
        if slowed is not None:
            SLOWED.labels(slowed.rule.name).inc()
        if slowed is not None and slowed.is_news:
            self._tell_to_wait(message, now)
        return slowed

    def _tell_to_wait(self, message: InboundMessage, now: datetime) -> None:
        effect = Effect(
            id=uuid5(message.contact_id, f"slow-down/{message.reference}"),
            kind="answer",
            case_id=message.contact_id,
            due_at=now,
            payload={"text": SLOW_DOWN},
        )
        cause = self.application.own_cause(message.contact_id, effect.id)
        self.application.perform(cause, lambda work: work.schedule(effect))

    def hear(self, message: InboundMessage) -> None:
        """Let the chat do what it asks; he who writes by the platform is answered by it."""
        self.by_hand.end(message.contact_id)
        linked = replace(message, linked=self.contacts.linked_to(message.contact_id))
        if not self.hearing.settles(linked):
            self.chat.receive(linked)


class InboxWorker:
    """Turns what lies in the inbox into use cases."""

    def __init__(
        self,
        store: InboxStore,
        application: IntakeApplication,
        ears: Ears,
        *,
        most_attempts: int,
    ) -> None:
        self._store = store
        self._application = application
        self._ears = ears
        self._most_attempts = most_attempts
        self._clock: Clock = application.clock
        self._news = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There is something new; call from the loop of the worker."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._news.clear()
            await self._start_ready()
            try:
                await asyncio.wait_for(self._news.wait(), timeout=_IDLE_SECONDS)
            except TimeoutError:
                await asyncio.to_thread(self._look)

    async def _start_ready(self) -> None:
        free = _AT_A_TIME - len(self._busy)
        if free <= 0:
            return
        busy = tuple(self._busy)
        ready = await asyncio.to_thread(self._store.ready, self._clock.now(), limit=free, busy=busy)
        for item in ready:
            task = asyncio.create_task(asyncio.to_thread(self.work_on, item))
            self._busy[item.lane] = task
            task.add_done_callback(partial(self._free, item.lane))

    def _free(self, lane: str, task: asyncio.Task[None]) -> None:
        del self._busy[lane]
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._news.set()
            return
        # The item is still first in its lane: woken at once it would fail again in a tight loop.
        _log.error("inbox store failed", exc_info=error)

    def work_on(self, item: Waiting) -> None:
        """Do one message or status, once; whatever goes wrong is kept and visible."""
        try:
            outcome = self._do(item)
        except NotYetError as error:
            self._store.hold(item, error.until)
            outcome = "slowed"
        except NamelessSenderError as error:
            _log.error("inbox item parked", seq=item.seq, fault=error.slug)
            self._store.park(item, fault=error.slug)
            outcome = "parked"
        except Exception as error:  # noqa: BLE001 - kept, postponed and logged; never lost
            outcome = self._again(item, error)
        else:
            self._store.done(item)
        ITEMS.labels(item.kind, outcome).inc()

    def work_on_all(self) -> int:
        """Do what can be done now, one after the other; the number of items tried."""
        ready = self._store.ready(self._clock.now(), limit=_AT_A_TIME)
        for item in ready:
            self.work_on(item)
        return len(ready)

    def _do(self, item: Waiting) -> str:
        body, received_at = self._store.body(item.body_id)
        context = Context(self._store.source, item.seq, received_at)
        if item.kind == "status":
            return self._report(read_status(body, item.place, context))
        change = read_number_change(body, item.place)
        if change is not None:
            self._ears.contacts.change_number(change.old, change.new)
            return "number-changed"
        message = read_message(body, item.place, context, resolve=self._ears.contacts.resolve)
        if message is None:
            return "silent"
        slowed = self._ears.slowed(item, message, self._clock.now())
        if slowed is not None:
            raise NotYetError(slowed.until)
        self._ears.hear(message)
        return "done"

    def _report(self, status: InboundStatus | None) -> str:
        if status is None:
            return "not-about-a-case"
        if not self._application.report_status(status):
            # It may be faster than our own knowledge of what it is about.
            raise CaseNotKnownYetError(f"status about case {status.case_id}")
        return "done"

    def _again(self, item: Waiting, error: Exception) -> str:
        slug = error.slug if isinstance(error, JamilaError) else f"bug-{type(error).__name__}"
        if isinstance(error, JamilaError):
            _log.warning("inbox item failed", seq=item.seq, fault=slug, attempts=item.attempts)
        else:
            _log.exception("inbox item failed", seq=item.seq, attempts=item.attempts)
        if item.attempts + 1 >= self._most_attempts:
            _log.error("inbox item parked", seq=item.seq, fault=slug)
            self._store.park(item, fault=slug)
            return "parked"
        pause = min(_FIRST_PAUSE * 2 ** min(item.attempts, 16), _LONGEST_PAUSE)
        self._store.postpone(item, self._clock.now() + pause, fault=slug)
        return "postponed"

    def _look(self) -> None:
        """What is done while nothing comes in."""
        hastened = self._store.hasten(self._clock.now(), longest=_LONGEST_PAUSE)
        if hastened:
            _log.warning("the clock was ahead", items=hastened)
            self._news.set()
        self._count()

    def _count(self) -> None:
        for state, number in vars(self._store.counts()).items():
            INBOX.labels(state).set(number)
