import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from jamila_runtime.errors import DomainError, JamilaError, RetryableError
from jamila_whatsapp.client import MediaInfo, Recipient, WhatsAppClient
from jamila_whatsapp.errors import (
    MEANINGS,
    MediaBrokenError,
    MediaGoneError,
    MediaHostError,
    MediaTooLargeError,
    OutcomeUnknownError,
    UndeliverableError,
    WhatsAppAccountError,
    WhatsAppBusyError,
    WhatsAppRefusedError,
    WhatsAppUnreachableError,
    WindowClosedError,
)
from jamila_whatsapp.references import NoticeReference, SurveyReply, media_sha256, message_reference

SITI = Recipient("628006311001", "ID.1")
PAPER = b"%PDF-1.7 contoh"
INFO = MediaInfo(
    url="http://wa.test/file",
    media_type="application/pdf",
    sha256=hashlib.sha256(PAPER).hexdigest(),
    size_bytes=len(PAPER),
)


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> WhatsAppClient:
    return WhatsAppClient(
        "http://wa.test/whatsapp/v24.0/",
        "token",
        phone_number_id="1",
        transport=httpx.MockTransport(answer),
    )


def refusing(code: int, status: int = 400, **more: int) -> WhatsAppClient:
    body = {"error": {"message": "+62 800 6311 001", "code": code, **more}}
    return client_of(lambda _: httpx.Response(status, json=body))


def raising(error: Exception) -> WhatsAppClient:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return client_of(answer)


def test_text_goes_out_with_its_callback_data():
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"messages": [{"id": "wamid.1"}]})

    assert client_of(answer).send_text(SITI, "Halo", callback_data="x:y") == "wamid.1"
    assert asked[0].url == "http://wa.test/whatsapp/v24.0/1/messages"
    assert asked[0].headers["Authorization"] == "Bearer token"
    body = json.loads(asked[0].content)
    assert (body["to"], body["text"]["body"]) == ("628006311001", "Halo")
    assert body["biz_opaque_callback_data"] == "x:y"


def test_user_without_number_is_addressed_by_his_business_scoped_id():
    assert Recipient(None, "ID.1").fields() == {"recipient": "ID.1"}
    with pytest.raises(WhatsAppRefusedError):
        Recipient(None, None).fields()


def test_template_carries_its_variables_in_order():
    def answer(request: httpx.Request) -> httpx.Response:
        template = json.loads(request.content)["template"]
        assert template["language"] == {"code": "id"}
        assert [p["text"] for p in template["components"][0]["parameters"]] == ["a", "b"]
        return httpx.Response(200, json={"messages": [{"id": "wamid.2"}]})

    assert client_of(answer).send_template(SITI, "diterima", ["a", "b"], callback_data="c")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (131047, WindowClosedError),
        (131026, UndeliverableError),
        (131056, WhatsAppBusyError),
        (130429, WhatsAppBusyError),
        (190, WhatsAppAccountError),
        (131051, WhatsAppRefusedError),
        (999999, WhatsAppRefusedError),
    ],
)
def test_each_error_code_has_its_meaning(code: int, expected: type[JamilaError]):
    with pytest.raises(expected) as refused:
        refusing(code).send_text(SITI, "Halo", callback_data="c")
    assert refused.value.data["code"] == code
    assert "6311" not in str(refused.value)


def test_every_meaning_is_either_retryable_or_final():
    assert all(issubclass(kind, RetryableError | DomainError) for kind, _ in MEANINGS.values())


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (httpx.ConnectError("x"), WhatsAppUnreachableError),
        (httpx.ConnectTimeout("x"), WhatsAppUnreachableError),
        (httpx.ReadTimeout("x"), OutcomeUnknownError),
        (httpx.RemoteProtocolError("x"), OutcomeUnknownError),
    ],
)
def test_what_fails_after_the_request_left_has_an_unknown_outcome(
    fault: Exception, expected: type[JamilaError]
):
    with pytest.raises(expected):
        raising(fault).send_text(SITI, "Halo", callback_data="c")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(500, WhatsAppBusyError), (503, WhatsAppBusyError), (504, OutcomeUnknownError)],
)
def test_fault_of_theirs_without_words(status: int, expected: type[JamilaError]):
    with pytest.raises(expected):
        client_of(lambda _: httpx.Response(status)).send_text(SITI, "Halo", callback_data="c")


def test_accepted_without_an_id_has_an_unknown_outcome():
    with pytest.raises(OutcomeUnknownError):
        client_of(lambda _: httpx.Response(200, json={})).send_text(SITI, "x", callback_data="c")


def test_media_is_described_then_fetched():
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/file":
            return httpx.Response(200, content=PAPER)
        described = {
            "url": "http://wa.test/file",
            "mime_type": "application/pdf; x=y",
            "sha256": INFO.sha256,
            "file_size": len(PAPER),
        }
        return httpx.Response(200, json=described)

    client = client_of(answer)
    info = client.media_info("77")
    assert info == INFO
    assert client.download(info, max_bytes=100) == PAPER


def test_unknown_media_id_is_gone():
    with pytest.raises(MediaGoneError):
        refusing(100, error_subcode=33).media_info("77")


def test_unreachable_media_is_tried_again():
    with pytest.raises(WhatsAppUnreachableError):
        raising(httpx.ReadTimeout("x")).media_info("77")


def test_unreadable_description_is_tried_again():
    with pytest.raises(WhatsAppBusyError):
        client_of(lambda _: httpx.Response(200, json=["?"])).media_info("77")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, MediaBrokenError), (401, WhatsAppAccountError), (500, WhatsAppBusyError)],
)
def test_file_that_is_not_handed_out(status: int, expected: type[JamilaError]):
    with pytest.raises(expected):
        client_of(lambda _: httpx.Response(status)).download(INFO, max_bytes=100)


def test_other_bytes_than_announced_are_not_used():
    with pytest.raises(MediaBrokenError):
        client_of(lambda _: httpx.Response(200, content=b"lain")).download(INFO, max_bytes=100)


def test_too_large_is_refused_before_and_while_reading():
    client = client_of(lambda _: httpx.Response(200, content=PAPER))
    unannounced = MediaInfo(url=INFO.url, media_type=INFO.media_type, sha256=None, size_bytes=0)
    for info in (INFO, unannounced):
        with pytest.raises(MediaTooLargeError):
            client.download(info, max_bytes=3)


def test_digest_is_read_in_both_of_its_forms():
    digest = hashlib.sha256(PAPER)
    assert media_sha256(base64.b64encode(digest.digest()).decode()) == digest.hexdigest()
    assert media_sha256(digest.hexdigest().upper()) == digest.hexdigest()
    assert media_sha256("?") is None
    assert media_sha256("YWJj") is None


def test_reference_says_nothing_about_the_number():
    wamid = "wamid." + base64.b64encode(b"628006311001xyz").decode()
    assert message_reference(wamid) == message_reference(wamid)
    assert wamid[6:20] not in message_reference(wamid)


def test_notice_reference_survives_the_journey():
    reference = NoticeReference(case_id=uuid4(), message_id=uuid4())
    assert NoticeReference.parse(str(reference)) == reference
    assert NoticeReference.parse("jawaban") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://wa.test:8080/file",
        "https://wa.test/file",
        "http://lookaside.fbsbx.com/file",
        "https://lookaside.fbsbx.com.example.org/file",
        "https://lookaside.fbsbx.com@127.0.0.1/file",
        "file:///etc/passwd",
        "//lookaside.fbsbx.com/file",
        "nonsense",
        "http://[",
    ],
)
def test_token_goes_to_no_stranger(address):
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=PAPER)

    with pytest.raises(MediaHostError):
        client_of(answer).download(replace(INFO, url=address), max_bytes=100)
    assert asked == []


def test_file_may_lie_with_the_platforms_own_hosts():
    client = client_of(lambda _: httpx.Response(200, content=PAPER))
    info = replace(INFO, url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1")
    assert client.download(info, max_bytes=100) == PAPER


def test_redirect_of_a_file_is_not_followed():
    away = httpx.Response(302, headers={"Location": "http://127.0.0.1/"})
    with pytest.raises(WhatsAppBusyError):
        client_of(lambda _: away).download(INFO, max_bytes=100)


def test_upload_gives_the_id_to_send():
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": "4711"})

    given = client_of(answer).upload(PAPER, media_type="application/pdf", filename="kia.pdf")
    assert given == "4711"
    body = asked[0].read()
    assert PAPER in body
    assert b'name="messaging_product"' in body
    assert b'filename="kia.pdf"' in body


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"error": {"code": 131053}}), WhatsAppRefusedError),
        (httpx.Response(413), WhatsAppRefusedError),
        (httpx.Response(503), WhatsAppBusyError),
        (httpx.Response(200, text="?"), WhatsAppBusyError),
    ],
)
def test_upload_that_fails_says_whether_to_try_again(answer, error):
    with pytest.raises(error):
        client_of(lambda _: answer).upload(PAPER, media_type="application/pdf", filename="a.pdf")


def test_upload_without_a_connection_may_be_tried_again():
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("x", request=request)

    with pytest.raises(WhatsAppUnreachableError):
        client_of(lose).upload(PAPER, media_type="application/pdf", filename="a.pdf")


def test_survey_reply_survives_the_journey():
    reply = SurveyReply(uuid4(), uuid4(), "u9", 1)
    assert SurveyReply.parse(str(reply)) == reply
    assert len(str(reply)) <= 200
