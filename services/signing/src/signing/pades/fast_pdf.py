"""Incremental updates of PDFs that we rendered ourselves: classic xref table, flat pages.

Knows exactly the layout that our renderer writes and gives up at anything else; then pyHanko signs.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final

_START: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ENTRY: Final = re.compile(rb"/(Root|Info) (\d+) 0 R")
_SIZE: Final = re.compile(rb"/Size (\d+)")
_ID: Final = re.compile(rb"/ID\s*(\[.*?\])", re.DOTALL)
_PAGES: Final = re.compile(rb"/Pages (\d+) 0 R")
_KIDS: Final = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_REFERENCE: Final = re.compile(rb"(\d+) 0 R")
_TAKEN: Final = (b"/AcroForm", b"/Perms", b"/DSS", b"/Extensions")
_RANGE: Final = b"/ByteRange [0000000000 0000000000 0000000000 0000000000]"
_ROW: Final = 20
_TAIL: Final = 64


class UnknownLayoutError(Exception):
    """Not a document as our renderer writes it."""


class Revision:
    """One revision to be appended to a document."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        try:
            self._read()
        except (TypeError, ValueError, IndexError, KeyError) as exc:
            raise UnknownLayoutError from exc
        self.objects: dict[int, bytes] = {}

    def _read(self) -> None:
        pdf = self.pdf
        self.start = int(_START.search(pdf, len(pdf) - _TAIL)[1])  # type: ignore[index]  # caught
        trailer = pdf[pdf.index(b"trailer", self.start) :]
        entries = {name: int(number) for name, number in _ENTRY.findall(trailer)}
        self.root, self.info = entries[b"Root"], entries.get(b"Info")
        self.size = int(_SIZE.search(trailer)[1])  # type: ignore[index]  # caught
        self.id = _ID.search(trailer)[1]  # type: ignore[index]  # caught
        if b"/Prev" in trailer or b"/Encrypt" in trailer:
            raise ValueError
        head = pdf.index(b"\n", self.start + 5) + 1
        first, count = (int(each) for each in pdf[self.start + 5 : head].split())
        if first != 0 or pdf[self.start : self.start + 5] != b"xref\n" or count != self.size:
            raise ValueError
        rows = (pdf[head + _ROW * n : head + _ROW * (n + 1)] for n in range(count))
        self.offsets = {n: int(row[:10]) for n, row in enumerate(rows) if row[17:18] == b"n"}

    def after(self, pdf: bytes, start: int, offsets: Mapping[int, int]) -> None:
        """Go on behind the revision that was just written."""
        self.pdf, self.start = pdf, start
        self.offsets.update(offsets)
        self.objects = {}

    def new(self, body: bytes = b"") -> int:
        """Give the next free number to a new object."""
        number = self.size
        self.size += 1
        self.objects[number] = body
        return number

    def dictionary(self, number: int) -> bytes:
        """Body of an object that is a dictionary.

        Raises:
            UnknownLayoutError: it is something else.
        """
        at, head = self.offsets[number], b"%d 0 obj" % number
        body = self.pdf[at + len(head) : self.pdf.index(b"endobj", at)].strip()
        if not (self.pdf.startswith(head, at) and body.startswith(b"<<") and body.endswith(b">>")):
            raise UnknownLayoutError
        return body

    def catalog(self) -> bytes:
        """The catalogue, if it holds nothing of what a signature adds."""
        catalog = self.dictionary(self.root)
        if any(each in catalog for each in _TAKEN):
            raise UnknownLayoutError
        return catalog

    def page(self, index: int) -> tuple[int, bytes]:
        """Number and dictionary of a page without annotations; -1 is the last one."""
        pages = _PAGES.search(self.dictionary(self.root))
        kids = _KIDS.search(self.dictionary(int(pages[1]))) if pages else None
        numbers = [int(each) for each in _REFERENCE.findall(kids[1])] if kids else []
        if not -len(numbers) <= index < len(numbers):
            raise UnknownLayoutError
        page = self.dictionary(numbers[index])
        if b"/Annots" in page or not re.search(rb"/Type\s*/Page(?![a-zA-Z])", page):
            raise UnknownLayoutError
        return numbers[index], page

    def build(self) -> bytearray:
        """The document with this revision; moves on behind it."""
        parts, position, offsets = [self.pdf], len(self.pdf), {}
        for number, body in sorted(self.objects.items()):
            text = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            offsets[number] = position
            parts.append(text)
            position += len(text)
        table = b"".join(
            b"%d 1\n%010d 00000 n \n" % (number, at) for number, at in sorted(offsets.items())
        )
        info = b"/Info %d 0 R" % self.info if self.info is not None else b""
        trailer = b"trailer\n<</Size %d/Root %d 0 R%s/ID %s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        filled = trailer % (self.size, self.root, info, self.id, self.start, position)
        document = bytearray(b"".join([*parts, b"xref\n", table, filled]))
        self.after(bytes(document), position, offsets)
        return document


def stream(entries: bytes, content: bytes) -> bytes:
    """A stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def text_string(text: str) -> bytes:
    """A text string, whatever letters it has."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


def extended(dictionary: bytes, entries: bytes) -> bytes:
    """A dictionary with more entries."""
    return dictionary[:-2] + entries + b">>"


def signature_value(entries: bytes, reserved: int) -> bytes:
    """A signature dictionary with room for its contents (bytes) and byte range."""
    return b"<<%s/Contents <%s>%s>>" % (entries, b"0" * (2 * reserved), _RANGE)


def fill(document: bytearray, start: int, reserved: int, make: Callable[[bytes], bytes]) -> None:
    """Write byte range and contents of the signature that was appended behind ``start``.

    Raises:
        UnknownLayoutError: what was made is longer than what was reserved.
    """
    at = document.index(b"/Contents <", start) + 10
    end = at + 2 * reserved + 2
    ranges = b"/ByteRange [0 %d %d %d" % (at, end, len(document) - end)
    place = document.index(_RANGE, end)
    document[place : place + len(_RANGE)] = ranges.ljust(len(_RANGE) - 1) + b"]"
    with memoryview(document) as view:
        digest = hashlib.sha256(view[:at])
        digest.update(view[end:])
    contents = make(digest.digest()).hex().encode()
    if len(contents) > 2 * reserved:
        raise UnknownLayoutError
    document[at + 1 : at + 1 + len(contents)] = contents
