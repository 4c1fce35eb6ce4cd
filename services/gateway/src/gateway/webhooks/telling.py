"""Goes along the trail of the live read model and tells each subscription what it asked for.

A subscription is a place in the ledger. What lies behind it was told; so a rebuild of the read
models, which gives every line the position it had, tells nothing again (docs/decisions/0037).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from prometheus_client import Counter, Gauge

from gateway.read_models import ReadModels
from gateway.secret_box import SecretBox
from gateway.webhooks.sending import DeliveryFailedError, Sender
from gateway.webhooks.store import SqlWebhookStore
from gateway.webhooks.subscriptions import (
    Delivery,
    Notice,
    Outcome,
    Subscription,
    pause_after,
    signed_headers,
)
from jamila_ledger.views import TRAIL
from jamila_runtime.clock import Clock
from jamila_runtime.errors import JamilaError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Document, Keys, Query

TOLD = Counter("jamila_webhook_deliveries", "Attempts to tell another system.", ["outcome"])
STOPPED = Gauge("jamila_webhooks_stopped", "Subscriptions that wait for an administrator.")
PURPOSE: Final = "gateway/webhooks/v1"
_BATCH: Final = 200
_IDLE_SECONDS: Final = 1.0
_ORDER: Final[Keys] = (("_id", "ascending"),)
_FIELDS: Final = ("position", "event", "event_id", "case_id", "occurred_at")
_log = get_logger(__name__)


@dataclass(frozen=True)
class Means:
    """What telling needs."""

    store: SqlWebhookStore
    models: ReadModels
    sender: Sender
    box: SecretBox
    clock: Clock


class Teller:
    """Tells every subscription, each in the order of the ledger, the slow ones slow nobody."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._holder = uuid4()
        self._busy: dict[UUID, asyncio.Task[None]] = {}

    async def run(self, *, pause: Callable[[], float] = lambda: _IDLE_SECONDS) -> None:
        """Tell for ever."""
        try:
            while True:
                await self.begin_due()
                await asyncio.sleep(pause())
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def begin_due(self) -> list[asyncio.Task[None]]:
        """Begin to tell every subscription whose turn it is and that is not being told."""
        self._busy = {key: task for key, task in self._busy.items() if not task.done()}
        try:
            known = await asyncio.to_thread(self._means.store.all)
        except JamilaError as error:
            _log.warning("webhooks not told", fault=error.slug)
            return []
        STOPPED.set(sum(each.state == "berhenti" for each in known))
        now = self._means.clock.now()
        due = [each for each in known if _is_due(each, now) and each.id not in self._busy]
        for each in due:
            self._busy[each.id] = asyncio.create_task(self._tell_along(each))
        return [self._busy[each.id] for each in due]

    async def _tell_along(self, subscription: Subscription) -> None:
        """Tell one subscription until it knows everything or somebody does not listen."""
        store = self._means.store
        try:
            while await self._is_mine(subscription):
                lines = await self._after(subscription.position)
                if not lines or not await self._tell(subscription, lines):
                    break
                subscription = await asyncio.to_thread(store.find, subscription.id)
            await asyncio.to_thread(store.release, subscription.id, self._holder)
        except JamilaError as error:
            # MongoDB or the store is away, or the subscription was deleted: the next round sees.
            _log.warning("webhook not told", webhook=str(subscription.id), fault=error.slug)

    async def _is_mine(self, subscription: Subscription) -> bool:
        """Whether this process tells it; of several gateways one does, and another when it dies."""
        now = self._means.clock.now()
        return await asyncio.to_thread(self._means.store.lease, subscription.id, self._holder, now)

    async def _after(self, position: int) -> list[Document]:
        where = {"_id": {"$gt": position}}
        query = Query(where=where, order=_ORDER, limit=_BATCH, fields=_FIELDS)
        return await self._means.models.find(TRAIL, query)

    async def _tell(self, subscription: Subscription, lines: list[Document]) -> bool:
        """Tell what of some lines was asked for; False when it has to wait."""
        store, secret = self._means.store, self._secret(subscription)
        known = subscription.position
        for line in lines:
            if subscription.wants(line["event"]):
                if not await self._is_mine(subscription):
                    return False
                notice = Notice.of(line, subscription.id)
                fault = await self._post(subscription, notice, secret)
                if fault is not None:
                    if known > subscription.position:
                        await asyncio.to_thread(store.told, subscription.id, known)
                        subscription = replace(subscription, attempts=0)
                    await self._wait(subscription, notice, fault)
                    return False
                done = self._delivery(subscription, notice, "terkirim", fault=None)
                await asyncio.to_thread(store.told, subscription.id, notice.position, done)
                subscription = replace(subscription, position=notice.position, attempts=0)
            known = line["position"]
        await asyncio.to_thread(store.told, subscription.id, known)
        return True

    async def _post(self, subscription: Subscription, notice: Notice, secret: str) -> str | None:
        headers = signed_headers(notice, secret, self._means.clock.now())
        try:
            await self._means.sender.post(subscription.url, notice.body, headers)
        except DeliveryFailedError as error:
            TOLD.labels("gagal").inc()
            return error.fault
        TOLD.labels("terkirim").inc()
        return None

    async def _wait(self, subscription: Subscription, notice: Notice, fault: str) -> None:
        """Note a failed attempt: try again later, or stop and say so."""
        now, attempts = self._means.clock.now(), subscription.attempts + 1
        pause = pause_after(attempts)
        after = replace(
            subscription,
            attempts=attempts,
            fault=fault,
            due_at=None if pause is None else now + pause,
            stopped_at=now if pause is None else None,
        )
        tried = self._delivery(after, notice, "gagal", fault=fault)
        await asyncio.to_thread(self._means.store.failed, after, tried)
        say = _log.error if pause is None else _log.warning
        about = {"webhook": str(subscription.id), "owner": subscription.owner}
        say("webhook not told", **about, fault=fault, attempts=attempts, stopped=pause is None)

    def _delivery(
        self, subscription: Subscription, notice: Notice, outcome: Outcome, *, fault: str | None
    ) -> Delivery:
        return Delivery(
            webhook_id=notice.id,
            subscription_id=subscription.id,
            position=notice.position,
            event=notice.event,
            case_id=notice.case_id,
            outcome=outcome,
            attempts=subscription.attempts + (outcome == "terkirim"),
            fault=fault,
            at=self._means.clock.now(),
        )

    def _secret(self, subscription: Subscription) -> str:
        return self._means.box.open(str(subscription.id), subscription.sealed_secret).decode()


def _is_due(subscription: Subscription, now: datetime) -> bool:
    if subscription.stopped_at is not None:
        return False
    due_at, pause = subscription.due_at, pause_after(subscription.attempts)
    # Further away than its pause: it was put off by a clock that was ahead.
    return due_at is None or pause is None or not now < due_at <= now + pause
