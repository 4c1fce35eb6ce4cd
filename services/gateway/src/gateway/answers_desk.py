"""What the API answers to staff who write for somebody."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from gateway.answers import Answer, AsOf


class Uploaded(Answer):
    """A file that lies beside a case until a command names it."""

    upload_sha256: str
    size_bytes: int


class HandOverRow(Answer):
    """One case of a village's list."""

    row: str | None
    case_id: UUID
    service_id: str | None
    receipt_code: str | None
    status: str
    step: int | None
    finished_at: AwareDatetime | None
    personal_data: Literal["shown", "withheld", "erased"]
    applicant_name: str | None


class BatchList(Answer):
    """A village's list as it stands: what is ready to be handed over, and to whom."""

    as_of: AsOf
    batch_id: UUID
    rows: tuple[HandOverRow, ...]
