"""What staff say about documents beyond drafting and deciding: from SIAK, withdrawn, replaced."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.bodies import BODIES, CommandBody, Seal
from jamila_contracts import commands as c
from jamila_contracts.model import Code, Sha256

__all__ = ["BODIES"]


class SiakFile(BaseModel):
    """One PDF that SIAK signed, uploaded before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Code
    sha256: Sha256
    """As the upload answered it."""
    pin: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """SIAK's PIN where the file is locked; sealed, used once, kept nowhere."""

    def sealed(self, seal: Seal) -> dict[str, Any]:
        """As the contracts have it."""
        password = None if self.pin is None else seal(self.pin)
        return {"kind": self.kind, "sha256": self.sha256, "password": password}


class ImportSignedBody(CommandBody):
    """SIAK made and signed the documents; they are checked before the case goes on."""

    COMMAND = c.ImportSigned
    SUMMARY = "Langkah 3: mencatat nomor SIAK dan menerima dokumen yang ditandatangani di SIAK"

    siak_registration: str = Field(min_length=1, max_length=50)
    data: dict[Code, Annotated[str, Field(min_length=1, max_length=50)]] = Field(
        min_length=1, max_length=20
    )
    """SIAK's number of each document, by kind."""
    files: tuple[SiakFile, ...] = Field(min_length=1, max_length=20)

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal numbers and PINs."""
        numbers = {kind: {"number": number} for kind, number in self.data.items()}
        return {
            "siak_registration": self.siak_registration,
            "data": seal({"documents": numbers}),
            "files": [each.sealed(seal) for each in self.files],
        }


class RevokeDocumentBody(CommandBody):
    """A signed document shall no longer be valid; the public check says so at once."""

    COMMAND = c.RevokeDocument
    SUMMARY = "Mencabut dokumen yang sudah ditandatangani"

    code: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    reason_code: Code


class ReplaceDocumentBody(CommandBody):
    """Another document holds instead of a signed one."""

    COMMAND = c.ReplaceDocument
    SUMMARY = "Menggantikan dokumen dengan dokumen lain"

    code: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    replaced_by: str = Field(pattern=r"^[A-Z0-9]{10,32}$")
    """Code of the document that holds from now on."""
    reason_code: Code
