"""The guides in the console: by role, from Markdown, and never a line of foreign HTML."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from gateway.console.guide_book import GuideBook

PNG = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + (640).to_bytes(4) + (360).to_bytes(4)
KASI = """# Panduan Kepala Seksi

Memeriksa draft (langkah 4).

## Menyetujui

1. Ambil tugas. <script>alert(1)</script>

![Halaman permohonan](gambar/langkah-4.png)

Lihat juga [panduan operator](operator-siak.md) dan [SIAK](https://siak.example/).
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "gambar").mkdir()
    (tmp_path / "gambar" / "langkah-4.png").write_bytes(PNG)
    (tmp_path / "kepala-seksi.md").write_text(KASI, encoding="utf-8")
    for name in ("mulai", "operator-siak"):
        (tmp_path / f"{name}.md").write_text(f"# Judul {name}\n\nIsi {name}.\n", encoding="utf-8")
    (tmp_path / "rahasia.md").write_text("# Rahasia\n\nBukan panduan.\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def library(house: Any, shelf: Path) -> Any:
    house.api.state.door = dataclasses.replace(house.door, guide_folder=shelf)
    return house


async def test_guides_of_my_roles_come_before_those_of_others(library: Any) -> None:
    async with library.console() as client:
        text = (await client.get("/panduan")).text

    mine, others = text.split("Peran lain")
    assert "Judul mulai" in mine
    assert "Panduan Kepala Seksi" in mine
    assert "Memeriksa draft (langkah 4)." in mine
    assert "Judul operator-siak" in others


async def test_guide_leads_to_pictures_and_guides_of_the_console(library: Any) -> None:
    async with library.console() as client:
        text = (await client.get("/panduan/kepala-seksi")).text

    assert '<img src="/panduan/gambar/langkah-4.png" alt="Halaman permohonan"' in text
    assert 'width="640" height="360"' in text
    assert 'href="/panduan/operator-siak"' in text
    assert 'href="https://siak.example/"' in text
    assert text.count("<h1>") == 1


async def test_raw_html_of_a_guide_is_shown_as_text(library: Any) -> None:
    async with library.console() as client:
        text = (await client.get("/panduan/kepala-seksi")).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


async def test_picture_is_served_by_its_plain_name(library: Any) -> None:
    async with library.console() as client:
        answer = await client.get("/panduan/gambar/langkah-4.png")

    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize(
    "path",
    ["/panduan/rahasia", "/panduan/gambar/tidak-ada.png", "/panduan/gambar/..%2Fmulai.md"],
)
async def test_nothing_else_of_the_folder_is_shown(library: Any, path: str) -> None:
    async with library.console() as client:
        assert (await client.get(path)).status_code == 404


async def test_office_without_guides_says_what_to_do(house: Any) -> None:
    async with house.console() as client:
        assert "Panduan belum dipasang" in (await client.get("/panduan")).text
        assert (await client.get("/panduan/mulai")).status_code == 404


async def test_stranger_is_led_to_the_log_in(library: Any) -> None:
    async with library.client(Accept="text/html") as client:
        for path in ("/panduan", "/panduan/mulai", "/panduan/gambar/langkah-4.png"):
            assert (await client.get(path)).headers["location"].startswith("/masuk")


def test_guide_that_changed_is_read_anew(shelf: Path) -> None:
    book = GuideBook(shelf)
    before = book.guide("mulai")
    (shelf / "mulai.md").write_text("# Baru\n\nIsi baru.\n", encoding="utf-8")
    after = book.guide("mulai")

    assert before is not None
    assert after is not None
    assert (before.title, after.title) == ("Judul mulai", "Baru")
