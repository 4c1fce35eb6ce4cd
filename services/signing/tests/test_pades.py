import asyncio
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image, ImageOps
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from jamila_runtime.errors import DomainError, RetryableError
from jamila_simulators.pki import SIGNER_COMMON_NAME, DemoPki, ensure_demo_pki
from jamila_simulators.pki_server import create_pki_app
from signing.pades import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRefusedError,
    PadesSettings,
    PadesSigner,
    RevocationUnavailableError,
    SignedPdf,
    SigningKeyUnusableError,
    TimestampUnavailableError,
    TrustRootsUnreadableError,
    UnreadablePdfError,
    UnsignablePdfError,
    VisibleBox,
    validate,
)

BOX = VisibleBox(page=-1, x1=318, y1=98, x2=543, y2=176)
LEVELS = ("B-B", "B-LTA")


class AsgiBridge(httpx.BaseTransport):
    """Carries the signer's blocking requests to the demo PKI in this process, without sockets."""

    def __init__(self, app: FastAPI) -> None:
        self._asgi = httpx.ASGITransport(app)
        self._thread = ThreadPoolExecutor(1)
        self.paths: list[str] = []
        self.answers: dict[str, Callable[[httpx.Request], httpx.Response]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.paths.append(path)
        if path in self.answers:
            return self.answers[path](request)
        return self._thread.submit(asyncio.run, self._forward(request)).result()

    async def _forward(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=await answer.aread()
        )

    def close(self) -> None:
        self._thread.shutdown()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure_demo_pki(tmp_path_factory.mktemp("pki") / "demo")


@pytest.fixture(scope="session")
def other_pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure_demo_pki(tmp_path_factory.mktemp("pki") / "other")


@pytest.fixture(scope="session")
def pki_app(pki: DemoPki) -> FastAPI:
    return create_pki_app(pki.directory)


@pytest.fixture
def network(pki_app: FastAPI) -> Iterator[AsgiBridge]:
    bridge = AsgiBridge(pki_app)
    yield bridge
    bridge.close()


def settings(pki: DemoPki, *, level: str = "B-LTA") -> PadesSettings:
    return PadesSettings(
        level=level,
        trust_roots=(pki.trust_roots_path,),
        tsa_url="http://pki.test/tsa",
        ocsp_url="http://pki.test/ocsp",
        crl_urls=("http://pki.test/crl/root.crl", "http://pki.test/crl/issuing.crl"),
    )


def signer(pki: DemoPki, network: AsgiBridge, *, level: str = "B-LTA") -> PadesSigner:
    return PadesSigner.from_pkcs12(
        pki.pkcs12_path,
        pki.passphrase,
        settings=settings(pki, level=level),
        transport=network,
    )


def sign(with_signer: PadesSigner, pdf: bytes, *, now: datetime | None = None) -> SignedPdf:
    return with_signer.sign(
        pdf,
        box=BOX,
        reason="Pengesahan dokumen kependudukan",
        location="Paringin",
        now=now or datetime.now(UTC),
    )


@pytest.fixture(scope="session")
def document() -> bytes:
    file = writer.PdfFileWriter(stream_xrefs=False)
    text = generic.StreamObject(stream_data=b"0.5 w 100 100 200 200 re S")
    page = writer.PageObject(contents=file.add_object(text), media_box=(0, 0, 595, 842))
    file.insert_page(page)
    out = BytesIO()
    file.write(out)
    return out.getvalue()


@pytest.mark.parametrize("level", LEVELS)
def test_a_signed_document_is_valid_at_its_level(pki, network, document, level):
    now = datetime.now(UTC)

    signed = sign(signer(pki, network, level=level), document, now=now)
    report = validate(signed.pdf, trust_roots=[pki.trust_roots_path])

    assert report.valid
    assert report.reasons == ()
    assert (report.intact, report.trusted, report.coverage_whole_file) == (True, True, True)
    assert report.level == signed.level == level
    assert report.signatures == 1
    assert report.signer_name == signed.signer_name == SIGNER_COMMON_NAME
    assert report.certificate_serial == signed.certificate_serial
    assert report.signed_at == now.replace(microsecond=0)
    assert (report.timestamped_at is not None) == (level == "B-LTA")
    assert signed.sha256 == sha256(signed.pdf).hexdigest()
    assert signed.pdf.startswith(document)


@pytest.mark.parametrize("level", LEVELS)
def test_poppler_finds_the_signature_intact(pki, network, document, tmp_path, level):
    path = tmp_path / "signed.pdf"
    path.write_bytes(sign(signer(pki, network, level=level), document).pdf)

    command = ["pdfsig", "-nocert", str(path)]  # poppler-utils must be there: no skip
    out = subprocess.run(command, check=False, capture_output=True).stdout.decode()  # noqa: S603  # fixed command

    assert "Signature is Valid" in out
    assert "ETSI.CAdES.detached" in out


@pytest.mark.parametrize("level", LEVELS)
def test_one_changed_byte_anywhere_in_the_document_is_noticed(pki, network, document, level):
    signed = sign(signer(pki, network, level=level), document).pdf
    places = [signed.index(b"100 100 200"), len(document) + 40, signed.index(b"/Reason") + 12]

    for place in places:
        changed = bytearray(signed)
        changed[place] ^= 0x01
        try:
            report = validate(bytes(changed), trust_roots=[pki.trust_roots_path])
        except UnreadablePdfError:
            continue
        assert not report.valid
        assert report.reasons


def test_changed_content_is_reported_as_broken(pki, network, document):
    signed = sign(signer(pki, network), document).pdf

    report = validate(
        signed.replace(b"100 100 200", b"100 100 300"), trust_roots=[pki.trust_roots_path]
    )

    assert (report.valid, report.intact) == (False, False)
    assert "signature-broken" in report.reasons


@pytest.mark.parametrize("level", LEVELS)
def test_another_root_is_not_trusted(pki, other_pki, network, document, level):
    signed = sign(signer(pki, network, level=level), document)

    report = validate(signed.pdf, trust_roots=[other_pki.trust_roots_path])

    assert (report.valid, report.intact, report.trusted) == (False, True, False)
    assert "certificate-not-trusted" in report.reasons


def test_a_page_changed_in_a_later_revision_is_noticed(pki, network, document):
    signed = sign(signer(pki, network, level="B-B"), document)
    later = IncrementalPdfFileWriter(BytesIO(signed.pdf))
    text = generic.StreamObject(stream_data=b"0 0 300 300 re f")
    later.add_stream_to_page(0, later.add_object(text))
    out = BytesIO()
    later.write(out)

    report = validate(out.getvalue(), trust_roots=[pki.trust_roots_path])

    assert (report.valid, report.intact, report.coverage_whole_file) == (False, True, False)
    assert "changed-after-signing" in report.reasons


def test_a_document_without_signature_is_not_valid(pki, document):
    report = validate(document, trust_roots=[pki.trust_roots_path])

    assert (report.valid, report.level, report.signatures) == (False, None, 0)
    assert report.reasons == ("signature-missing",)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"\x00" * 100])
def test_what_is_no_pdf_is_neither_signed_nor_checked(pki, network, content):
    with pytest.raises(UnsignablePdfError):
        sign(signer(pki, network, level="B-B"), content)
    with pytest.raises(UnreadablePdfError):
        validate(content, trust_roots=[pki.trust_roots_path])


def test_truncated_documents_break_nothing_but_themselves(pki, network, document):
    signed = sign(signer(pki, network, level="B-B"), document).pdf

    for length in range(0, len(signed), len(signed) // 40):
        try:
            report = validate(signed[:length], trust_roots=[pki.trust_roots_path])
        except UnreadablePdfError:
            continue
        assert not report.valid


def test_a_certified_document_is_not_signed_again(pki, network, document):
    with_signer = signer(pki, network, level="B-B")
    signed = sign(with_signer, document)

    with pytest.raises(UnsignablePdfError):
        sign(with_signer, signed.pdf)


@pytest.mark.parametrize(
    ("offset", "error"),
    [
        (timedelta(days=-30), CertificateNotYetValidError),
        (timedelta(days=3000), CertificateExpiredError),
    ],
)
def test_a_certificate_out_of_its_time_signs_nothing(pki, network, document, offset, error):
    with pytest.raises(error) as caught:
        sign(signer(pki, network), document, now=datetime.now(UTC) + offset)

    assert isinstance(caught.value, DomainError)
    assert network.paths == []


def test_a_revoked_certificate_signs_nothing(tmp_path, document):
    pki = ensure_demo_pki(tmp_path / "pki")
    pki.revoke(pki.identity("signer").certificate, now=datetime.now(UTC) - timedelta(minutes=5))
    network = AsgiBridge(create_pki_app(pki.directory))

    with pytest.raises(CertificateRefusedError, match="revoked"):
        sign(signer(pki, network), document)
    network.close()


def test_a_signer_whose_root_is_not_pinned_signs_nothing(pki, other_pki, network, document):
    foreign = PadesSigner.from_pkcs12(
        pki.pkcs12_path, pki.passphrase, settings=settings(other_pki), transport=network
    )

    with pytest.raises(CertificateRefusedError):
        sign(foreign, document)


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


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_time_stamp_outage_can_be_retried(pki, network, document, outage):
    with_signer = signer(pki, network)
    network.answers["/tsa"] = outage

    with pytest.raises(TimestampUnavailableError) as caught:
        sign(with_signer, document)
    network.answers.clear()

    assert isinstance(caught.value, RetryableError)
    assert validate(sign(with_signer, document).pdf, trust_roots=[pki.trust_roots_path]).valid


@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("path", ["/ocsp", "/crl/root.crl"])
def test_an_outage_of_revocation_information_can_be_retried(pki, network, document, path, outage):
    with_signer = signer(pki, network)
    network.answers[path] = outage

    with pytest.raises(RevocationUnavailableError):
        sign(with_signer, document)
    network.answers.clear()

    assert validate(sign(with_signer, document).pdf, trust_roots=[pki.trust_roots_path]).valid


def test_revocation_information_is_fetched_once_for_many_signatures(pki, network, document):
    with_signer = signer(pki, network)

    for _ in range(3):
        sign(with_signer, document)

    assert network.paths.count("/ocsp") == 1
    assert network.paths.count("/crl/root.crl") == 1
    # One to learn the authority's certificates, then two for each signature.
    assert network.paths.count("/tsa") == 1 + 3 * 2


def test_an_authority_whose_clock_runs_ahead_is_still_believed(pki, network, document):
    behind = datetime.now(UTC) - timedelta(seconds=100)

    signed = sign(signer(pki, network), document, now=behind)

    assert validate(signed.pdf, trust_roots=[pki.trust_roots_path], now=behind).valid


def test_the_visible_frame_keeps_to_its_box(pki, network, document, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(sign(signer(pki, network, level="B-B"), document).pdf)
    command = ["pdftoppm", "-r", "72", "-png", "-singlefile", str(path), str(tmp_path / "page")]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed command

    with Image.open(tmp_path / "page.png") as page:
        right_half = ImageOps.invert(page.convert("L")).crop((305, 0, 595, 842))
    left, top, right, bottom = right_half.getbbox()

    assert left + 305 == pytest.approx(BOX.x1, abs=2)
    assert right + 305 == pytest.approx(BOX.x2, abs=2)
    assert 842 - top == pytest.approx(BOX.y2, abs=2)
    assert 842 - bottom == pytest.approx(BOX.y1, abs=2)


def test_signatures_without_time_stamp_need_no_network(pki, network, document):
    sign(signer(pki, network, level="B-B"), document)

    assert network.paths == []


def test_threads_sharing_a_signer_get_valid_signatures(pki, network, document):
    with_signer = signer(pki, network)

    with ThreadPoolExecutor(4) as threads:
        signed = list(threads.map(lambda _: sign(with_signer, document), range(8)))

    assert all(validate(one.pdf, trust_roots=[pki.trust_roots_path]).valid for one in signed)


def test_an_unusable_key_file_is_named_without_its_passphrase(pki, tmp_path):
    with pytest.raises(SigningKeyUnusableError) as caught:
        PadesSigner.from_pkcs12(
            pki.pkcs12_path, b"rahasia-salah", settings=settings(pki, level="B-B")
        )
    with pytest.raises(SigningKeyUnusableError):
        PadesSigner.from_pkcs12(tmp_path / "none.p12", b"", settings=settings(pki))

    assert "rahasia" not in str(caught.value)


def test_trust_roots_must_be_certificates(tmp_path, document):
    path = tmp_path / "roots.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")

    for roots in (path, tmp_path / "none.pem"):
        with pytest.raises(TrustRootsUnreadableError):
            validate(document, trust_roots=[roots])


def test_the_archive_level_needs_its_services():
    with pytest.raises(ValueError, match="tsa_url, ocsp_url or crl_urls, trust_roots"):
        PadesSettings(level="B-LTA")
