"""The fast way: every document type, judged by pyHanko, poppler and qpdf's rules."""

import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import httpx
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from jamila_testing.foreign_signer import plain_pdf
from jamila_verifier import UnreadablePdfError
from signing.pades import PadesSigner, TimestampUnavailableError, VisibleBox
from signing.pades.fast_lane import FastLane
from signing.pades.fast_pdf import Revision, UnknownLayoutError
from signing.pades.keys import KeyFile

BOX = VisibleBox(page=-1, x1=318, y1=98, x2=543, y2=176)
LEVELS = ("B-B", "B-LTA")


class Counting:
    """Counts which way the signatures go."""

    def __init__(self, monkeypatch):
        self.fast = self.slow = 0
        sign = FastLane.sign

        def counted(lane, *arguments):
            signed = sign(lane, *arguments)
            self.fast += signed is not None
            self.slow += signed is None
            return signed

        monkeypatch.setattr(FastLane, "sign", counted)


@pytest.fixture
def ways(monkeypatch):
    return Counting(monkeypatch)


def checked(desk, signed, tmp_path, level):
    report = desk.check(signed.pdf)
    assert report.reasons == ()
    assert report.level == signed.level == level
    assert report.later_changes == ("archive" if level == "B-LTA" else "none")
    assert report.coverage_whole_file
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed.pdf)
    command = ["pdfsig", "-nocert", str(path)]
    out = subprocess.run(command, check=False, capture_output=True).stdout.decode()  # noqa: S603  # fixed command
    assert "Signature is Valid" in out
    assert "not total document signed" not in out.lower() or level == "B-LTA"
    return report


@pytest.mark.parametrize("level", LEVELS)
def test_the_second_document_goes_the_fast_way_and_is_as_good(
    desk, document, tmp_path, ways, level
):
    signer = desk.signer(level=level)
    desk.sign(signer, document)

    for each in (document, plain_pdf(3).rstrip(b"\n")):
        report = checked(desk, desk.sign(signer, each), tmp_path, level)
        assert (report.timestamped_at is not None) == (level == "B-LTA")
        assert report.revocation == ("good" if level == "B-LTA" else "unknown")

    assert (ways.fast, ways.slow) == ((3, 0) if level == "B-B" else (2, 1))


@pytest.mark.parametrize("level", LEVELS)
def test_a_changed_byte_is_noticed(desk, document, level):
    signer = desk.signer(level=level)
    desk.sign(signer, document)
    signed = desk.sign(signer, document).pdf

    for place in range(40, len(document), 61):
        changed = bytearray(signed)
        changed[place] ^= 1
        with suppress(UnreadablePdfError):
            assert not desk.check(bytes(changed)).valid


def test_new_revocation_information_is_validated_by_pyhanko_first(desk, document, ways):
    signer = desk.signer_with(replace(desk.settings(), revocation_max_age=timedelta(0)))

    for _ in range(3):
        assert desk.check(desk.sign(signer, document).pdf).valid

    assert (ways.fast, ways.slow) == (0, 3)


def test_an_elliptic_key_goes_the_fast_way(desk, pki, document):
    tsa, root = pki.identity("tsa"), pki.identity("root")
    ders = [each.certificate.public_bytes(Encoding.DER) for each in (tsa, root)]
    own, above = (x509.Certificate.load(each) for each in ders)
    signer = PadesSigner(KeyFile(tsa.key, own, (above,)), settings=desk.settings(level="B-B"))

    report = desk.check(desk.sign(signer, document).pdf)

    assert report.intact


def compressed_xref() -> bytes:
    file = PdfFileReader(BytesIO(plain_pdf()))
    out = BytesIO()
    writer.copy_into_new_writer(file, writer_kwargs={"stream_xrefs": True}).write(out)
    return out.getvalue()


def with_annotations() -> bytes:
    later = IncrementalPdfFileWriter(BytesIO(plain_pdf()))
    page = later.root["/Pages"]["/Kids"][1]
    page["/Annots"] = generic.ArrayObject()
    later.update_container(page)
    out = BytesIO()
    later.write(out)
    return out.getvalue()


@pytest.mark.parametrize("make", [compressed_xref, with_annotations])
def test_another_layout_is_signed_by_pyhanko(desk, tmp_path, ways, make):
    checked(desk, desk.sign(desk.signer(level="B-B"), make()), tmp_path, "B-B")

    assert (ways.fast, ways.slow) == (0, 1)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"startxref\n5\n%%EOF\n", b"x" * 300])
def test_what_is_no_document_of_ours_is_left_alone(content):
    with pytest.raises(UnknownLayoutError):
        Revision(content)


def test_a_page_that_is_not_there_is_left_to_pyhanko(document):
    with pytest.raises(UnknownLayoutError):
        Revision(document).page(7)


WRONG = [
    lambda answer: answer[:-40] + bytes(40),
    lambda _: bytes.fromhex("30053003020102"),
    lambda _: b"<html>",
]


@pytest.mark.parametrize("spoil", WRONG)
def test_a_wrong_time_stamp_is_not_taken(desk, document, spoil):
    signer = desk.signer()
    desk.sign(signer, document)
    good = desk.network

    def answer(request: httpx.Request) -> httpx.Response:
        good.answers.clear()
        content = spoil(good.handle_request(request).content)
        good.answers["/tsa"] = answer
        return httpx.Response(200, content=content)

    desk.network.answers["/tsa"] = answer
    with pytest.raises(TimestampUnavailableError):
        desk.sign(signer, document)


def test_a_time_stamp_for_something_else_is_not_taken(desk, document):
    signer = desk.signer()
    desk.sign(signer, document)
    kept: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if not kept:
            del desk.network.answers["/tsa"]
            kept.append(desk.network.handle_request(request).content)
            desk.network.answers["/tsa"] = answer
        return httpx.Response(200, content=kept[0])

    desk.network.answers["/tsa"] = answer
    with pytest.raises(TimestampUnavailableError):
        desk.sign(signer, document)


def test_the_claimed_time_and_place_are_readable(desk, document):
    signed = desk.sign(desk.signer(level="B-B"), document, now=datetime.now(UTC))
    [signature] = PdfFileReader(BytesIO(signed.pdf)).embedded_regular_signatures

    assert signature.sig_object["/Location"] == "Paringin"
    assert signature.sig_object["/Reason"].startswith("Pengesahan")
