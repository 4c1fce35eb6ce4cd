"""What is called hard to read, measured on papers made here."""

import io

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from intake.images import Legibility, hints_about
from jamila_testing.files import encoded, written_paper

LOOK = Legibility()


def as_whatsapp_sends_it(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(encoded(image, quality=60)))


def hints(image: Image.Image) -> tuple[str, ...]:
    return hints_about(as_whatsapp_sends_it(image), LOOK)


@pytest.mark.parametrize("seed", range(4))
def test_sharp_bright_photo_has_no_hint(seed):
    assert hints(written_paper(seed=seed)) == ()


def test_half_light_and_a_soft_lens_are_still_good_enough():
    assert hints(ImageEnhance.Brightness(written_paper()).enhance(0.5)) == ()
    assert hints(written_paper().filter(ImageFilter.GaussianBlur(0.6))) == ()


@pytest.mark.parametrize("light", [0.2, 0.1, 0.02])
def test_dark_photo_is_called_dark(light):
    assert "gelap" in hints(ImageEnhance.Brightness(written_paper()).enhance(light))


@pytest.mark.parametrize("radius", [3, 4, 8])
def test_blurred_photo_is_called_blurred(radius):
    assert hints(written_paper((1200, 1600)).filter(ImageFilter.GaussianBlur(radius))) == ("buram",)


def test_blurred_in_the_dark_is_called_both():
    dim = ImageEnhance.Brightness(written_paper((1200, 1600))).enhance(0.2)
    assert set(hints(dim.filter(ImageFilter.GaussianBlur(4)))) == {"gelap", "buram"}


def test_small_photo_is_called_small_by_its_longer_side():
    assert hints(written_paper().resize((450, 600))) == ("kecil",)
    assert hints(written_paper((900, 560))) == ()


def test_blank_sheet_is_not_called_blurred():
    assert hints(Image.new("RGB", (900, 1200), (230, 230, 230))) == ()


@pytest.mark.parametrize("mode", ["1", "L", "RGBA", "CMYK", "P", "I;16"])
def test_every_kind_of_picture_can_be_looked_at(mode):
    assert hints_about(Image.new(mode, (900, 900)), LOOK) == ("gelap",) or mode == "CMYK"


def test_thresholds_are_settings():
    strict = Legibility(dark_below=250, small_below=5000, blurred_above=0.001)
    assert hints_about(written_paper(), strict) == ("gelap", "kecil", "buram")
