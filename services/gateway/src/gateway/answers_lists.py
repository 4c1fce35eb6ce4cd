"""What lists of cases answer."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from gateway.answers import Answer, AsOf
from gateway.lists import SearchedBy


class CaseSummary(Answer):
    """One line of a list of cases; nothing in it is personal."""

    case_id: Annotated[UUID, Field(validation_alias="_id")]
    receipt_code: str | None = None
    service_id: str | None = None
    channel: str | None = None
    batch_id: UUID | None = None
    batch_row: str | None = None
    flags: tuple[str, ...] = ()
    status: str
    step: int | None = None
    attempt: int | None = None
    state: str | None = None
    taken_by: str | None = None
    paused_for: str | None = None
    submitted_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    last_event: str
    last_event_at: AwareDatetime | None = None


class CaseList(Answer):
    """Some cases, the newest first."""

    as_of: AsOf
    cases: tuple[CaseSummary, ...]
    next_cursor: str | None
    """Give it back to read on; None at the end."""


class SearchResult(CaseList):
    """What was found, and as what the text was understood."""

    by: SearchedBy
    """``nothing``: it is no code, no id, and in no service's name."""
