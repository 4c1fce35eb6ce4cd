"""How fast documents are rendered, signed and time-stamped, against pyHanko, a peer and the key.

    python bench/signatures.py [--documents 200] [--batch 1000] [--save]

One run, side by side: on one core (every line in a process pinned to core 0) and on two (two such
processes at once). The local time stamping authority runs in a process of its own. ``pdfsignerpy``
is measured when it is installed, and pyHanko draws its QR stamp when ``qrcode`` is: ``pip install
pdfsignerpy==0.3.1 qrcode``. pyHanko is used as its documentation shows it; ours is ``PadesSigner``,
the very object of the service. The last lines are the whole service: batches, rows, event store,
encrypted objects.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko import stamp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator import ValidationContext

from jamila_contracts import events
from jamila_contracts.commands import SeeDocument, ShowBatch, SignBatch
from jamila_contracts.envelope import Actor
from jamila_contracts.values import DocumentVersion, SignatureBox
from jamila_pdf.qr import qr_path
from jamila_runtime.effects import EffectRunner
from jamila_runtime.objects import ObjectVault
from jamila_simulators.pki import DemoPki, ensure_demo_pki
from jamila_testing.builders import Logs, Story
from jamila_testing.clocks import MovableClock
from jamila_testing.vaults import new_vault
from jamila_verifier import TrustAnchors, check_pdf, load_certificates
from siak_adapter.documents import signature_box
from siak_adapter.drafting import read_entry
from siak_adapter.pdf_renderer import PdfRenderer
from siak_adapter.samples import sample_entry
from siak_adapter.settings import DEMO_OFFICE
from signing.application import SigningApplication
from signing.handlers import register
from signing.outbox import PUBLICATIONS
from signing.pades import PadesSettings, PadesSigner
from signing.pades.trust_services import HttpTimeStamper, TimestampDesk, TrustServices

HERE = Path(__file__).parent
RESULT = HERE / "results" / "signatures.json"
KIND = "kartu-keluarga"
WARM = 3
BATCH = 100
KADIS = Actor(account="kadis-1", capability="kepala-dinas")


def entry() -> Any:
    [data] = read_entry({"documents": {KIND: sample_entry(KIND)}}).values()
    return data


def document(data: Any) -> bytes:
    issue = DEMO_OFFICE.issue(code="KODE00000001", on=date(2026, 4, 6))
    return PdfRenderer().render(data, issue, {}).document


def settings_of(level: str, folder: Path, base: str) -> PadesSettings:
    return PadesSettings(
        level=level,
        trust_roots=(DemoPki(folder).trust_roots_path,),
        tsa_url=f"{base}/tsa",
        ocsp_url=f"{base}/ocsp",
        crl_urls=(f"{base}/crl/root.crl", f"{base}/crl/issuing.crl"),
    )


def ours(level: str, folder: Path, base: str) -> Callable[[], bytes]:
    pki, pdf = DemoPki(folder), document(entry())
    signer = PadesSigner.from_pkcs12(
        pki.pkcs12_path, pki.passphrase, settings=settings_of(level, folder, base)
    )
    box = signature_box(KIND)
    how = {"box": box, "reason": "Penerbitan dokumen", "location": "Paringin"}
    return lambda: signer.sign(pdf, now=datetime.now(UTC), **how).pdf


def pyhanko_defaults(level: str, folder: Path, base: str) -> Callable[[], bytes]:
    """As the documentation of pyHanko shows it, with its own stamp and its own reserve."""
    pki, pdf = DemoPki(folder), document(entry())
    signer = signers.SimpleSigner.load_pkcs12(str(pki.pkcs12_path), passphrase=pki.passphrase)
    settings, is_long = settings_of(level, folder, base), level == "B-LTA"
    chain = load_certificates([folder / "issuing.pem"])
    services = TrustServices(settings, certificate=signer.signing_cert, chain=chain, transport=None)
    desk = TimestampDesk(httpx.Client(), f"{base}/tsa", pause=settings.outage_pause)
    box = signature_box(KIND)
    spec = fields.SigFieldSpec(
        "TTE", on_page=box.page, box=tuple(map(round, (box.x1, box.y1, box.x2, box.y2)))
    )
    text = "Ditandatangani oleh %(signer)s\n%(ts)s"
    # Without the package qrcode pyHanko draws text alone, which costs it less.
    style_type = stamp.QRStampStyle if find_spec("qrcode") else stamp.TextStampStyle
    style = style_type(stamp_text=text)

    def sign() -> bytes:
        context = None
        if is_long:
            known = services.material(now=datetime.now(UTC))
            context = ValidationContext(
                trust_roots=load_certificates(settings.trust_roots),
                other_certs=chain,
                ocsps=known.ocsps,
                crls=known.crls,
                revocation_mode="require",
                time_tolerance=settings.revocation_max_age,
            )
        meta = signers.PdfSignatureMetadata(
            field_name="TTE",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=is_long,
            use_pades_lta=is_long,
            validation_context=context,
        )
        by = signers.PdfSigner(
            meta,
            signer,
            timestamper=HttpTimeStamper(desk) if is_long else None,
            stamp_style=style,
            new_field_spec=spec,
        )
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        shown = {"url": "https://demo.invalid/dokumen/KODE00000001"}
        return asyncio.run(by.async_sign_pdf(writer, appearance_text_params=shown)).getvalue()

    return sign


def peer(level: str, folder: Path, base: str) -> Callable[[], bytes]:
    import pdfsigner  # noqa: PLC0415 - of this benchmark only, and only when installed

    pki, work = DemoPki(folder), Path(tempfile.mkdtemp())
    (work / "in.pdf").write_bytes(document(entry()))
    name = {"B-B": "bb", "B-LTA": "blta"}[level]

    def sign() -> bytes:
        pdfsigner.sign_pdf(
            str(work / "in.pdf"),
            str(work / "out.pdf"),
            str(pki.pkcs12_path),
            pki.passphrase.decode(),
            level=name,
            tsa_url=f"{base}/tsa" if level == "B-LTA" else None,
            signtext="Ditandatangani secara elektronik",
        )
        return (work / "out.pdf").read_bytes()

    return sign


def raw_key(_: str, folder: Path, __: str) -> Callable[[], bytes]:
    key = DemoPki(folder).identity("signer").key
    return lambda: key.sign(b"x" * 100, padding.PKCS1v15(), hashes.SHA256())


def rendering(_: str, __: Path, ___: str) -> Callable[[], bytes]:
    data = entry()
    return lambda: document(data)


def code(_: str, __: Path, ___: str) -> Callable[[], bytes]:
    return lambda: qr_path("https://demo.invalid/dokumen/KODE00000001", x=0, y=0, side=60).encode()


LINES: dict[str, tuple[Callable[..., Callable[[], bytes]], str, float]] = {
    "RSA-2048, the key alone": (raw_key, "", 10),
    "QR code": (code, "", 10),
    "render draft and document (KK)": (rendering, "", 1),
    "pyHanko as documented, B-B": (pyhanko_defaults, "B-B", 0.25),
    "pdfsignerpy, B-B": (peer, "B-B", 1),
    "ours, B-B": (ours, "B-B", 5),
    "pyHanko as documented, B-LTA": (pyhanko_defaults, "B-LTA", 0.15),
    "pdfsignerpy, B-LTA": (peer, "B-LTA", 0.5),
    "ours, B-LTA": (ours, "B-LTA", 2),
}
"""Name, maker, level, and how many documents it is given, as a share of ``--documents``."""


def measure(name: str, folder: Path, base: str, documents: int, core: int) -> float:
    """Rate of one line in this process, pinned to one core."""
    os.sched_setaffinity(0, {core})
    make, level, share = LINES[name]
    once = make(level, folder, base)
    for _ in range(WARM):
        once()
    count = max(int(documents * share), 5)
    began = time.perf_counter()
    for _ in range(count):
        once()
    return count / (time.perf_counter() - began)


def rates(name: str, folder: Path, base: str, documents: int, cores: list[int]) -> float | None:
    """Sum of the rates of one process on each core; None when it cannot be measured."""
    jobs = [(name, folder, base, documents, core) for core in cores]
    with multiprocessing.get_context("spawn").Pool(len(cores)) as pool:
        try:
            return sum(pool.starmap(measure, jobs))
        except ImportError:
            return None


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def service(folder: Path, base: str, documents: int, cores: list[int]) -> dict[str, Any]:
    """The real service: batches of a hundred, rows, event store, encrypted objects, B-LTA."""
    os.sched_setaffinity(0, set(cores))
    pdf, pki = document(entry()), DemoPki(folder)
    with tempfile.TemporaryDirectory() as home:
        vault = new_vault(Path(home))
        objects = ObjectVault((Path(home) / "objects").as_uri(), vault)
        clock = MovableClock()
        clock.instant = datetime.now(UTC)
        signing = SigningApplication(
            {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": str(Path(home) / "signing.db"),
            },
            signer=PadesSigner.from_pkcs12(
                pki.pkcs12_path, pki.passphrase, settings=settings_of("B-LTA", folder, base)
            ),
            objects=objects,
            location="Paringin",
            clock=clock,
        )
        signing.internal, signing.uncounted = PUBLICATIONS.internal, PUBLICATIONS.uncounted
        register(signing)
        cases = prepared(signing, vault, objects, pdf, documents)
        runner = EffectRunner(signing.store, signing.effects, clock)
        digest = (sha256(pdf).hexdigest(),)
        memory, took, signed = [memory_mb()], 0.0, 0
        for start in range(0, documents, BATCH):
            part = cases[start : start + BATCH]
            items = tuple({"case_id": each, "document_sha256": digest} for each in part)
            batch = uuid4()
            began = time.perf_counter()
            signing.execute(SignBatch(**frame(batch, clock), items=items))
            while runner.perform_due():
                continue
            took += time.perf_counter() - began
            shown = signing.execute(ShowBatch(**frame(batch, clock)))
            signed += shown.result["batch"]["signed"]
            memory.append(memory_mb())
        prove(signing, objects, pki, cases[-1])
        signing.close()
    return {
        "documents": signed,
        "per_second": signed / took,
        "memory_mb_first_batch": memory[1],
        "memory_mb_last_batch": memory[-1],
    }


def frame(case_id: Any, clock: MovableClock) -> dict[str, Any]:
    return {"command_id": uuid4(), "case_id": case_id, "actor": KADIS, "asked_at": clock.now()}


def prepared(signing: Any, vault: Any, objects: Any, pdf: bytes, documents: int) -> list[Any]:
    """Verified and seen cases; not measured."""
    box, logs, cases = signature_box(KIND), Logs(), []
    for number in range(documents):
        story = Story(f"kasus-{number}", logs=logs)
        vault.create(story.case_id)
        objects.put(story.case_id, pdf)
        version = DocumentVersion(
            kind=KIND,
            version=1,
            draft_sha256=sha256(b"draft").hexdigest(),
            document_sha256=sha256(pdf).hexdigest(),
            code=f"KODE{number:08}",
            signature_box=SignatureBox(page=box.page, x1=box.x1, y1=box.y1, x2=box.x2, y2=box.y2),
        )
        signing.consume([story.tell(events.Diverifikasi, documents=(version,))])
        seen = SeeDocument(**frame(story.case_id, signing.clock), sha256=version.draft_sha256)
        assert signing.execute(seen).problem is None
        cases.append(story.case_id)
    return cases


def prove(signing: Any, objects: Any, pki: DemoPki, case_id: Any) -> None:
    """What was measured is a valid B-LTA signature."""
    [done] = signing.find(case_id).signed
    anchors = TrustAnchors.from_files([pki.trust_roots_path])
    report = check_pdf(objects.get(case_id, done.signed_sha256), anchors, at=datetime.now(UTC))
    assert (report.valid, report.level) == (True, "B-LTA"), report.reasons


@contextmanager
def authority(folder: Path) -> Any:
    """The local time stamping authority, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, HERE / "signatures_tsa.py", folder, str(port)])  # noqa: S603
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{base}/crl/root.crl")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    found: dict[str, Any] = {"machine": platform.machine(), "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as home:
        folder = ensure_demo_pki(Path(home) / "pki").directory
        with authority(folder) as base:
            print(f"{'per second':<34}{'one core':>12}{'two cores':>12}")
            for name in LINES:
                one, two = (rates(name, folder, base, asked.documents, c) for c in ([0], [0, 1]))
                found[name] = {"one_core": one, "two_cores": two}
                shown = [f"{each:>12,.1f}" if each else f"{'-':>12}" for each in (one, two)]
                print(f"{name:<34}{''.join(shown)}", flush=True)
            found["service"] = whole(folder, base, asked.batch)
    print_comparison(found)
    if asked.save:
        RESULT.write_text(json.dumps(found, indent=2) + "\n")


def whole(folder: Path, base: str, documents: int) -> dict[str, Any]:
    """The service on one core and on two; a process each, so that memory is its own."""
    found = {}
    for label, cores in (("one_core", [0]), ("two_cores", [0, 1])):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            [result] = pool.starmap(service, [(folder, base, documents, cores)])
        found[label] = result
        print(
            f"{'service, batch, B-LTA, ' + label:<34}{result['per_second']:>12,.1f}"
            f"   {result['documents']} documents, memory {result['memory_mb_first_batch']:.0f} -> "
            f"{result['memory_mb_last_batch']:.0f} MB",
            flush=True,
        )
    return found


def print_comparison(found: dict[str, Any]) -> None:
    for level in ("B-B", "B-LTA"):
        mine, theirs = (
            found[f"{who}, {level}"]["one_core"] for who in ("ours", "pyHanko as documented")
        )
        print(f"{level}: {mine / theirs:,.1f} times pyHanko as documented")
    limit = found["RSA-2048, the key alone"]["one_core"]
    print(f"B-B: {found['ours, B-B']['one_core'] / limit:.0%} of the RSA-2048 limit")


if __name__ == "__main__":
    main()
