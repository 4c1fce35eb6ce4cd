"""The comparison of pictures: another rasteriser passes, another document does not."""

import pytest
from PIL import Image, ImageDraw

from jamila_testing.papers import MOST_DIFFERENCE, difference, kept, pictures_of, raw_text_of
from siak_adapter.samples import KINDS, sample_entry


@pytest.fixture
def page(draw):
    def page(kind="akta-kelahiran", **changes):
        return pictures_of(draw(kind, **changes))[0]

    return page


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_rasteriser_of_poppler_draws_the_same_document(draw, kind):
    pdf = draw(kind)
    both = zip(pictures_of(pdf), pictures_of(pdf, cairo=True), strict=True)

    assert max(difference(one, other) for one, other in both) <= MOST_DIFFERENCE


@pytest.mark.parametrize(
    "changes",
    [
        {"father_name": "Noor Laila Contoh", "mother_name": "Ahmad Contoh"},
        {"draft": True},
        {"birth_time": None},
    ],
    ids=["swapped", "draft", "row"],
)
def test_another_value_is_another_picture(page, changes):
    assert difference(page(), page(**changes)) > MOST_DIFFERENCE


def test_two_names_that_changed_places_are_seen_on_a_card_and_in_a_table(page):
    members = sample_entry("kartu-keluarga")["members"]
    one, other = members[2], members[3]
    one["name"], other["name"] = other["name"], one["name"]
    card = page("ktp-el", village="Tebing Tinggi", district="Ju'uh")

    assert difference(page("ktp-el"), card) > MOST_DIFFERENCE
    table = page("kartu-keluarga", members=members)
    assert difference(page("kartu-keluarga"), table) > MOST_DIFFERENCE


def test_a_single_digit_may_slip_through_the_picture_but_not_through_the_text(draw):
    one, other = draw("akta-kelahiran"), draw("akta-kelahiran", child_nik="6311995210260007")

    assert raw_text_of(one) != raw_text_of(other)


@pytest.mark.parametrize("points", [2, 3, 5])
def test_a_moved_line_is_seen(page, points):
    good = page()
    # The rule under the heading, a little further down.
    strip = (140, 199, 440, 212)
    moved = good.copy()
    moved.paste((255, 255, 255), strip)
    moved.paste(good.crop(strip), (strip[0], strip[1] + points))

    assert good.crop(strip).convert("L").getextrema()[0] < 140
    assert difference(good, good) == 0
    assert difference(good, moved) > MOST_DIFFERENCE


def test_a_missing_code_is_seen(page):
    good = page()
    blind = good.copy()
    ImageDraw.Draw(blind).rectangle((476, 675, 545, 744), fill=(255, 255, 255))

    assert difference(good, blind) > MOST_DIFFERENCE


def test_another_size_is_another_picture():
    assert difference(Image.new("L", (10, 10)), Image.new("L", (10, 11))) == 255


def test_what_is_kept_is_the_same_picture(page):
    good = page()

    assert difference(good, kept(good)) < MOST_DIFFERENCE / 3
