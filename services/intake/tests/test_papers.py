"""Files from outside: what is kept is what it says it is, and does nothing by itself."""

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from intake.messages import MediaPointer, PaperRefusedError
from intake.papers import PaperDesk, PaperLimits, WhatsAppPapers
from jamila_testing.files import encoded, pdf, written_paper

LIMITS = PaperLimits(max_image_bytes=100_000, max_pdf_bytes=100_000, max_pixels=10_000, max_pages=3)
DESK = PaperDesk(LIMITS)
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
UNSAID = "application/octet-stream"


def refused(content: bytes, media_type: str = PDF) -> str:
    with pytest.raises(PaperRefusedError) as error:
        DESK.clean(content, media_type)
    return error.value.reason_code


def exif(orientation: int) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found.get_ifd(0x8825)[1] = "S"
    found[0x010F] = "HP Contoh"
    return found


def test_orientation_is_applied_and_everything_else_is_stripped():
    turned = encoded(
        Image.new("RGB", (60, 40)), "JPEG", exif=exif(6), comment=b"rahasia", dpi=(72, 72)
    )
    clean = DESK.clean(turned, JPEG)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.size == (40, 60)
        assert not image.getexif()
    assert b"HP Contoh" not in clean.content
    assert b"rahasia" not in clean.content


def test_same_bytes_give_the_same_paper():
    content = encoded(Image.effect_noise((50, 50), 30))
    assert DESK.clean(content, JPEG) == DESK.clean(content, JPEG)
    assert DESK.clean(pdf(), PDF) == DESK.clean(pdf(), PDF)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1"])
def test_png_stays_png_without_its_texts(mode):
    assert DESK.clean(encoded(Image.new(mode, (20, 20)), "PNG"), PNG).media_type == PNG


def test_cmyk_photo_becomes_readable_everywhere():
    clean = DESK.clean(encoded(Image.new("CMYK", (20, 20))), JPEG)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize(
    ("content", "announced", "kept_as"),
    [
        (encoded(Image.new("L", (9, 9)), "PNG"), JPEG, PNG),
        (encoded(Image.new("L", (9, 9)), "PNG"), UNSAID, PNG),
        (encoded(Image.new("L", (9, 9))), PDF, JPEG),
        (pdf(), UNSAID, PDF),
        (pdf(), JPEG, PDF),
    ],
)
def test_file_is_kept_as_what_it_is_whatever_it_is_called(content, announced, kept_as):
    assert DESK.clean(content, announced).media_type == kept_as


def png_that_unfolds_to(side: int) -> bytes:
    """A few hundred bytes that say they are a picture of so many pixels each way."""
    tiny = encoded(Image.new("1", (1, 1)), "PNG")
    head = b"IHDR" + side.to_bytes(4, "big") * 2 + tiny[24:29]
    return tiny[:12] + head + zlib.crc32(head).to_bytes(4, "big") + tiny[33:]


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"", JPEG, "kosong"),
        (encoded(Image.new("L", (101, 100)), "PNG"), PNG, "gambar-terlalu-luas"),
        (encoded(Image.new("1", (20_000, 20_000)), "PNG"), PNG, "gambar-terlalu-luas"),
        (png_that_unfolds_to(2**31 - 1), PNG, "gambar-terlalu-luas"),
        (png_that_unfolds_to(90), PNG, "gambar-rusak"),
        (encoded(Image.new("RGB", (50, 50)), "PNG")[:60], PNG, "gambar-rusak"),
        (encoded(Image.effect_noise((90, 90), 50))[:900], JPEG, "gambar-rusak"),
        (encoded(Image.new("RGB", (9, 9)), "GIF"), PNG, "gambar-rusak"),
        (b"<svg onload=alert(1)>", JPEG, "gambar-rusak"),
        (b"x" * 100_001, PNG, "terlalu-besar"),
        (b"x", "image/heic", "jenis-tidak-dikenal"),
        (b"MZ\x90\x00", UNSAID, "jenis-tidak-dikenal"),
        (b"PK\x03\x04", "application/zip", "jenis-tidak-dikenal"),
    ],
)
def test_picture_that_cannot_be_used(content, media_type, reason):
    assert refused(content, media_type) == reason


@pytest.mark.parametrize("hidden", [b"<script>alert(1)</script>", pdf(), b"PK\x03\x04 zip"])
def test_what_hangs_behind_a_picture_is_not_kept(hidden):
    clean = DESK.clean(encoded(Image.new("RGB", (20, 20))) + hidden, JPEG)
    assert hidden not in clean.content


@pytest.mark.parametrize("side", [21, 80])
def test_photo_of_a_resident_is_judged_without_being_refused(side):
    assert DESK.clean(encoded(Image.new("L", (side, side), 200)), JPEG).hints == ("kecil",)


SCRIPT = "<</S/JavaScript/JS(app.alert\\(1\\))>>"
FILE = "<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>"
WITH_SCRIPT = {
    "on opening": pdf(catalog=f"/OpenAction{SCRIPT}"),
    "by reference": pdf(catalog="/OpenAction 4 0 R", objects=[SCRIPT]),
    "on closing": pdf(catalog=f"/AA<</WC{SCRIPT}>>"),
    "of a page": pdf(page=f"/AA<</O{SCRIPT}>>"),
    "of the names": pdf(catalog=f"/Names<</JavaScript<</Names[(a){SCRIPT}]>>>>"),
    "of a link": pdf(page=f"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A{SCRIPT}>>]"),
    "of a form": pdf(catalog="/AcroForm<</Fields[]/XFA[(a)(b)]>>"),
    "that sends": pdf(catalog="/OpenAction<</S/SubmitForm/F(http://127.0.0.1/)>>"),
}
FORBIDDEN = {
    "program": pdf(catalog="/OpenAction<</S/Launch/F(calc.exe)>>"),
    "program of a link": pdf(page="/Annots[<</Subtype/Link/A<</S/Launch/F(a)>>>>]"),
    "attachment": pdf(catalog=f"/Names<</EmbeddedFiles<</Names[(a){FILE}]>>>>"),
    "attached to a page": pdf(page=f"/Annots[<</Subtype/FileAttachment/FS{FILE}>>]"),
    "rich media": pdf(page="/Annots[<</Subtype/RichMedia>>]"),
}


@pytest.mark.parametrize("content", WITH_SCRIPT.values(), ids=WITH_SCRIPT)
def test_script_in_a_pdf_is_taken_out_and_the_pages_stay(content):
    kept = DESK.clean(content, PDF).content
    with pikepdf.open(io.BytesIO(kept)) as clean:
        assert len(clean.pages) == 1
        text = repr([*clean.objects])
    for active in ("JavaScript", "/JS", "/AA", "SubmitForm", "/XFA"):
        assert active not in text
    assert DESK.clean(kept, PDF).media_type == PDF


@pytest.mark.parametrize("content", FORBIDDEN.values(), ids=FORBIDDEN)
def test_pdf_with_programs_or_files_in_it_is_refused(content):
    assert refused(content) == "pdf-berisi-program"


def encrypted(password: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as plain:
        plain.save(out, encryption=pikepdf.Encryption(user=password, owner="pemilik"))
    return out.getvalue()


def test_pdf_that_asks_for_a_password_is_asked_for_openly():
    assert refused(encrypted("rahasia")) == "pdf-terkunci"


def test_pdf_that_only_forbids_printing_is_kept_open():
    with pikepdf.open(io.BytesIO(DESK.clean(encrypted(""), PDF).content)) as kept:
        assert not kept.is_encrypted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 terpotong", "bukan-pdf"),
        (b"%PDF-1.7\n%%EOF", "pdf-rusak"),
        (pdf(pages=0), "pdf-rusak"),
        (pdf(pages=4), "pdf-terlalu-banyak-halaman"),
        (pdf(catalog="/Names" + "[" * 3000 + "]" * 3000), "pdf-rusak"),
        (b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\n%%EOF", "pdf-rusak"),
    ],
)
def test_pdf_that_cannot_be_used(content, reason):
    assert refused(content) == reason


def pdf_bomb(megabytes: int) -> bytes:
    """A table of objects that unfolds to so much."""
    press = zlib.compressobj(9)
    head_and_one = press.compress(bytes(1024 * 1024)) + press.flush(zlib.Z_FULL_FLUSH)
    one = press.compress(bytes(1024 * 1024)) + press.flush(zlib.Z_FULL_FLUSH)
    packed = head_and_one + one * megabytes + press.flush()
    head = (
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    table = (
        f"3 0 obj<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter/FlateDecode"
        f"/Length {len(packed)}>>stream\n"
    )
    start = len(head)
    end = f"\nendstream endobj\nstartxref\n{start}\n%%EOF\n"
    return head.encode() + table.encode() + packed + end.encode()


def test_pdf_that_unfolds_to_more_than_the_machine_has_is_refused():
    roomy = PaperDesk(PaperLimits(1, 8 * 1024 * 1024, 1))
    content = pdf_bomb(4000)
    assert len(content) < 8 * 1024 * 1024
    with pytest.raises(PaperRefusedError, match="pdf-rusak"):
        roomy.clean(content, PDF)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"GIF89a\n", b""), (b"<html><script>", b""), (b"", b"PK\x03\x04 zip %%EOF"), (b"\n", b"")],
)
def test_what_hangs_around_a_pdf_is_not_kept(before, after):
    kept = DESK.clean(before + pdf() + after, PDF).content
    assert kept.startswith(b"%PDF-")
    assert kept.rstrip().endswith(b"%%EOF")
    for hidden in (before.strip(), after):
        assert not hidden or hidden not in kept


SIGNATURE = "<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 9 9 9]/Contents<00>>>"


def test_signed_pdf_is_kept_to_the_byte():
    signed = pdf(objects=[SIGNATURE])
    assert DESK.clean(signed, PDF).content == signed


@pytest.mark.parametrize(
    "content",
    [
        pdf(objects=[SIGNATURE], catalog=f"/OpenAction{SCRIPT}"),
        b"GIF89a" + pdf(objects=[SIGNATURE]),
        pdf(objects=[SIGNATURE]) + b"PK\x03\x04 %%EOF x",
    ],
)
def test_signed_pdf_that_would_have_to_be_changed_is_refused(content):
    assert refused(content) == "pdf-berisi-program"


def test_picture_of_normal_size_of_a_written_paper_has_no_hint():
    desk = PaperDesk(PaperLimits(5_000_000, 1, 50_000_000))
    assert desk.clean(encoded(written_paper()), JPEG).hints == ()


@pytest.mark.parametrize("media_id", ["../me", "1/../2", "", "1?x=1", "a" * 200, "http://x"])
def test_media_id_that_is_no_id_is_never_asked_for(world, media_id):
    papers = WhatsAppPapers(client=None, desk=DESK, uploads=None)
    with pytest.raises(PaperRefusedError, match="sudah-kedaluwarsa"):
        papers.fetch(MediaPointer(media_id, PDF, ""))
    assert world.whatsapp.sent == []


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\a.pdf",
        "/abs/kk.pdf",
        "kk.pdf\0.exe",
        "\u202efdp.exe",
        "k" * 5000,
    ],
)
def test_name_of_a_file_is_a_hint_and_never_a_path(world, runtime_settings, name):
    part = world.file(pdf(), PDF)
    part["document"]["filename"] = name
    world.say("akta kelahiran")
    assert "1 berkas diterima" in world.hear(part)
    stored = [path.name for path in (runtime_settings.home / "objects").rglob("*")]
    assert all(len(each) in (36, 64) for each in stored)
