"""Whatever strangers send to the public page is answered, and nothing is a bug."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_testing.fuzz import bitten, fuzz
from public_page.codes import document_code, receipt_code
from public_page.proofs import DownloadProofs

pytestmark = pytest.mark.fuzz

BOUNDARY = "batas-uji"
FORMS = [
    (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="kode"\r\n\r\nK7M2Q9XW4T8B\r\n'
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="berkas"; filename="../../etc/a.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF-1.7 contoh\r\n"
        f"--{BOUNDARY}--\r\n"
    ).encode(),
    b"kode=K7M2Q9XW4T8B&pin=631199",
]
KINDS = (
    f"multipart/form-data; boundary={BOUNDARY}",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded",
    "application/pdf",
)
PATHS = ("/cek/berkas", "/cek", "/lacak", "/unduh/rahasia-tautan-uji-123456")
NOW = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
PROOFS = DownloadProofs(bytes(range(32)))


@pytest.mark.timeout(60)
@fuzz(150)
@given(body=bitten(FORMS), kind=st.sampled_from(KINDS), path=st.sampled_from(PATHS))
def test_any_form_is_answered(site, body, kind, path):
    headers = {"Content-Type": kind}
    answer = asyncio.run(site.client.post(path, content=body, headers=headers))

    assert answer.status_code < 500


@fuzz(150)
@given(typed=st.text(max_size=70) | bitten([b"K7M2Q-9XW4T-8B"]).map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_code_or_none(typed):
    for code in (receipt_code(typed), document_code(typed)):
        assert code is None or (code.isascii() and code.isalnum() and code == code.upper())


@fuzz(150)
@given(
    proof=bitten([PROOFS.give("tautan", NOW).encode()]).map(lambda b: b.decode("latin-1"))
    | st.text(max_size=40)
    | st.sampled_from(("9" * 5_000, "9" * 5_000 + ".x", "-1.x", "\u0663.x"))
)
def test_any_proof_is_the_one_that_was_given_or_none(proof):
    assert not PROOFS.holds(proof, "tautan", NOW) or proof == PROOFS.give("tautan", NOW)
