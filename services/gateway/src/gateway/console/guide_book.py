"""Reads the guides for staff: Markdown without raw HTML, pictures with their size."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_ROLES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "mulai": frozenset(),
        "operator-layanan": frozenset({"operator-layanan"}),
        "operator-siak": frozenset({"operator-siak"}),
        "kepala-seksi": frozenset({"kasi"}),
        "kepala-bidang": frozenset({"kabid"}),
        "kepala-dinas": frozenset({"kepala-dinas"}),
        "operator-cetak": frozenset({"operator-cetak"}),
        "dasbor": frozenset({"kepala-dinas", "kabid", "kasi"}),
        "petugas-ti": frozenset({"ops"}),
        "administrator": frozenset({"admin"}),
    }
)
"""Guide to the capabilities it is for, in the order they are shown; none: for everybody."""
_HEAD: Final = struct.Struct(">8s8xII")
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Guide:
    """One guide."""

    name: str
    title: str
    summary: str
    """Its first paragraph."""
    capabilities: frozenset[str]
    html: Markup
    """Without the title."""


class GuideBook:
    """The guides in a folder; no folder, no guides."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def guides(self) -> list[Guide]:
        """All there are, in the order they are shown."""
        return [found for name in _ROLES if (found := self.guide(name)) is not None]

    def guide(self, name: str) -> Guide | None:
        """One guide by its name."""
        if self._folder is None or name not in _ROLES:
            return None
        file = self._folder / f"{name}.md"
        if not file.is_file():
            return None
        return _read(file, file.stat().st_mtime_ns)

    def picture(self, name: str) -> bytes | None:
        """A screenshot by its plain name."""
        if self._folder is None:
            return None
        file = self._folder / "gambar" / name
        return file.read_bytes() if file.is_file() else None


@cache
def _read(file: Path, changed_at: int) -> Guide:
    del changed_at  # A file that changed is read anew.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(file.read_text(encoding="utf-8"))
    title = next(each.content for each in _after(tokens, "heading_open"))
    summary = next(each.content for each in _after(tokens, "paragraph_open"))
    body = tokens[3:] if tokens[0].type == "heading_open" else tokens
    for token in _inline(body):
        _lead_inside(token, file.parent)
    html = reader.renderer.render(body, reader.options, {})
    # The renderer escapes everything but what it makes itself.
    return Guide(file.stem, title, summary, _ROLES[file.stem], Markup(html))  # noqa: S704


def _after(tokens: list[Token], kind: str) -> Iterator[Token]:
    for opened, content in pairwise(tokens):
        if opened.type == kind:
            yield content


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _lead_inside(token: Token, folder: Path) -> None:
    """Pictures and other guides are found at addresses of the console."""
    if token.type == "image":
        name = str(token.attrs["src"]).rpartition("/")[2]
        token.attrs["src"] = f"/panduan/gambar/{name}"
        token.attrs["loading"] = "lazy"
        token.attrs |= _size_of(folder / "gambar" / name)
    elif token.type == "link_open":
        target = str(token.attrs["href"])
        if target.endswith(".md") and "/" not in target:
            token.attrs["href"] = f"/panduan/{target.removesuffix('.md')}"


def _size_of(picture: Path) -> dict[str, str | int | float]:
    """So that the page does not jump when the picture arrives."""
    if not picture.is_file():
        return {}
    with picture.open("rb") as file:
        mark, width, height = _HEAD.unpack(file.read(_HEAD.size))
    return {"width": width, "height": height} if mark == _PNG else {}
