"""The staff's guides: pictures that are there, told in words, and small all together."""

import re
from pathlib import Path

import pytest

from gateway.console.guide_book import GuideBook

FOLDER = Path(__file__).parents[2] / "docs" / "panduan"
MOST_BYTES = 2_500_000
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
GUIDES = sorted(each for each in FOLDER.glob("*.md") if each.stem != "README")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_each_picture_of_a_guide_is_there_and_is_told_in_words(guide):
    shown = PICTURE.findall(guide.read_text(encoding="utf-8"))

    assert [path for words, path in shown if not words] == []
    assert [path for _, path in shown if not (FOLDER / path).is_file()] == []


def test_each_picture_belongs_to_a_guide():
    shown = {
        path for each in GUIDES for _, path in PICTURE.findall(each.read_text(encoding="utf-8"))
    }

    assert {f"gambar/{each.name}" for each in (FOLDER / "gambar").iterdir()} == shown


def test_the_pictures_stay_small():
    assert sum(each.stat().st_size for each in (FOLDER / "gambar").iterdir()) < MOST_BYTES


def test_the_console_shows_every_guide():
    shown = GuideBook(FOLDER).guides()

    assert {each.name for each in shown} == {each.stem for each in GUIDES}
    assert all(each.title and each.summary for each in shown)
