"""The fast way for our own documents: the same signature as pyHanko's, in a hundredth of its time.

What may be trusted is not decided here: the first document after every renewal of revocation
information goes through pyHanko, which validates signer and time stamp against the pinned roots.
What it embedded (``Archive``) is embedded again in the documents that follow.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from signing.pades.fast_cms import CmsMaker
from signing.pades.fast_pdf import (
    Revision,
    extended,
    fill,
    signature_value,
    stream,
    text_string,
)

Stamp = Callable[[bytes], bytes]
_CMS_OVERHEAD: Final = 1400
"""Signature value up to RSA-4096, attributes and names."""
_TOKEN_MARGIN: Final = 64
"""Elliptic signatures differ by some bytes."""
_DOC_MDP: Final = (
    b"/Reference [<</Type /SigRef/TransformMethod /DocMDP"
    b"/TransformParams <</Type /TransformParams/P %d/V /1.2>>>>]"
)


@dataclass(frozen=True)
class Archive:
    """What proves a signature for ever, as pyHanko validated it."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    token_bytes: int
    """Length of a time stamp token of this authority."""

    def write(self, revision: Revision) -> int:
        """Add the document security store; the number of its dictionary."""
        kinds = {b"Certs": self.certificates, b"OCSPs": self.ocsps, b"CRLs": self.crls}
        entries = b"/Type /DSS"
        for kind, packed in kinds.items():
            numbers = [revision.new(stream(b"/Filter /FlateDecode", each)) for each in packed]
            references = b" ".join(b"%d 0 R" % number for number in numbers)
            entries += b"/%s [%s]" % (kind, references) if numbers else b""
        return revision.new(b"<<%s>>" % entries)


def packed(parts: list[bytes]) -> tuple[bytes, ...]:
    """Compress once what many documents will hold."""
    return tuple(zlib.compress(each) for each in parts)


@dataclass(frozen=True)
class Wish:
    """What one signature shall look like."""

    page: int
    rect: tuple[int, int, int, int]
    appearance: bytes
    reason: str
    location: str
    now: datetime
    field: str
    stamp_field: str


class FastSigner:
    """Signs documents of our own layout; ``UnknownLayoutError`` at everything else."""

    def __init__(self, cms: CmsMaker, *, certificate_bytes: int) -> None:
        self._cms = cms
        self._reserved = certificate_bytes + _CMS_OVERHEAD

    def sign(self, pdf: bytes, wish: Wish, archive: Archive | None, stamp: Stamp | None) -> bytes:
        """B-B without archive, else B-LTA in two revisions."""
        revision = Revision(pdf if pdf.endswith(b"\n") else pdf + b"\n")
        number, page = revision.page(wish.page)
        catalog = revision.catalog()
        field, value = self._field(revision, wish, number, archive)
        permissions = b"/Perms <</DocMDP %d 0 R>>" % value
        if archive is not None:
            store = archive.write(revision)
            permissions += b"/DSS %d 0 R" % store
            permissions += b"/Extensions <</ESIC <</BaseVersion /1.7/ExtensionLevel 1>>>>"
        catalog = extended(catalog, permissions)
        _link(revision, number, page, catalog, [field])
        room = self._reserved + (archive.token_bytes + _TOKEN_MARGIN if archive else 0)
        start = len(revision.pdf)
        document = revision.build()
        fill(document, start, room, lambda digest: self._cms.make(digest, stamp=stamp))
        if archive is None or stamp is None:
            return bytes(document)
        linked = (number, page, catalog, field)
        return self._archive(revision, bytes(document), wish, linked, archive, stamp)

    def _field(
        self, revision: Revision, wish: Wish, page: int, archive: Archive | None
    ) -> tuple[int, int]:
        x1, y1, x2, y2 = wish.rect
        form = b"/Type /XObject/Subtype /Form/BBox [0 0 %d %d]/Resources <<>>" % (x2 - x1, y2 - y1)
        shown = revision.new(stream(form, wish.appearance))
        moment = wish.now.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'").encode()
        entries = (
            b"/Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached"
            b"/M (%s)/Reason %s/Location %s%s"
        ) % (
            moment,
            text_string(wish.reason),
            text_string(wish.location),
            _DOC_MDP % (2 if archive else 1),
        )
        room = self._reserved + (archive.token_bytes + _TOKEN_MARGIN if archive else 0)
        value = revision.new(signature_value(entries, room))
        widget = b"<</FT /Sig/T (%s)/Type /Annot/Subtype /Widget/F 132/Rect [%d %d %d %d]"
        body = widget % (wish.field.encode(), x1, y1, x2, y2)
        links = b"/P %d 0 R/V %d 0 R/AP <</N %d 0 R>>>>" % (page, value, shown)
        return revision.new(body + links), value

    def _archive(  # noqa: PLR0913, PLR0917 - what the first revision left
        self,
        revision: Revision,
        document: bytes,
        wish: Wish,
        before: tuple[int, bytes, bytes, int],
        archive: Archive,
        stamp: Stamp,
    ) -> bytes:
        """Append the archive time stamp over everything so far."""
        number, page, catalog, field = before
        revision.pdf = document
        entries = b"/Type /DocTimeStamp/Filter /Adobe.PPKLite/SubFilter /ETSI.RFC3161"
        reserved = archive.token_bytes + _TOKEN_MARGIN
        value = revision.new(signature_value(entries, reserved))
        widget = b"<</FT /Sig/T (%s)/Type /Annot/Subtype /Widget/F 132/Rect [0 0 0 0]"
        body = widget % wish.stamp_field.encode() + b"/P %d 0 R/V %d 0 R>>" % (number, value)
        _link(revision, number, page, catalog, [field, revision.new(body)])
        start = len(document)
        stamped = revision.build()
        fill(stamped, start, reserved, stamp)
        return bytes(stamped)


def _link(revision: Revision, number: int, page: bytes, catalog: bytes, fields: list[int]) -> None:
    """Name the fields on their page and in the form."""
    references = b" ".join(b"%d 0 R" % each for each in fields)
    revision.objects[number] = extended(page, b"/Annots [%s]" % references)
    form = b"/AcroForm <</Fields [%s]/SigFlags 3>>" % references
    revision.objects[revision.root] = extended(catalog, form)
