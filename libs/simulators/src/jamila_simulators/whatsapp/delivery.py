"""Posts the queued webhooks until the receiver answers 200."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import httpx

from jamila_simulators.settings import SimulatorSettings
from jamila_simulators.whatsapp.store import Delivery, PlatformStore
from jamila_simulators.whatsapp.webhooks import signature, wamids_in

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS: Final = 5.0


class WebhookDelivery:
    """Delivers in the order of each user, users side by side, with doubling pauses on failure.

    A failed body does not hold back the later ones of the same user: the receiver sees them out
    of order, as on the real platform.
    """

    def __init__(
        self,
        settings: SimulatorSettings,
        store: PlatformStore,
        *,
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._wake = asyncio.Event()
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=settings.webhook_timeout_seconds,
            headers={"User-Agent": "facebookexternalua", "Content-Type": "application/json"},
            trust_env=False,
        )

    def wake(self) -> None:
        """Look for due webhooks now instead of at the next known moment."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver for ever; cancelled at shutdown, what is undelivered stays in the store."""
        while True:
            self._wake.clear()
            if not await self.deliver_due():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._pause())

    async def deliver_due(self) -> int:
        """Post everything that is due; returns how many attempts were made."""
        due = self._store.due(self._clock())
        lanes: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in due:
            lanes[delivery.lane].append(delivery)
        await asyncio.gather(*(self._deliver_lane(lane) for lane in lanes.values()))
        return len(due)

    async def subscribe(self) -> bool:
        """Ask the receiver to prove that it is ours, as when a webhook is configured."""
        challenge = self._store.token("challenge", self._clock().isoformat(), length=10)
        answer = await self._client.get(
            self._settings.webhook_url,
            params={
                "hub.mode": "subscribe",
                "hub.challenge": challenge,
                "hub.verify_token": self._settings.verify_token.get_secret_value(),
            },
        )
        return answer.status_code == httpx.codes.OK and answer.text == challenge

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()

    async def _deliver_lane(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            await self._deliver(delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        if delivery.wamid is not None and delivery.status is not None:
            self._store.advance(delivery.wamid, delivery.status)
        secret = self._settings.app_secret.get_secret_value()
        headers = {"X-Hub-Signature-256": signature(delivery.body, secret)}
        try:
            answer = await self._client.post(
                self._settings.webhook_url, content=delivery.body, headers=headers
            )
            reason = f"HTTP {answer.status_code}"
            delivered = answer.status_code == httpx.codes.OK
        except httpx.HTTPError as error:
            reason, delivered = type(error).__name__, False
        if delivered:
            self._store.settle(delivery)
            # Two ticks on the sender's phone: the business has it.
            for wamid in wamids_in(delivery.body):
                self._store.advance(wamid, "delivered")
        else:
            self._retry_later(delivery, reason)

    def _retry_later(self, delivery: Delivery, reason: str) -> None:
        now, settings = self._clock(), self._settings
        if now - delivery.created_at > settings.webhook_retry_for:
            _LOG.error("webhook %s given up after %s: %s", delivery.seq, delivery.attempts, reason)
            self._store.settle(delivery)
            return
        doubled = settings.webhook_retry_initial_seconds * 2.0 ** min(delivery.attempts, 30)
        pause = timedelta(seconds=min(doubled, settings.webhook_retry_max_seconds))
        self._store.postpone(delivery, until=now + pause)
        _LOG.warning("webhook %s not taken (%s), retried in %s", delivery.seq, reason, pause)

    def _pause(self) -> float:
        due_at = self._store.next_due_at()
        if due_at is None:
            return _IDLE_SECONDS
        return min(max((due_at - self._clock()).total_seconds(), 0.0), _IDLE_SECONDS)
