"""What staff may ask of the intake when they write for somebody: counter, manual inbox, village.

An application is begun first: that makes the key of its case. Only then can anything personal be
sealed for it, and files be put into the object store under it; they do not travel in commands.
"""

from typing import ClassVar, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, Field

from jamila_contracts.command import Command
from jamila_contracts.model import Code, Sealed, Sha256

TO_TELL_DESK: Final = uuid5(NAMESPACE_URL, "jamila:to-tell")
"""Stands for no contact: the list of all answers that staff have to tell by hand."""


def case_of_row(batch_id: UUID, row: str) -> UUID:
    """The case of a row of a village's list; ``03`` and ``3`` are the same row."""
    return uuid5(batch_id, row.lower().lstrip("0"))


class DeskCommand(Command):
    """Base: all are asked of the intake by the operator of step 1."""

    SERVICE: ClassVar[str] = "intake"
    STEP: ClassVar[int | None] = 1


class BeginEntry(DeskCommand):
    """Begin to write down what somebody wants; ``case_id`` is new, chosen by the asker."""

    channel: Literal["loket", "manual", "kolektif"]


class AddPaper(DeskCommand):
    """A paper lies in the object store as an upload: examine and keep it.

    For an application that is being written down, or one that is with the front desk or waits for
    its applicant.
    """

    upload_sha256: Sha256
    media_type: str = Field(max_length=100)
    """What the file is announced as; its content decides."""
    item_id: Code | None = None


class SubmitEntry(DeskCommand):
    """Hand in what was written down; it becomes a case like any other."""

    service_id: Code
    applicant: Sealed
    """JSON: ``name`` and ``phone`` as the applicant says them."""
    facts: Sealed | None = None
    """JSON: question of the catalogue to answer."""


class DropEntry(DeskCommand):
    """Give up what was written down: its key is destroyed."""


class OpenBatch(DeskCommand):
    """A village hands in for many families; ``case_id`` is the batch, begun before."""

    manifest: Sealed
    """JSON: ``sender`` and ``rows``; see ``docs/howto/collective-batch.md``."""
    mode: Literal["semua", "per-baris"] = "per-baris"
    """All rows or none, or each row by itself."""


class SubmitBatch(DeskCommand):
    """Hand in every row of a batch that is ready."""


class RelayMessage(DeskCommand):
    """Staff paste what somebody wrote to the office's phone; ``case_id`` was begun before."""

    said: Sealed
    """JSON: ``phone``, ``name``, ``text``, ``file_name``."""
    upload_sha256: Sha256 | None = None
    media_type: str | None = Field(default=None, max_length=100)
    sent_at: AwareDatetime | None = None
    """When the phone shows that it came; None: just now."""


class ListToTell(DeskCommand):
    """Whom staff still have to tell something by hand, and until when; no word of what it says.

    Records nothing; ``case_id`` is the desk.
    """

    BY_STAFF: ClassVar[bool] = False


class ReadToTell(DeskCommand):
    """Words and number for one answer, sealed under the key of the contact, which is ``case_id``.

    Records nothing: whoever shows them records the read first.
    """

    BY_STAFF: ClassVar[bool] = False

    answer_id: UUID


class FindCases(Command):
    """Which cases belong to somebody whose number an officer was told. Records nothing.

    Only keyed digests travel, never the number; what is shown of it is recorded by the gateway.
    """

    SERVICE: ClassVar[str] = "intake"
    BY_STAFF: ClassVar[bool] = False

    contact_digests: tuple[Sha256, ...] = Field(default=(), max_length=4)
    """Of the identifiers of a sender (``jamila_runtime.blind.CONTACTS``)."""
    person_digests: tuple[Sha256, ...] = Field(default=(), max_length=4)
    """Of a NIK or No. KK (``jamila_runtime.blind.SUBJECTS``)."""


class MarkTold(DeskCommand):
    """An answer was passed on by hand; ``case_id`` is the contact it was for."""

    answer_id: UUID
