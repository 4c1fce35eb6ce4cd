"""Every kind of document this office makes, signed for archives the way the service signs."""

import asyncio
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import httpx
import pytest

from jamila_simulators.pki import ensure_demo_pki
from jamila_simulators.pki_server import create_pki_app
from jamila_verifier import TrustAnchors, check_pdf
from siak_adapter.documents import photo_of, signature_box
from siak_adapter.drafting import read_entry
from siak_adapter.pdf_renderer import PdfRenderer
from siak_adapter.samples import KINDS, sample_entry, sample_photo
from siak_adapter.settings import DEMO_OFFICE
from signing.pades import PadesSettings, PadesSigner
from signing.pades.fast_lane import FastLane


class InProcess(httpx.BaseTransport):
    """The demo PKI without sockets."""

    def __init__(self, folder):
        self._asgi = httpx.ASGITransport(create_pki_app(folder))
        self._thread = ThreadPoolExecutor(1)

    def handle_request(self, request):
        return self._thread.submit(asyncio.run, self._forward(request)).result()

    def close(self):
        self._thread.shutdown()

    async def _forward(self, request):
        answer = await self._asgi.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return ensure_demo_pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def signer(pki):
    settings = PadesSettings(
        level="B-LTA",
        trust_roots=(pki.trust_roots_path,),
        tsa_url="http://pki.test/tsa",
        ocsp_url="http://pki.test/ocsp",
        crl_urls=("http://pki.test/crl/root.crl", "http://pki.test/crl/issuing.crl"),
    )
    transport = InProcess(pki.directory)
    yield PadesSigner.from_pkcs12(
        pki.pkcs12_path, pki.passphrase, settings=settings, transport=transport
    )
    transport.close()


def drawn(kind):
    [(kind, data)] = read_entry({"documents": {kind: sample_entry(kind)}}).items()
    photo = photo_of(data)
    issue = DEMO_OFFICE.issue(code="KODE00000001", on=date(2026, 4, 6))
    pictures = {photo: sample_photo()} if photo else {}
    return PdfRenderer().render(data, issue, pictures).document, signature_box(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_signed_fast_and_valid(pki, signer, kind, tmp_path, monkeypatch):
    document, box = drawn(kind)
    how = {"box": box, "reason": "Uji", "location": "Paringin", "now": datetime.now(UTC)}
    signer.sign(document, **how)
    monkeypatch.setattr(FastLane, "learn", None)  # pyHanko would be noticed

    signed = signer.sign(document, **how)

    anchors = TrustAnchors.from_files([pki.trust_roots_path])
    report = check_pdf(signed.pdf, anchors, at=datetime.now(UTC))
    assert report.reasons == ()
    assert (report.level, report.revocation, report.later_changes) == ("B-LTA", "good", "archive")
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed.pdf)
    command = ["pdfsig", "-nocert", str(path)]
    shown = subprocess.run(command, check=False, capture_output=True)  # noqa: S603  # fixed command
    assert b"Signature is Valid" in shown.stdout
    structure = subprocess.run(["qpdf", "--check", path], check=False, capture_output=True)  # noqa: S603, S607  # fixed command
    assert structure.returncode == 0, structure.stderr
