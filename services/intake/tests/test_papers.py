import io

import pytest
from PIL import Image

from intake.messages import PaperRefusedError
from intake.papers import PaperLimits, clean_paper

LIMITS = PaperLimits(max_image_bytes=100_000, max_pdf_bytes=100_000, max_pixels=10_000)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


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
    clean = clean_paper(turned, "image/jpeg", LIMITS)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.size == (40, 60)
        assert not image.getexif()
    assert b"HP Contoh" not in clean.content
    assert b"rahasia" not in clean.content


def test_same_bytes_give_the_same_paper():
    content = encoded(Image.effect_noise((50, 50), 30), "JPEG")
    first, second = (clean_paper(content, "image/jpeg", LIMITS) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1"])
def test_png_stays_png_without_its_texts(mode):
    content = encoded(Image.new(mode, (20, 20)), "PNG")
    clean = clean_paper(content, "image/png", LIMITS)
    assert clean.media_type == "image/png"


def test_cmyk_photo_becomes_readable_everywhere():
    clean = clean_paper(encoded(Image.new("CMYK", (20, 20)), "JPEG"), "image/jpeg", LIMITS)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.mode == "RGB"


def test_png_that_calls_itself_jpeg_is_kept_as_what_it_is():
    clean = clean_paper(encoded(Image.new("L", (9, 9)), "PNG"), "image/jpeg", LIMITS)
    assert clean.media_type == "image/png"


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (encoded(Image.new("L", (101, 100)), "PNG"), "image/png", "gambar-terlalu-luas"),
        (encoded(Image.new("1", (20_000, 20_000)), "PNG"), "image/png", "gambar-terlalu-luas"),
        (encoded(Image.new("RGB", (50, 50)), "PNG")[:60], "image/png", "gambar-rusak"),
        (encoded(Image.effect_noise((90, 90), 50), "JPEG")[:900], "image/jpeg", "gambar-rusak"),
        (encoded(Image.new("RGB", (9, 9)), "GIF"), "image/png", "gambar-rusak"),
        (b"x" * 100_001, "image/png", "terlalu-besar"),
        (b"x", "image/heic", "jenis-tidak-dikenal"),
    ],
)
def test_picture_that_cannot_be_used(content, media_type, reason):
    with pytest.raises(PaperRefusedError) as refused:
        clean_paper(content, media_type, LIMITS)
    assert refused.value.reason_code == reason


def test_pdf_is_kept_as_it_is():
    content = b"\n%PDF-1.4\n1 0 obj\n%%EOF\n"
    assert clean_paper(content, "application/pdf", LIMITS).content == content
