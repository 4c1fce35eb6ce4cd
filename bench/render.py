"""How fast documents are drawn: each kind, with and without its QR, beside reportlab as documented.

    python bench/render.py [--rounds 300]

One process, one core, processor time, median of the rounds. "Peer text" puts the same words of the
same document on an empty page by reportlab's ``Canvas.drawString`` with one font embedded anew: no
lines, no code, no photo, no tags, no PDF/A. Memory is the largest of the process.
Results are kept in ``bench/results/render.json``.
"""

import argparse
import io
import json
import platform
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import jamila_pdf
from jamila_pdf.layout import Placed, watch
from jamila_pdf.picture import photo
from jamila_pdf.qr import qr_path
from siak_adapter.documents import MODELS, DocumentData, DocumentIssue, DocumentKind
from siak_adapter.pdf import Photos, render_document
from siak_adapter.samples import KINDS, sample_entry, sample_photo

RESULTS = Path(__file__).parent / "results" / "render.json"
FONTS = Path(jamila_pdf.__file__).parent / "fonts"
VERIFY_URL = "https://dukcapil.example.go.id/cek/7QK4M2XP9BTRWCHN"
ISSUE = DocumentIssue(
    kabupaten="Kabupaten Balangan",
    issue_place="Paringin",
    issue_date=date(2026, 10, 23),
    signer_title="Kepala Dinas Kependudukan dan Pencatatan Sipil Kabupaten Balangan",
    signer_name="Hj. SITI CONTOH, S.Sos., M.AP.",
    signer_nip="197001011995032001",
    document_code="7QK4M2XP9BTRWCHN",
    verify_url=VERIFY_URL,
)
WARM_UP = 10
PEER_FACE = "Peer"


def median_ms(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds of processor time of one call, after a warm-up; less disturbed by neighbours."""
    for _ in range(WARM_UP):
        work()
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return round(statistics.median(taken), 3)


def entry(kind: str) -> tuple[DocumentData, dict[str, bytes]]:
    """The sample of a kind, with a photo where the kind has one."""
    original = sample_photo(couple=kind == "akta-perkawinan")
    digest, values = sha256(original).hexdigest(), sample_entry(kind)
    if kind in {"ktp-el", "akta-perkawinan"}:
        values["photo_sha256"] = digest
    return MODELS[DocumentKind(kind)].model_validate(values), {digest: original}


def peer(marks: list[Placed]) -> bytes:
    """The same words as reportlab's user guide would put them there."""
    pdfmetrics.registerFont(TTFont(PEER_FACE, str(FONTS / "LiberationSans-Regular.ttf")))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    for mark in marks:
        canvas.setFont(PEER_FACE, max(3.0, (mark.y2 - mark.y1) / 0.96))
        canvas.drawString(mark.x1, mark.y1, mark.text)
    canvas.save()
    return out.getvalue()


def photo_ms(rounds: int) -> float:
    """Cropping and re-encoding one photo of 600 by 900 pixels."""
    original = sample_photo()
    return median_ms(lambda: photo(original, width=52, height=78), max(20, rounds // 10))


def measure(kind: str, rounds: int) -> dict[str, Any]:
    """All figures of one kind."""
    data, originals = entry(kind)
    # Draft and document of one entry share their cropped photo, as in the service.
    pictures = Photos(originals)

    def document() -> bytes:
        return render_document(data, issue=ISSUE, watermark=False, pictures=pictures)

    def draft() -> bytes:
        return render_document(data, issue=ISSUE, watermark=True, pictures=pictures)

    with watch() as marks:
        document()
    texts = [mark for mark in marks if mark.mark == "text"]
    codes = sum(mark.mark == "qr" for mark in marks)
    qr = median_ms(lambda: qr_path(VERIFY_URL, x=0, y=0, side=66), rounds)
    whole = median_ms(document, rounds)
    return {
        "document_ms": whole,
        "document_without_qr_ms": round(whole - codes * qr, 3),
        "draft_ms": median_ms(draft, rounds),
        "peer_text_alone_ms": median_ms(lambda: peer(texts), max(20, rounds // 10)),
        "kilobytes": round(len(document()) / 1000, 1),
    }


def megabytes() -> float:
    """The most memory this process ever had."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    machine = f"{platform.system()}, {platform.machine()}, Python {platform.python_version()}"
    versions = {name: version(name) for name in ("reportlab", "rl_accel", "zxing-cpp", "pillow")}
    print(machine, versions)
    print(f"{'kind':<22}{'document':>10}{'without QR':>12}{'draft':>8}{'peer text':>11}{'kB':>8}")
    kinds = {}
    first = None
    for kind in KINDS:
        kinds[kind] = found = measure(kind, rounds)
        first = first or megabytes()
        print(
            f"{kind:<22}{found['document_ms']:>10}{found['document_without_qr_ms']:>12}"
            f"{found['draft_ms']:>8}{found['peer_text_alone_ms']:>11}{found['kilobytes']:>8}"
        )
    qr = median_ms(lambda: qr_path(VERIFY_URL, x=0, y=0, side=66), rounds)
    crop = photo_ms(rounds)
    print(f"QR as vector path {qr} ms; a photo once per entry {crop} ms")
    print(f"memory {first} MB after the first kind, {megabytes()} MB last")
    result = {
        "machine": machine,
        "versions": versions,
        "rounds": rounds,
        "qr_ms": qr,
        "photo_ms": crop,
        "kinds": kinds,
        "memory_mb": {"after_first_kind": first, "at_last": megabytes()},
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
