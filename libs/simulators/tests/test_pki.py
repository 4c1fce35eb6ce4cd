import shutil
import stat
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from asn1crypto import algos, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import ocsp

from jamila_simulators.pki import SIGNER_COMMON_NAME, DemoPki, ensure_demo_pki
from jamila_simulators.pki_server import create_pki_app


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    return ensure_demo_pki(tmp_path_factory.mktemp("pki") / "pki")


@pytest.fixture
def pki(made_once, tmp_path):
    return DemoPki(shutil.copytree(made_once.directory, tmp_path / "pki"))


@pytest.fixture
async def client(pki):
    transport = httpx.ASGITransport(create_pki_app(pki.directory))
    async with httpx.AsyncClient(transport=transport, base_url="http://pki.test") as client:
        yield client


def common_name(certificate):
    return certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value


def ocsp_request(pki, certificate):
    issuing = pki.identity("issuing").certificate
    # SHA-1 here names the issuer only (RFC 6960); it signs nothing.
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuing, hashes.SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def test_secrets_are_readable_by_their_owner_only(pki):
    secret = [*pki.directory.glob("*.key.pem"), pki.pkcs12_path, pki.passphrase_path]

    assert len(secret) == 7
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secret)
    assert stat.S_IMODE(pki.directory.stat().st_mode) == 0o700


def test_the_key_file_opens_with_its_passphrase_and_says_what_it_is(pki):
    data = pki.pkcs12_path.read_bytes()

    key, certificate, chain = pkcs12.load_key_and_certificates(data, pki.passphrase)

    assert key.key_size == 2048
    assert common_name(certificate) == SIGNER_COMMON_NAME
    assert len(chain) == 2
    subjects = [certificate.subject, *(other.subject for other in chain)]
    assert all("BUKAN UNTUK PRODUKSI" in name.rfc4514_string() for name in subjects)


def test_certificates_lead_to_the_trust_root(pki):
    root = x509.load_pem_x509_certificate(pki.trust_roots_path.read_bytes())
    issuing = pki.identity("issuing").certificate

    issuing.verify_directly_issued_by(root)
    pki.identity("tsa").certificate.verify_directly_issued_by(root)
    pki.identity("signer").certificate.verify_directly_issued_by(issuing)
    pki.identity("ocsp").certificate.verify_directly_issued_by(issuing)


def test_a_second_call_keeps_what_is_there(pki):
    before = {path.name: path.read_bytes() for path in pki.directory.iterdir()}

    again = ensure_demo_pki(pki.directory)

    assert {path.name: path.read_bytes() for path in again.directory.iterdir()} == before


def test_a_pki_made_half_is_made_anew(pki):
    passphrase = pki.passphrase
    (pki.directory / "README.txt").unlink()

    again = ensure_demo_pki(pki.directory)

    assert again.passphrase != passphrase
    assert pkcs12.load_key_and_certificates(again.pkcs12_path.read_bytes(), again.passphrase)


async def test_every_answer_says_it_is_a_demo(client):
    answer = await client.get("/")

    assert answer.headers["X-Demo-Only"] == "BUKAN UNTUK PRODUKSI"
    assert "BUKAN UNTUK PRODUKSI" in answer.text


async def test_ocsp_answers_good_until_the_certificate_is_revoked(pki, client):
    certificate = pki.identity("signer").certificate
    body = ocsp_request(pki, certificate)

    good = ocsp.load_der_ocsp_response((await client.post("/ocsp", content=body)).content)
    pki.revoke(certificate, now=datetime.now(UTC))
    revoked = ocsp.load_der_ocsp_response((await client.post("/ocsp", content=body)).content)

    assert good.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert revoked.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert revoked.next_update_utc > datetime.now(UTC)


async def test_ocsp_sends_the_nonce_back(pki, client):
    signer, issuing = pki.identity("signer").certificate, pki.identity("issuing").certificate
    builder = ocsp.OCSPRequestBuilder().add_certificate(signer, issuing, hashes.SHA256())
    request = builder.add_extension(x509.OCSPNonce(b"0123456789abcdef"), critical=False).build()

    answer = await client.post("/ocsp", content=request.public_bytes(Encoding.DER))

    response = ocsp.load_der_ocsp_response(answer.content)
    assert response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == (
        b"0123456789abcdef"
    )


async def test_ocsp_speaks_only_of_the_signer(pki, client):
    body = ocsp_request(pki, pki.identity("ocsp").certificate)

    answer = ocsp.load_der_ocsp_response((await client.post("/ocsp", content=body)).content)

    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


async def test_revocation_lists_hold_what_their_authority_revoked(pki, client):
    issuing, signer = pki.identity("issuing").certificate, pki.identity("signer").certificate
    pki.revoke(signer, now=datetime.now(UTC) - timedelta(hours=1))

    root_list = x509.load_der_x509_crl((await client.get("/crl/root.crl")).content)
    issuing_list = x509.load_der_x509_crl((await client.get("/crl/issuing.crl")).content)

    assert len(root_list) == 0
    assert [entry.serial_number for entry in issuing_list] == [signer.serial_number]
    assert issuing_list.is_signature_valid(issuing.public_key())
    assert (await client.get("/crl/other.crl")).status_code == 422


async def test_a_time_stamp_covers_the_digest_asked_for(client):
    digest = bytes(range(32))
    imprint = {
        "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "hashed_message": digest,
    }
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 7})

    answer = await client.post("/tsa", content=request.dump())

    response = tsp.TimeStampResp.load(answer.content)
    info = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert response["status"]["status"].native == "granted"
    assert info["message_imprint"]["hashed_message"].native == digest
    assert info["nonce"].native == 7


@pytest.mark.parametrize("path", ["/tsa", "/ocsp"])
@pytest.mark.parametrize("body", [b"", b"<html>", b"\x30\x03\x02\x01\x01", b"\x00" * 70_000])
async def test_malformed_requests_get_a_clear_answer(client, path, body):
    answer = await client.post(path, content=body)

    assert answer.status_code == 400
    assert answer.text == "malformed request"
