"""The events of steps 7 and 8: from the printer to the hands of the applicant."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field, NonNegativeInt, PositiveInt

from jamila_contracts.event import IntegrationEvent, StepEvent
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_contracts.values import ReturnReason


class Dicetak(StepEvent):
    """Step 7: the document is printed, or ready to be downloaded."""

    STEP: ClassVar[int] = 7

    medium: Literal["hvs-a4", "kartu", "unduh"]
    job_id: UUID
    signed_sha256: tuple[Sha256, ...] = Field(min_length=1)
    to_collect: tuple[Sha256, ...] = ()
    """What went through a printer, and so has to be collected at the counter."""
    collection_code: Sealed | None = None
    """The code whoever collects has to show; for the applicant's eyes only."""


class CetakGagal(StepEvent):
    """Step 7: printing failed; names what was spoiled."""

    STEP: ClassVar[int] = 7

    reason_code: Code
    spoiled_sheets: NonNegativeInt = 0


class Diserahkan(StepEvent):
    """Step 8: the applicant has the document; the case is finished."""

    STEP: ClassVar[int] = 8

    method: Literal["diambil", "dikuasakan", "whatsapp"]
    proof: Literal[
        "kode-tanda-terima",
        "kode-pengambilan",
        "identitas-pengambil",
        "status-terkirim",
        "tautan-dibuka",
    ]
    collector: Sealed | None = None


class TidakDiambil(StepEvent):
    """Step 8: nobody came for the document; it is chased."""

    STEP: ClassVar[int] = 8

    reminders: PositiveInt


class CetakTertahan(StepEvent):
    """Step 7: the printer stands still (paper out, jam, offline), or nobody knows what it did."""

    STEP: ClassVar[int] = 7

    job_id: UUID
    reason_code: Code


class CetakUlangDiminta(StepEvent):
    """Step 8: what lies at the counter is no good; back to the printer (step 7)."""

    STEP: ClassVar[int] = 8

    reasons: tuple[ReturnReason, ...] = Field(min_length=1)
    spoiled_sheets: NonNegativeInt = 0


class KodePengambilanDiganti(IntegrationEvent):
    """The applicant gets a new collection code; the old one is worth nothing."""

    CHANGES_TASK: ClassVar[bool] = False

    collection_code: Sealed
