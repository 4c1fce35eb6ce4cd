"""Keys, certificates and the services around a signature, when they are not as they should be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from jamila_runtime.errors import DomainError, RetryableError
from jamila_simulators.pki import ensure_demo_pki
from jamila_verifier import TrustAnchors, TrustRootsUnreadableError
from signing.pades import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRefusedError,
    PadesSettings,
    PadesSigner,
    RevocationUnavailableError,
    SigningKeyUnusableError,
    TimestampUnavailableError,
)


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


OUTAGES = [
    _refuse,
    _slow,
    lambda _: httpx.Response(503),
    lambda _: httpx.Response(200, content=b"<html>"),
    lambda _: httpx.Response(200, content=bytes.fromhex("30053003020102")),
]


@pytest.mark.parametrize(
    ("offset", "error"),
    [
        (timedelta(days=-30), CertificateNotYetValidError),
        (timedelta(days=3000), CertificateExpiredError),
    ],
)
def test_a_certificate_out_of_its_time_signs_nothing(desk, document, offset, error):
    with pytest.raises(error) as caught:
        desk.sign(desk.signer(), document, now=datetime.now(UTC) + offset)

    assert isinstance(caught.value, DomainError)
    assert desk.network.paths == []


def test_a_revoked_certificate_signs_nothing(open_desk, document, tmp_path):
    pki = ensure_demo_pki(tmp_path / "pki")
    pki.revoke(pki.identity("signer").certificate, now=datetime.now(UTC) - timedelta(minutes=5))
    desk = open_desk(pki)

    with pytest.raises(CertificateRefusedError, match="revoked"):
        desk.sign(desk.signer(), document)


def test_a_signer_whose_root_is_not_pinned_signs_nothing(desk, other_pki, document):
    foreign = desk.signer_with(replace(desk.settings(), trust_roots=(other_pki.trust_roots_path,)))

    with pytest.raises(CertificateRefusedError):
        desk.sign(foreign, document)


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_time_stamp_outage_can_be_retried(desk, document, outage):
    with_signer = desk.signer()
    desk.network.answers["/tsa"] = outage

    with pytest.raises(TimestampUnavailableError) as caught:
        desk.sign(with_signer, document)
    desk.network.answers.clear()

    assert isinstance(caught.value, RetryableError)
    assert desk.check(desk.sign(with_signer, document).pdf).valid


@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("path", ["/ocsp", "/crl/root.crl"])
def test_an_outage_of_revocation_information_can_be_retried(desk, document, path, outage):
    with_signer = desk.signer()
    desk.network.answers[path] = outage

    with pytest.raises(RevocationUnavailableError):
        desk.sign(with_signer, document)
    desk.network.answers.clear()

    assert desk.check(desk.sign(with_signer, document).pdf).valid


def test_revocation_information_is_fetched_once_for_many_signatures(desk, document):
    with_signer = desk.signer()

    for _ in range(3):
        desk.sign(with_signer, document)

    assert desk.network.paths.count("/ocsp") == 1
    assert desk.network.paths.count("/crl/root.crl") == 1
    # One to learn the authority's certificates, then two for each signature.
    assert desk.network.paths.count("/tsa") == 1 + 3 * 2


def test_an_authority_whose_clock_runs_ahead_is_still_believed(desk, document):
    behind = datetime.now(UTC) - timedelta(seconds=100)

    signed = desk.sign(desk.signer(), document, now=behind)

    assert desk.check(signed.pdf, at=behind).valid


def test_signatures_without_time_stamp_need_no_network(desk, document):
    desk.sign(desk.signer(level="B-B"), document)

    assert desk.network.paths == []


def test_an_unusable_key_file_is_named_without_its_passphrase(desk, pki, tmp_path):
    with pytest.raises(SigningKeyUnusableError) as caught:
        PadesSigner.from_pkcs12(
            pki.pkcs12_path, b"rahasia-salah", settings=desk.settings(level="B-B")
        )
    with pytest.raises(SigningKeyUnusableError):
        PadesSigner.from_pkcs12(tmp_path / "none.p12", b"", settings=desk.settings())

    assert "rahasia" not in str(caught.value)


def test_trust_roots_must_be_certificates(tmp_path):
    path = tmp_path / "roots.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")

    for roots in (path, tmp_path / "none.pem"):
        with pytest.raises(TrustRootsUnreadableError):
            TrustAnchors.from_files([roots])


def test_the_archive_level_needs_its_services():
    with pytest.raises(ValueError, match="tsa_url, ocsp_url or crl_urls, trust_roots"):
        PadesSettings(level="B-LTA")
