"""Many cases signed with one wish: what was asked, and what became of each."""

from collections.abc import Collection
from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.commands import BatchItem
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import NotFoundError

Outcome = Literal["menunggu", "selesai", "gagal"]


class BatchUnknownError(NotFoundError):
    """There is no such batch, or it is another account's."""

    slug = "batch-unknown"


class SigningBatch(CaseAggregate):
    """One batch of one account; its ``case_id`` is the batch itself."""

    TOPIC: ClassVar[str] = "signing.SigningBatch"

    class Diminta(CreatedEvent):
        """The Kepala Dinas asked for the signature of many cases."""

        TOPIC = "signing.SigningBatch.Diminta"
        items: tuple[BatchItem, ...]

    class BagianMenunggu(CaseAggregate.Event):
        """One case waits for something outside."""

        TOPIC = "signing.SigningBatch.BagianMenunggu"
        item: UUID
        reason_code: str

    class BagianGagal(CaseAggregate.Event):
        """One case cannot be signed as asked; somebody has to look at it."""

        TOPIC = "signing.SigningBatch.BagianGagal"
        item: UUID
        reason_code: str

    @event(Diminta)
    def __init__(self, case_id: UUID, items: tuple[BatchItem, ...], *, cause: Cause) -> None:
        self.case_id = case_id
        self.account = cause.actor.account
        self.items = tuple(each.case_id for each in items)
        self.failed: dict[UUID, str] = {}
        self.waits_for: dict[UUID, str] = {}

    def progress(self, waiting: Collection[UUID]) -> dict[str, object]:
        """How far it is, by case; for whoever asked.

        Args:
            waiting: Cases whose row is still there. A row goes in the transaction of the signature,
                so a case without row that did not fail is signed; nothing else is written for it.
        """
        shown = [self._shown(item, waiting) for item in self.items]
        counted = [each["outcome"] for each in shown]
        return {
            "total": len(shown),
            "signed": counted.count("selesai"),
            "failed": counted.count("gagal"),
            "waiting": counted.count("menunggu"),
            "items": shown,
        }

    def wait(self, item: UUID, *, reason_code: str, cause: Cause) -> None:
        """One case waits; the same reason again is no news."""
        if item not in self.failed and self.waits_for.get(item) != reason_code:
            self.trigger_event(self.BagianMenunggu, cause=cause, item=item, reason_code=reason_code)

    def fail(self, item: UUID, *, reason_code: str, cause: Cause) -> None:
        """One case cannot be signed as asked; quiet once it is decided."""
        if item not in self.failed:
            self.trigger_event(self.BagianGagal, cause=cause, item=item, reason_code=reason_code)

    def _shown(self, item: UUID, waiting: Collection[UUID]) -> dict[str, str | None]:
        outcome: Outcome = "selesai"
        reason = None
        if item in self.failed:
            outcome, reason = "gagal", self.failed[item]
        elif item in waiting:
            outcome, reason = "menunggu", self.waits_for.get(item)
        return {"case_id": str(item), "outcome": outcome, "reason": reason}

    @event(BagianMenunggu)
    def _on_waiting(self, item: UUID, reason_code: str) -> None:
        self.waits_for[item] = reason_code

    @event(BagianGagal)
    def _on_failed(self, item: UUID, reason_code: str) -> None:
        self.failed[item] = reason_code
