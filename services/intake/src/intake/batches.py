"""Use cases of a village's list: one sender, many families, each row a case of its own."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from intake.desk import Desk, EntryInvalidError, must_be_operator
from intake.domain import CaseIntake
from intake.entry import Batch, BatchRow, Description
from intake.entry_words import CLOSED, DUPLICATE, MANY_ROWS, ROW_SHAPE, ROW_TWICE
from intake.guards import DuplicateApplicationError
from jamila_contracts.commands import OpenBatch, SubmitBatch
from jamila_contracts.commands_desk import case_of_row
from jamila_contracts.model import Code
from jamila_runtime.errors import DomainError
from jamila_runtime.work import CaseNotHereError, Work

MOST_ROWS: Final = 200


class BatchInvalidError(DomainError):
    """Rows of a list are not right; ``rows`` says which and why, in Indonesian."""

    slug = "list-invalid"


class BatchUnknownError(CaseNotHereError):
    """There is no such batch."""

    slug = "list-unknown"


class ListedRow(BaseModel):
    """One row as the village wrote it."""

    row: Code
    service_id: Code
    applicant: dict[str, str | None]
    facts: dict[str, str] = Field(default_factory=dict)


@dataclass
class RowOutcome:
    """What became of one row."""

    row: str
    case_id: UUID | None = None
    errors: tuple[str, ...] = ()
    receipt_code: str | None = None

    def answer(self) -> dict[str, Any]:
        """As JSON says it; names nobody."""
        case_id = str(self.case_id) if self.case_id else None
        return {**vars(self), "case_id": case_id, "errors": list(self.errors)}


class Batches:
    """Takes in a village's list and hands in its rows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, command: OpenBatch, work: Work[CaseIntake]) -> dict[str, Any]:
        """Take in a list; each row that is right becomes an entry of its own.

        Raises:
            BatchInvalidError: it is no list, or a row is not right and all or none was asked for.
        """
        must_be_operator(work)
        self._desk.entry(command.case_id, work)
        manifest = self._desk.opened(command.case_id, command.manifest)
        raws = manifest.get("rows")
        if not isinstance(raws, list) or not 0 < len(raws) <= MOST_ROWS:
            raise BatchInvalidError("no list", errors=[MANY_ROWS.format(most=MOST_ROWS)], rows=[])
        sender = self._desk.contact_of(command.case_id, manifest.get("sender") or {})
        outcomes = [self._listed(command.case_id, raw, raws, sender, work) for raw in raws]
        is_whole = command.mode == "semua"
        _refuse_faults(outcomes, is_whole=is_whole)
        rows = tuple(
            BatchRow(row=each.row, case_id=each.case_id) for each in outcomes if each.case_id
        )
        work.add(Batch(case_id=command.case_id, rows=rows, is_whole=is_whole, cause=work.cause))
        return {"rows": [each.answer() for each in outcomes]}

    def submit(self, command: SubmitBatch, work: Work[CaseIntake]) -> dict[str, Any]:
        """Hand in every row that is ready and was not handed in before.

        Raises:
            BatchInvalidError: all or none was asked for, and a row is not ready.
        """
        must_be_operator(work)
        batch = work.find_as(Batch, command.case_id)
        if batch is None:
            raise BatchUnknownError(f"no batch {command.case_id}", case_id=str(command.case_id))
        left = [each for each in batch.rows if each.row not in batch.submitted]
        outcomes = [self._handed_in(each, work) for each in left]
        _refuse_faults(outcomes, is_whole=batch.is_whole)
        batch.submit(tuple(each.row for each in outcomes if not each.errors), cause=work.cause)
        return {"rows": [each.answer() for each in outcomes]}

    def _listed(
        self, batch_id: UUID, raw: Any, raws: list[Any], sender: UUID, work: Work[CaseIntake]
    ) -> RowOutcome:
        try:
            listed = ListedRow.model_validate(raw)
        except ValidationError:
            number = raw.get("row") if isinstance(raw, dict) else None
            return RowOutcome(row=str(number or raws.index(raw) + 1)[:20], errors=(ROW_SHAPE,))
        case_id = case_of_row(batch_id, listed.row)
        cases = [
            case_of_row(batch_id, str(each.get("row"))) for each in raws if isinstance(each, dict)
        ]
        if cases.count(case_id) > 1:
            return RowOutcome(row=listed.row, errors=(ROW_TWICE,))
        described = self._described(case_id, listed, sender)
        if isinstance(described, list):
            return RowOutcome(row=listed.row, errors=tuple(described))
        batch = (batch_id, listed.row)
        entry = self._desk.open_entry(work, case_id, "kolektif", batch=batch)
        cause = work.cause.model_copy(update={"case_id": case_id, "correlation_id": case_id})
        entry.describe(described, cause=cause)
        return RowOutcome(row=listed.row, case_id=case_id)

    def _described(self, case_id: UUID, listed: ListedRow, sender: UUID) -> Description | list[str]:
        try:
            return self._desk.describe(
                case_id, listed.service_id, listed.applicant, listed.facts, sender=sender
            )
        except EntryInvalidError as error:
            errors: list[str] = error.data["errors"]
            return errors

    def _handed_in(self, row: BatchRow, work: Work[CaseIntake]) -> RowOutcome:
        entry = self._desk.entry(row.case_id, work)
        if entry.state != "terbuka":
            return RowOutcome(row.row, row.case_id, (CLOSED,))
        try:
            done = self._desk.hand_in(entry, work)
        except EntryInvalidError as error:
            return RowOutcome(row.row, row.case_id, tuple(error.data["errors"]))
        except DuplicateApplicationError as error:
            return RowOutcome(row.row, row.case_id, (DUPLICATE.format(code=error.receipt_code),))
        return RowOutcome(row.row, row.case_id, receipt_code=done["receipt_code"])


def _refuse_faults(outcomes: list[RowOutcome], *, is_whole: bool) -> None:
    faulty = [each.answer() for each in outcomes if each.errors]
    if faulty and (is_whole or len(faulty) == len(outcomes)):
        raise BatchInvalidError("rows are not right", rows=faulty)
