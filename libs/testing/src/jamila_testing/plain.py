"""Documents as plain text: quick, and a test can read what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel


@dataclass(frozen=True)
class PlainRendering:
    """The two files of one document."""

    draft: bytes
    document: bytes


class PlainRenderer:
    """Writes data instead of drawing it: the same data gives the same bytes."""

    def render(
        self, data: BaseModel, issue: BaseModel, pictures: Mapping[str, bytes] | None = None
    ) -> PlainRendering:
        """Write draft and document."""
        body = (data.model_dump_json() + issue.model_dump_json()).encode()
        body += b"".join((pictures or {}).values())
        return PlainRendering(draft=b"draft " + body, document=b"document " + body)


@dataclass(frozen=True)
class PlainSigned:
    """A document with a mark, and what a real signature would tell of itself."""

    pdf: bytes
    level: Literal["B-B"] = "B-B"
    signer_name: str = "Kepala Dinas Contoh"
    certificate_sha256: str = "c" * 64


class PlainSigner:
    """Marks instead of signing: the same bytes give the same bytes."""

    def sign(self, pdf: bytes, **_: object) -> PlainSigned:
        """Mark a document."""
        return PlainSigned(b"signed " + pdf)
