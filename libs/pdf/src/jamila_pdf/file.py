"""Writes the objects of a document into a file, with a classic cross-reference table.

reportlab's writer does the same, object by object through five layers; with the structure of a
family card, hundreds of small objects, that was a third of the time of a whole document.
"""

import hashlib
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import PDFObject, format  # noqa: A004  # reportlab's name

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ID_BYTES: Final = 16


class Written(PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object that is formatted already."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def format(self, _document: Any) -> bytes:
        """What it is."""
        return self.content


def register(document: Any, content: bytes, name: str = "") -> str:
    """Give formatted bytes the next object number; returns the object's name in the document."""
    document.objectcounter += 1
    number = document.objectcounter
    name = name or f"J{number}"
    document.idToObjectNumberAndVersion[name] = (number, 0)
    document.numberToId[number] = name
    document.idToObject[name] = Written(content)
    return name


def write_file(document: Any) -> bytes:
    """Format everything and put it into one file; the document cannot be used afterwards."""
    for font in document.delayedFonts:
        font.addObjects(document)
    document.Catalog.Outlines = None
    root, info = document.Reference(document.Catalog), document.Reference(document.info)
    document.encrypt.prepare(document)
    parts, offsets = [_HEADER], []
    position = len(_HEADER)
    number = 0
    # Formatting an object may add others, so the end is not known before.
    while (name := document.numberToId.get(number + 1)) is not None:
        number += 1
        found = document.idToObject[name]
        content = found.content if type(found) is Written else format(found, document, toplevel=1)
        part = b"%d 0 obj\n%s\nendobj\n" % (number, content)
        offsets.append(position)
        parts.append(part)
        position += len(part)
    entries = "".join(f"{offset:010d} 00000 n \n" for offset in offsets).encode()
    # The same content gets the same identifier, another content another one.
    digest = hashlib.sha256(b"".join(parts)).hexdigest()[: 2 * _ID_BYTES].encode()
    parts.append(
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %s/Info %s/ID [<%s><%s>]>>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (
            number + 1,
            entries,
            number + 1,
            root.format(document),
            info.format(document),
            digest,
            digest,
            position,
        )
    )
    return b"".join(parts)
