"""Batches: each case of a batch is a row in the stage store, signed one after the other.

A crash leaves the rows; the runner finds them again. A row is removed in the transaction that
records the signature, so no case is signed twice and none is forgotten.
"""

from typing import Any
from uuid import UUID, uuid5

from jamila_contracts.commands import BatchItem, ShowBatch, SignBatch
from jamila_contracts.envelope import Actor
from jamila_runtime.aggregate import Cause
from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, JamilaError, RetryableError
from jamila_runtime.work import Work
from signing.application import SigningApplication, require_signer
from signing.batch import BatchUnknownError, SigningBatch
from signing.domain import SIGN, SigningCase

SIGN_EFFECT = "sign"
_ROWS = UUID("6a3d0c52-6311-4b6e-9d0a-0d1ca311a006")


class Batches:
    """What staff ask about batches, and what the runner does for them."""

    def __init__(self, signing: SigningApplication) -> None:
        self._signing = signing

    def sign(self, command: SignBatch, work: Work[SigningCase]) -> dict[str, Any]:
        """Put every case of the batch on the list; asked again it is quiet."""
        require_signer(work.cause)
        batch = work.find_as(SigningBatch, command.case_id)
        if batch is None:
            # A case named twice is signed once.
            items = tuple({each.case_id: each for each in command.items}.values())
            batch = SigningBatch(command.case_id, items, cause=work.cause)
            work.add(batch)
            for item in items:
                work.schedule(_row(command, item, work.cause))
            return {"batch": batch.progress({each.case_id for each in items})}
        return {"batch": self._progress(batch, work.cause)}

    def show(self, command: ShowBatch, work: Work[SigningCase]) -> dict[str, Any]:
        """How far a batch is.

        Raises:
            BatchUnknownError: there is none, or it is another account's.
        """
        batch = work.find_as(SigningBatch, command.case_id)
        return {"batch": self._progress(batch, work.cause)}

    def perform(self, row: Effect) -> None:
        """Sign one case of a batch, then record both and remove the row.

        Raises:
            RetryableError: something outside fails for the moment; the row stays.
        """
        cause = _cause_of(row, self._signing)
        batch_id = UUID(row.payload["batch"])
        try:
            case = self._signing.work().get(row.case_id)
            digests = tuple(row.payload["document_sha256"])
            if _is_signed(case, digests):
                self._signing.perform(cause, lambda work: work.finish(row.id))
                return
            documents = case.documents_to_sign(digests, cause=cause)
            signed = self._signing.sign_documents(case, documents, cause)
        except RetryableError as error:
            self._wait(row, batch_id, cause, error)
            raise
        except DomainError as error:
            self._give_up(row, batch_id, cause, error)
            return

        def record(work: Work[SigningCase]) -> None:
            work.get(row.case_id).sign(signed, cause=cause)
            work.finish(row.id)

        try:
            self._signing.perform(cause, record)
        except DomainError as error:
            # Refused or cancelled while the key was used: what was decided meanwhile stands.
            self._give_up(row, batch_id, cause, error)

    def _progress(self, batch: SigningBatch | None, cause: Cause) -> dict[str, object]:
        known = _of(batch, cause)
        rows = self._signing.store.waiting_effects([SIGN_EFFECT])
        mine = {row.case_id for row in rows if row.payload["batch"] == str(known.case_id)}
        return known.progress(mine)

    def _wait(self, row: Effect, batch_id: UUID, cause: Cause, error: JamilaError) -> None:
        def waiting(work: Work[SigningCase]) -> None:
            _existing(batch_id, work).wait(row.case_id, reason_code=error.slug, cause=cause)

        self._signing.record_failure(error, cause, retries=True, also=waiting)

    def _give_up(self, row: Effect, batch_id: UUID, cause: Cause, error: JamilaError) -> None:
        def failed(work: Work[SigningCase]) -> None:
            _existing(batch_id, work).fail(row.case_id, reason_code=error.slug, cause=cause)
            work.finish(row.id)

        self._signing.perform(cause, failed)


def _row(command: SignBatch, item: BatchItem, cause: Cause) -> Effect:
    return Effect(
        id=uuid5(_ROWS, f"{command.case_id}/{item.case_id}"),
        kind=SIGN_EFFECT,
        case_id=item.case_id,
        due_at=cause.recorded_at,
        payload={
            "batch": str(command.case_id),
            "document_sha256": list(item.document_sha256),
            "actor": cause.actor.model_dump(mode="json"),
            "traceparent": cause.traceparent,
        },
    )


def _cause_of(row: Effect, signing: SigningApplication) -> Cause:
    """The signature is the deed of whoever asked for the batch."""
    cause = signing.own_cause(
        row.case_id, UUID(row.payload["batch"]), traceparent=row.payload["traceparent"]
    )
    return cause.model_copy(update={"actor": Actor.model_validate(row.payload["actor"])})


def _is_signed(case: SigningCase, digests: tuple[str, ...]) -> bool:
    """Signed before, by a run that died in between or by the officer himself."""
    signed = {each.document_sha256 for each in case.signed}
    return not case.steps[SIGN].is_open and set(digests) <= signed


def _existing(batch_id: UUID, work: Work[SigningCase]) -> SigningBatch:
    batch = work.find_as(SigningBatch, batch_id)
    if batch is None:
        raise BatchUnknownError(f"no batch {batch_id}")
    return batch


def _of(batch: SigningBatch | None, cause: Cause) -> SigningBatch:
    if batch is None or batch.account != cause.actor.account:
        raise BatchUnknownError("there is no such batch of this account")
    return batch
