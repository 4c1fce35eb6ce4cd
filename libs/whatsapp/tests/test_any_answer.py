"""Whatever WhatsApp answers is used, or a fault that the sender of messages knows."""

import json
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_runtime.errors import JamilaError
from jamila_testing.fuzz import fuzz, outside_json
from jamila_whatsapp.client import MediaInfo, Recipient, WhatsAppClient

pytestmark = pytest.mark.fuzz

TOKEN = "rahasia-akses-uji"
ANSWERS = [
    json.dumps(each).encode()
    for each in (
        {"messages": [{"id": "wamid.HBgNNjI4MTIzNDU2Nzg5", "message_status": "accepted"}]},
        {"error": {"code": 131047, "error_subcode": 33, "message": "Re-engagement", "type": "x"}},
        {
            "url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
            "mime_type": "image/jpeg; charset=binary",
            "sha256": "ab" * 32,
            "file_size": 4711,
        },
        {"id": "101385960028"},
    )
]


class Platform:
    """Says the same to everybody, and notes who was asked."""

    def __init__(self, status: int, content: bytes) -> None:
        self._answer = (status, content)
        self.hosts: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.hosts.add(request.url.host)
        status, content = self._answer
        return httpx.Response(status, content=content, headers={"Location": "http://127.0.0.1/"})


def client(platform: Platform) -> WhatsAppClient:
    return WhatsAppClient(
        "https://graph.test/v24.0",
        TOKEN,
        phone_number_id="106540352242922",
        transport=httpx.MockTransport(platform),
    )


@fuzz(200)
@given(raw=outside_json(ANSWERS), status=st.sampled_from((200, 200, 302, 400, 401, 404, 429, 503)))
def test_any_answer_is_used_or_a_known_fault(raw: bytes, status: int) -> None:
    platform = Platform(status, raw)
    whatsapp = client(platform)
    calls = (
        lambda: whatsapp.send_text(Recipient("628123456789"), "halo", callback_data="x"),
        lambda: whatsapp.upload(b"%PDF", media_type="application/pdf", filename="a.pdf"),
        lambda: whatsapp.download(whatsapp.media_info("1"), max_bytes=1000),
    )
    for call in calls:
        with suppress(JamilaError):
            call()
    assert platform.hosts <= {"graph.test", "lookaside.fbsbx.com"}


@fuzz(200)
@given(
    address=st.text(max_size=40)
    | st.builds(
        "{}://{}{}".format,
        st.sampled_from(("https", "http", "file", "HTTPS")),
        st.sampled_from(
            (
                *("127.0.0.1", "169.254.169.254", "[::1]", "0x7f000001", "2130706433"),
                *("lookaside.fbsbx.com.test", "lookaside.fbsbx.com@127.0.0.1", "graph.test:22"),
                *("lookaside.fbsbx.com\r\nX: y", "LOOKASIDE.FBSBX.COM", "lookaside.fbsbx.com."),
            )
        ),
        st.text("/?#@:\\a%0.", max_size=8),
    )
)
def test_any_address_of_a_file_leads_to_the_platform_or_nowhere(address: str) -> None:
    platform = Platform(200, b"x")
    with suppress(JamilaError):
        client(platform).download(MediaInfo(address, "image/jpeg", None, 1), max_bytes=10)
    assert platform.hosts <= {"graph.test", "lookaside.fbsbx.com"}
