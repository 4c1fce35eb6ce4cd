"""What an administrator does about other systems that are told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid5

from gateway.secret_box import SecretBox
from gateway.views import Views
from gateway.webhooks.sending import Sender
from gateway.webhooks.store import SqlWebhookStore
from gateway.webhooks.subscriptions import Delivery, Subscription, new_secret
from jamila_runtime.clock import Clock

_NAMESPACE: Final = UUID("6a3d0c52-6311-4b6e-9d0a-0d1ca311a037")


@dataclass(frozen=True)
class Wish:
    """What another system asks to be told."""

    url: str
    events: tuple[str, ...]
    owner: str
    """The account that asks for it."""
    key: UUID
    """Asked again with the same key it is no second one."""


class WebhookDesk:
    """Makes, shows, resumes and ends subscriptions."""

    def __init__(
        self, store: SqlWebhookStore, sender: Sender, box: SecretBox, *, clock: Clock
    ) -> None:
        self._store = store
        self._sender = sender
        self._box = box
        self._clock = clock

    async def create(self, wish: Wish, views: Views) -> tuple[Subscription, str]:
        """Make a subscription; it is told what happens from now on.

        Returns:
            The subscription, and its secret, which is shown this once.

        Raises:
            WebhookAddressError: nothing may be told there.
            WebhookExistsError: it was made already.
        """
        self._sender.check(wish.url)
        about, secret = uuid5(_NAMESPACE, f"{wish.owner}/{wish.key}"), new_secret()
        new = Subscription(
            id=about,
            url=wish.url,
            events=tuple(dict.fromkeys(wish.events)),
            sealed_secret=self._box.seal(str(about), secret.encode()),
            owner=wish.owner,
            created_at=self._clock.now(),
            position=(await views.as_of()).position,
        )
        await asyncio.to_thread(self._store.add, new)
        return new, secret

    async def all(self) -> Sequence[Subscription]:
        """Every subscription, oldest first."""
        return await asyncio.to_thread(self._store.all)

    async def one(self, subscription_id: UUID) -> tuple[Subscription, Sequence[Delivery]]:
        """A subscription and what became of the last deliveries.

        Raises:
            WebhookUnknownError: there is no such subscription.
        """
        found = await asyncio.to_thread(self._store.find, subscription_id)
        return found, await asyncio.to_thread(self._store.deliveries, subscription_id)

    async def resume(self, subscription_id: UUID, *, skip: bool) -> Subscription:
        """Go on at once, with what failed or, if it shall be skipped, with what comes after it.

        Raises:
            WebhookUnknownError: there is no such subscription.
        """
        found, deliveries = await self.one(subscription_id)
        last = next(iter(deliveries), None)
        if skip and last is not None and last.position > found.position:
            passed = replace(last, outcome="dilewati", at=self._clock.now())
            await asyncio.to_thread(self._store.told, subscription_id, last.position, passed)
        await asyncio.to_thread(self._store.resume, subscription_id)
        return await asyncio.to_thread(self._store.find, subscription_id)

    async def remove(self, subscription_id: UUID) -> None:
        """Tell it nothing any more; quiet when it is gone."""
        await asyncio.to_thread(self._store.remove, subscription_id)
