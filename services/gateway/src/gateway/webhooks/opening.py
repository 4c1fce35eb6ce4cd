"""Wires what tells other systems."""

from dataclasses import dataclass

from gateway.read_models import ReadModels
from gateway.secret_box import SecretBox
from gateway.settings import GatewaySettings
from gateway.webhooks.desk import WebhookDesk
from gateway.webhooks.sending import AddressRules, Sender
from gateway.webhooks.store import SqlWebhookStore
from gateway.webhooks.telling import PURPOSE, Means, Teller
from jamila_runtime.clock import SystemClock
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import read_master_key


@dataclass(frozen=True)
class Webhooks:
    """Everything about other systems, opened once the process runs."""

    desk: WebhookDesk
    teller: Teller
    _store: SqlWebhookStore
    _sender: Sender

    async def close(self) -> None:
        """Give back connections."""
        await self._sender.close()
        self._store.dispose()


def open_webhooks(
    settings: RuntimeSettings, gateway: GatewaySettings, models: ReadModels
) -> Webhooks:
    """Open the store of subscriptions. Blocks."""
    rules = AddressRules(
        plain_http=settings.demo, private=settings.demo or gateway.webhook_private_addresses
    )
    store, sender = SqlWebhookStore(settings.store_url("webhooks")), Sender(rules)
    box = SecretBox(read_master_key(settings.master_key_file), purpose=PURPOSE)
    clock = SystemClock()
    desk = WebhookDesk(store, sender, box, clock=clock)
    teller = Teller(Means(store, models, sender, box, clock))
    return Webhooks(desk, teller, store, sender)
