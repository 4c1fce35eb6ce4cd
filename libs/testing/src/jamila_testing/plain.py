"""Documents as plain text: quick, and a test can read what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

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


@dataclass(frozen=True)
class PlainReport:
    """What a printer says of a sheet that is done."""

    state: Literal["selesai"] = "selesai"
    reasons: tuple[str, ...] = ()


class CountingPrinter:
    """Prints at once, and never one sheet twice."""

    def __init__(self) -> None:
        self._tray: dict[str, bytes] = {}

    @property
    def sheets(self) -> list[bytes]:
        """What lies in the tray, in order."""
        return list(self._tray.values())

    def send(self, name: str, document: bytes) -> str:
        """Print a sheet.

        Raises:
            RuntimeError: it was printed before.
        """
        if name in self._tray:
            msg = "printed twice"
            raise RuntimeError(msg)
        self._tray[name] = document
        return name

    def find(self, name: str) -> str | None:
        """The sheet, if it was printed."""
        return name if name in self._tray else None

    def report(self, reference: str) -> PlainReport:
        """Printed is done."""
        del reference
        return PlainReport()

    def cancel(self, reference: str) -> None:
        """Too late here."""

    def discard(self, job_id: UUID) -> None:
        """Empty the tray of a job."""
        for name in [each for each in self._tray if each.startswith(str(job_id))]:
            del self._tray[name]
