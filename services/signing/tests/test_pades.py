"""What a signature is worth, and what is noticed when a document changed."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image, ImageOps
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from jamila_simulators.pki import SIGNER_COMMON_NAME
from jamila_verifier import TrustAnchors, UnreadablePdfError, check_pdf
from signing.pades import (
    UnsignablePdfError,
    VisibleBox,
)

BOX = VisibleBox(page=-1, x1=318, y1=98, x2=543, y2=176)
LEVELS = ("B-B", "B-LTA")


@pytest.mark.parametrize("level", LEVELS)
def test_a_signed_document_is_valid_at_its_level(desk, document, level):
    now = datetime.now(UTC)

    signed = desk.sign(desk.signer(level=level), document, now=now)
    report = desk.check(signed.pdf)

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
def test_poppler_finds_the_signature_intact(desk, document, tmp_path, level):
    path = tmp_path / "signed.pdf"
    path.write_bytes(desk.sign(desk.signer(level=level), document).pdf)

    command = ["pdfsig", "-nocert", str(path)]  # poppler-utils must be there: no skip
    out = subprocess.run(command, check=False, capture_output=True).stdout.decode()  # noqa: S603  # fixed command

    assert "Signature is Valid" in out
    assert "ETSI.CAdES.detached" in out


@pytest.mark.parametrize("level", LEVELS)
def test_one_changed_byte_anywhere_in_the_document_is_noticed(desk, document, level):
    signed = desk.sign(desk.signer(level=level), document).pdf
    places = [signed.index(b"100 100 200"), len(document) + 40, signed.index(b"/Reason") + 12]

    for place in places:
        changed = bytearray(signed)
        changed[place] ^= 0x01
        try:
            report = desk.check(bytes(changed))
        except UnreadablePdfError:
            continue
        assert not report.valid
        assert report.reasons


def test_changed_content_is_reported_as_broken(desk, document):
    signed = desk.sign(desk.signer(), document).pdf

    report = desk.check(signed.replace(b"100 100 200", b"100 100 300"))

    assert (report.valid, report.intact) == (False, False)
    assert "signature-broken" in report.reasons


@pytest.mark.parametrize("level", LEVELS)
def test_another_root_is_not_trusted(desk, other_pki, document, level):
    signed = desk.sign(desk.signer(level=level), document)

    elsewhere = TrustAnchors.from_files([other_pki.trust_roots_path])
    report = check_pdf(signed.pdf, elsewhere, at=datetime.now(UTC))

    assert (report.valid, report.intact, report.trusted) == (False, True, False)
    assert "certificate-not-trusted" in report.reasons


def test_a_page_changed_in_a_later_revision_is_noticed(desk, document):
    signed = desk.sign(desk.signer(level="B-B"), document)
    later = IncrementalPdfFileWriter(BytesIO(signed.pdf))
    text = generic.StreamObject(stream_data=b"0 0 300 300 re f")
    later.add_stream_to_page(0, later.add_object(text))
    out = BytesIO()
    later.write(out)

    report = desk.check(out.getvalue())

    assert (report.valid, report.intact, report.coverage_whole_file) == (False, True, False)
    assert "changed-after-signing" in report.reasons


def test_a_document_without_signature_is_not_valid(desk, document):
    report = desk.check(document)

    assert (report.valid, report.level, report.signatures) == (False, None, 0)
    assert report.reasons == ("signature-missing",)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"\x00" * 100])
def test_what_is_no_pdf_is_neither_signed_nor_checked(desk, content):
    with pytest.raises(UnsignablePdfError):
        desk.sign(desk.signer(level="B-B"), content)
    with pytest.raises(UnreadablePdfError):
        desk.check(content)


def test_truncated_documents_break_nothing_but_themselves(desk, document):
    signed = desk.sign(desk.signer(level="B-B"), document).pdf

    for length in range(0, len(signed), len(signed) // 40):
        try:
            report = desk.check(signed[:length])
        except UnreadablePdfError:
            continue
        assert not report.valid


def test_a_certified_document_is_not_signed_again(desk, document):
    with_signer = desk.signer(level="B-B")
    signed = desk.sign(with_signer, document)

    with pytest.raises(UnsignablePdfError):
        desk.sign(with_signer, signed.pdf)


def test_the_visible_frame_keeps_to_its_box(desk, document, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(desk.sign(desk.signer(level="B-B"), document).pdf)
    command = ["pdftoppm", "-r", "72", "-png", "-singlefile", str(path), str(tmp_path / "page")]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed command

    with Image.open(tmp_path / "page.png") as page:
        right_half = ImageOps.invert(page.convert("L")).crop((305, 0, 595, 842))
    left, top, right, bottom = right_half.getbbox()

    assert left + 305 == pytest.approx(BOX.x1, abs=2)
    assert right + 305 == pytest.approx(BOX.x2, abs=2)
    assert 842 - top == pytest.approx(BOX.y2, abs=2)
    assert 842 - bottom == pytest.approx(BOX.y1, abs=2)


def test_threads_sharing_a_signer_get_valid_signatures(desk, document):
    with_signer = desk.signer()

    with ThreadPoolExecutor(4) as threads:
        signed = list(threads.map(lambda _: desk.sign(with_signer, document), range(8)))

    assert all(desk.check(one.pdf).valid for one in signed)
