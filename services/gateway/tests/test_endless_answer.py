"""An identity provider, or who is told by webhook, may answer without end."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.oidc import OidcClient, OidcUnavailableError, provider_client
from gateway.oidc_settings import OidcSettings
from gateway.webhooks.sending import AddressRules, DeliveryFailedError, Sender
from jamila_runtime.clock import SystemClock
from jamila_testing.endless import Answering, endless_peer

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

BUFFERS = 32 * 1_048_576
INSIDE = AddressRules(plain_http=True, private=True)


async def test_identity_provider_without_end_is_an_outage(endless: Any) -> None:
    settings = OidcSettings(
        issuer=endless.url,
        client_id="jamila",
        client_secret=SecretStr("rahasia"),
        redirect_uri="https://kantor.test/masuk/oidc/kembali",
    )
    async with provider_client(endless.patience) as http:
        client = OidcClient(settings, clock=SystemClock(), proof=timedelta(hours=1), http=http)
        with pytest.raises(OidcUnavailableError):
            await client.leave()

    assert endless.poured < BUFFERS


@pytest.mark.parametrize("answering", ["floods", "drips"])
async def test_what_a_receiver_says_beside_its_status_is_not_read(answering: Answering) -> None:
    with endless_peer(answering) as receiver:
        sender = Sender(INSIDE)
        await sender.post(receiver.url, b"{}", {})
        await sender.close()

        assert receiver.poured < BUFFERS


async def test_receiver_that_does_not_come_to_its_status_is_left() -> None:
    with endless_peer("drips-head") as receiver:
        sender = Sender(INSIDE, timeout_seconds=receiver.patience)
        with pytest.raises(DeliveryFailedError) as failed:
            await sender.post(receiver.url, b"{}", {})
        await sender.close()

    assert failed.value.fault == "timeout"
