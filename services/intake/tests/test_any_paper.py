"""Whatever file is sent: a clean paper comes of it, or a reason to be told."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from intake import pdf_reader
from intake.messages import PaperRefusedError
from intake.papers import PaperDesk, PaperLimits
from jamila_testing.files import encoded, pdf
from jamila_testing.fuzz import bitten, fuzz

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(120)]

LIMITS = PaperLimits(max_image_bytes=100_000, max_pdf_bytes=100_000, max_pixels=40_000, max_pages=3)
DESK = PaperDesk(LIMITS)
SHEET = Image.effect_noise((60, 40), 40)
PICTURES = [
    encoded(SHEET),
    encoded(SHEET.convert("RGB"), "JPEG", progressive=True),
    encoded(SHEET.convert("RGBA"), "PNG"),
    encoded(SHEET.convert("P"), "PNG"),
]
DOCUMENTS = [
    pdf(),
    pdf(pages=2, catalog="/OpenAction<</S/JavaScript/JS(a)>>"),
    pdf(page="/Annots[<</Subtype/Link/A<</S/URI/URI(x)>>>>]", objects=["<</A[1 2 (x)]>>"]),
]


@fuzz(150)
@given(
    raw=bitten(PICTURES) | st.binary(max_size=200).map(lambda tail: PICTURES[2][:40] + tail),
    announced=st.sampled_from(("image/jpeg", "image/png", "application/octet-stream")),
)
def test_any_picture_is_made_anew_or_refused(raw, announced):
    try:
        clean = DESK.clean(raw, announced)
    except PaperRefusedError:
        return
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.width * image.height <= LIMITS.max_pixels
        assert not image.getexif()


@fuzz(150)
@given(raw=bitten(DOCUMENTS))
def test_any_pdf_is_written_anew_or_refused(raw):
    # In this process: the tests of papers show that it runs in one of its own.
    try:
        kept = pdf_reader.read(raw, LIMITS.max_pages)
    except pdf_reader.RefusedError:
        return
    assert b"/JavaScript" not in kept
    assert pdf_reader.read(kept, LIMITS.max_pages)
