"""WhatsApp may answer without end: nothing hangs, nothing fills up, nothing is sent twice."""

from collections.abc import Iterator

import pytest

from jamila_testing.endless import EndlessPeer
from jamila_whatsapp.client import MediaInfo, Recipient, WhatsAppClient
from jamila_whatsapp.errors import (
    MediaTooLargeError,
    OutcomeUnknownError,
    WhatsAppUnreachableError,
)

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

BUFFERS = 32 * 1_048_576


@pytest.fixture
def whatsapp(endless: EndlessPeer) -> Iterator[WhatsAppClient]:
    patience = endless.patience
    client = WhatsAppClient(
        endless.url,
        "token",
        phone_number_id="1",
        timeout_seconds=patience,
        file_seconds=patience,
    )
    yield client
    client.close()


def test_message_may_have_been_sent(whatsapp, endless):
    with pytest.raises(OutcomeUnknownError):
        whatsapp.send_text(Recipient("628006311001"), "halo", callback_data="x")

    assert endless.poured < BUFFERS


def test_file_was_not_taken_and_is_given_again(whatsapp, endless):
    with pytest.raises(WhatsAppUnreachableError):
        whatsapp.upload(b"%PDF" * 100_000, media_type="application/pdf", filename="a.pdf")

    assert endless.poured < BUFFERS


def test_what_is_known_of_a_file_is_asked_again(whatsapp, endless):
    with pytest.raises(WhatsAppUnreachableError):
        whatsapp.media_info("4711")

    assert endless.poured < BUFFERS


def test_file_without_end_is_too_large_or_asked_again(whatsapp, endless):
    said = MediaInfo(f"{endless.url}/file", "image/jpeg", sha256=None, size_bytes=0)
    fault = MediaTooLargeError if endless.answering == "floods" else WhatsAppUnreachableError

    with pytest.raises(fault):
        whatsapp.download(said, max_bytes=5_000_000)

    assert endless.poured < BUFFERS
