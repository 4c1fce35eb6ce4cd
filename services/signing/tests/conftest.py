"""A demo PKI without sockets, and one small document."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pyhanko.pdf_utils import generic, writer

from jamila_runtime.application import StageApplication
from jamila_simulators.pki import DemoPki, ensure_demo_pki
from jamila_simulators.pki_server import create_pki_app
from jamila_testing.signing_desk import SigningDesk
from jamila_verifier import PdfReport, TrustAnchors, check_pdf
from signing.application import SigningApplication
from signing.handlers import register
from signing.outbox import PUBLICATIONS
from signing.pades import (
    PadesSettings,
    PadesSigner,
    SignedPdf,
    VisibleBox,
)

BOX = VisibleBox(page=-1, x1=318, y1=98, x2=543, y2=176)


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


@dataclass
class Desk:
    """Makes signers whose requests go to a demo PKI, and signs with them."""

    pki: DemoPki
    network: AsgiBridge

    def settings(self, *, level: str = "B-LTA") -> PadesSettings:
        return PadesSettings(
            level=level,
            trust_roots=(self.pki.trust_roots_path,),
            outage_pause=timedelta(0),
            tsa_url="http://pki.test/tsa",
            ocsp_url="http://pki.test/ocsp",
            crl_urls=("http://pki.test/crl/root.crl", "http://pki.test/crl/issuing.crl"),
        )

    def signer(self, *, level: str = "B-LTA") -> PadesSigner:
        return self.signer_with(self.settings(level=level))

    def signer_with(self, settings: PadesSettings) -> PadesSigner:
        path, passphrase = self.pki.pkcs12_path, self.pki.passphrase
        return PadesSigner.from_pkcs12(path, passphrase, settings=settings, transport=self.network)

    def sign(self, signer: PadesSigner, pdf: bytes, *, now: datetime | None = None) -> SignedPdf:
        return signer.sign(
            pdf,
            box=BOX,
            reason="Pengesahan dokumen kependudukan",
            location="Paringin",
            now=now or datetime.now(UTC),
        )

    def check(self, pdf: bytes, *, at: datetime | None = None) -> PdfReport:
        anchors = TrustAnchors.from_files([self.pki.trust_roots_path])
        return check_pdf(pdf, anchors, at=at or datetime.now(UTC))


@pytest.fixture
def open_desk() -> Iterator[Callable[[DemoPki], Desk]]:
    opened: list[Desk] = []

    def open_desk(pki: DemoPki) -> Desk:
        opened.append(Desk(pki, AsgiBridge(create_pki_app(pki.directory))))
        return opened[-1]

    yield open_desk
    for desk in opened:
        desk.network.close()


@pytest.fixture
def bridge() -> Iterator[Callable[[FastAPI], AsgiBridge]]:
    """Gives transports to applications in this process."""
    opened: list[AsgiBridge] = []

    def bridge(app: FastAPI) -> AsgiBridge:
        opened.append(AsgiBridge(app))
        return opened[-1]

    yield bridge
    for each in opened:
        each.close()


@pytest.fixture
def desk(open_desk: Callable[[DemoPki], Desk], pki: DemoPki) -> Desk:
    return open_desk(pki)


@pytest.fixture(scope="session")
def document() -> bytes:
    file = writer.PdfFileWriter(stream_xrefs=False)
    text = generic.StreamObject(stream_data=b"0.5 w 100 100 200 200 re S")
    page = writer.PageObject(contents=file.add_object(text), media_box=(0, 0, 595, 842))
    file.insert_page(page)
    out = BytesIO()
    file.write(out)
    return out.getvalue()


def open_service(desk: SigningDesk, env: dict[str, str]) -> StageApplication:
    signing = SigningApplication(
        env,
        signer=desk.signer,
        objects=desk.objects,
        location="Paringin",
        vault=desk.vault,
        secrets=desk.secrets,
        clock=desk.clock,
    )
    register(signing)
    return signing


@pytest.fixture
def open_signing(tmp_path: Path) -> Iterator[Callable[..., SigningDesk]]:
    """Gives signing services, with files below the folder of the test."""
    opened: list[SigningDesk] = []

    def open_desk(**how: Any) -> SigningDesk:
        opened.append(SigningDesk(tmp_path, open_service, PUBLICATIONS, **how))
        return opened[-1]

    yield open_desk
    for each in opened:
        each.signing.close()
