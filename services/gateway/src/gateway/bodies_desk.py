"""What staff say when they write for somebody: at the counter, from the office's phone, a village.

Everything about people is sealed under the key of the case, which ``begin-entry`` makes.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.bodies import CommandBody, Seal
from gateway.bodies_documents import BODIES
from jamila_contracts import commands as c
from jamila_contracts.model import Code, Sha256

__all__ = ["BODIES"]

MOST_ROWS = 200
Answer = Annotated[str, Field(max_length=500)]
Phone = Annotated[str, Field(max_length=32, examples=["0800-6311-001"])]
_CLOSED = ConfigDict(frozen=True, extra="forbid")


class Applicant(BaseModel):
    """Whose application it is."""

    model_config = _CLOSED

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Siti Rahmah"])]
    phone: Phone | None = None


class ListedRow(BaseModel):
    """One family of a village's list."""

    model_config = _CLOSED

    row: Annotated[Code, Field(examples=["1"])]
    service_id: Annotated[Code, Field(examples=["lhr-umum"])]
    applicant: Applicant
    facts: dict[Code, Answer] = Field(default_factory=dict, max_length=100)


class BeginEntryBody(CommandBody):
    """Begin to write for somebody; the path names a new case."""

    COMMAND = c.BeginEntry
    SUMMARY = "Loket: mulai mencatat permohonan"

    channel: Literal["loket", "manual", "kolektif"]


class AddPaperBody(CommandBody):
    """Keep an upload as a paper; ``POST /cases/{case_id}/papers`` does both at once."""

    COMMAND = c.AddPaper
    SUMMARY = "Loket: menambah berkas dari unggahan"

    upload_sha256: Sha256
    media_type: str = Field(max_length=100)
    item_id: Code | None = None


class SubmitEntryBody(CommandBody):
    """Hand in what was written down; answers the receipt code and what is still missing."""

    COMMAND = c.SubmitEntry
    SUMMARY = "Loket: mengajukan permohonan yang dicatat"

    service_id: Annotated[Code, Field(examples=["lhr-umum"])]
    applicant: Applicant
    facts: dict[Code, Answer] = Field(default_factory=dict, max_length=100)

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal who it is and what was asked."""
        return {
            "service_id": self.service_id,
            "applicant": seal(self.applicant.model_dump()),
            "facts": seal(self.facts) if self.facts else None,
        }


class DropEntryBody(CommandBody):
    """Give it up; what was written down can never be read again."""

    COMMAND = c.DropEntry
    SUMMARY = "Loket: membuang catatan yang belum diajukan"


class Manifest(BaseModel):
    """A village's list: who brings it, and a row for each family."""

    model_config = _CLOSED

    sender: Applicant
    rows: Annotated[tuple[ListedRow, ...], Field(min_length=1, max_length=MOST_ROWS)]


class OpenBatchBody(CommandBody):
    """Take in a village's list; answers which rows are not right, and the case of each other."""

    COMMAND = c.OpenBatch
    SUMMARY = "Kolektif: menerima daftar dari desa"

    manifest: Manifest
    mode: Literal["semua", "per-baris"] = "per-baris"

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal the list; it is full of people."""
        return {"manifest": seal(self.manifest.model_dump()), "mode": self.mode}


class SubmitBatchBody(CommandBody):
    """Hand in every row that has its papers."""

    COMMAND = c.SubmitBatch
    SUMMARY = "Kolektif: mengajukan baris yang berkasnya sudah ada"


class Said(BaseModel):
    """What the office's phone shows."""

    model_config = _CLOSED

    phone: Phone
    name: Annotated[str, Field(max_length=200)] | None = None
    text: Annotated[str, Field(max_length=4096)] = ""
    file_name: Annotated[str, Field(max_length=255)] | None = None


class RelayMessageBody(CommandBody):
    """Pass on what reached the office's phone; answers which answers wait to be written back."""

    COMMAND = c.RelayMessage
    SUMMARY = "Kotak masuk manual: menempel pesan dari telepon kantor"

    said: Said
    upload_sha256: Sha256 | None = None
    media_type: str | None = Field(default=None, max_length=100)
    sent_at: AwareDatetime | None = None

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal who wrote, and what."""
        return {**dict(self), "said": seal(self.said.model_dump())}


class MarkToldBody(CommandBody):
    """An answer was passed on; the path names the contact."""

    COMMAND = c.MarkTold
    SUMMARY = "Kotak masuk manual: jawaban sudah disampaikan"

    answer_id: UUID
