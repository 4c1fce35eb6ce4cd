"""Whatever the services around a signature answer: it is used rightly, or it is a known fault."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from jamila_contracts.values import SignatureBox
from jamila_runtime.errors import JamilaError
from jamila_testing.foreign_signer import plain_pdf
from jamila_testing.fuzz import BITES_OR_OTHERS, fuzz, outside_json
from jamila_verifier import TrustAnchors
from signing.esign import EsignAccess, EsignClient, EsignSigner
from signing.pades import PadesSigner, TimestampUnavailableError
from signing.pades.fast_pdf import UnknownLayoutError
from signing.pades.stamping import Stamper
from signing.secrets import SecretDrawer, SigningSecret

pytestmark = pytest.mark.fuzz

NIK, PASSPHRASE = "6311990101000001", "kata-sandi-tte-uji"
NOW = datetime.now(UTC)
PDF = plain_pdf()
BOX = SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176)
ANSWERS = [
    json.dumps(each).encode()
    for each in (
        {"status_code": 1111, "status": "ISSUE", "message": "aktif"},
        {"time": 812, "file": [base64.b64encode(PDF).decode()]},
        {"status_code": 2031, "message": "Passphrase salah"},
        {"timestamp": "2026-04-06T01:00:00Z", "status": 400, "error": "Bad Request"},
    )
]


@pytest.mark.parametrize("version", [1, 2])
@fuzz(120)
@given(raw=outside_json(ANSWERS), status=st.sampled_from((200, 400, 401, 404, 500)))
def test_any_answer_of_the_e_sign_service_signs_nothing_by_itself(pki, version, raw, status):
    network = httpx.MockTransport(lambda _: httpx.Response(status, content=raw))
    client = EsignClient(EsignAccess("http://bsre.test", "a", "b", version), transport=network)
    secrets = SecretDrawer()
    secrets.lend("kadis-1", SigningSecret("passphrase", PASSPHRASE), now=NOW)
    anchors = TrustAnchors.from_files([pki.trust_roots_path])
    signer = EsignSigner(client, account="kadis-1", nik=NIK, secrets=secrets, anchors=anchors)

    with pytest.raises(JamilaError) as refused:
        signer.sign(PDF, box=BOX, reason="Penerbitan", location="Paringin", now=NOW)
    assert PASSPHRASE not in str(refused.value)
    assert NIK not in str(refused.value)


@pytest.fixture
def sample(desk):
    """A token of the authority, as pyHanko embedded it in a document."""
    signer = desk.signer()
    signed = desk.sign(signer, PDF).pdf
    [stamp] = PdfFileReader(BytesIO(signed)).embedded_timestamp_signatures
    return stamp.pkcs7_content


@fuzz(150)
@given(bite=BITES_OR_OTHERS)
def test_any_time_stamp_is_good_or_refused(pki, desk, sample, bite):
    tsa = pki.identity("tsa").certificate.public_bytes(Encoding.DER)
    seen: list[bytes] = []

    def ask(request: bytes) -> bytes:
        answer = desk.network.handle_request(
            httpx.Request("POST", "http://pki.test/tsa", content=request)
        ).content
        seen.append(answer)
        return bite.of(answer)

    try:
        stamper = Stamper(ask, tsa, sample=sample)
        token = stamper.token(sha256(PDF).digest())
    except (TimestampUnavailableError, UnknownLayoutError):
        return
    # What was taken is the very token that the authority made.
    assert token in seen[0]


@pytest.mark.parametrize("path", ["/ocsp", "/crl/root.crl", "/tsa"])
@fuzz(12)
@given(bite=BITES_OR_OTHERS)
def test_any_answer_about_a_certificate_is_good_or_nothing_is_signed(pki, desk, path, bite):
    def answer(request: httpx.Request) -> httpx.Response:
        real = desk.network.handle_request(request)
        if request.url.path != path:
            return real
        return httpx.Response(200, content=bite.of(real.content))

    signer = PadesSigner.from_pkcs12(
        pki.pkcs12_path,
        pki.passphrase,
        settings=desk.settings(),
        transport=httpx.MockTransport(answer),
    )
    with suppress(JamilaError):
        assert desk.check(desk.sign(signer, PDF).pdf).valid
    signer.close()
