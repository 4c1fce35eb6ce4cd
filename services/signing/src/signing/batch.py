"""Many cases signed with one wish: what was asked, and what became of each."""

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

    class BagianSelesai(CaseAggregate.Event):
        """One case is signed."""

        TOPIC = "signing.SigningBatch.BagianSelesai"
        item: UUID

    class BagianGagal(CaseAggregate.Event):
        """One case cannot be signed as asked; somebody has to look at it."""

        TOPIC = "signing.SigningBatch.BagianGagal"
        item: UUID
        reason_code: str

    @event(Diminta)
    def __init__(self, case_id: UUID, items: tuple[BatchItem, ...], *, cause: Cause) -> None:
        self.case_id = case_id
        self.account = cause.actor.account
        self.items = {each.case_id: each for each in items}
        self.outcomes: dict[UUID, Outcome] = dict.fromkeys(self.items, "menunggu")
        self.reasons: dict[UUID, str] = {}

    @property
    def progress(self) -> dict[str, object]:
        """How far it is, by case; for whoever asked."""
        counted = list(self.outcomes.values())
        return {
            "total": len(counted),
            "signed": counted.count("selesai"),
            "failed": counted.count("gagal"),
            "waiting": counted.count("menunggu"),
            "items": [
                {"case_id": str(item), "outcome": outcome, "reason": self.reasons.get(item)}
                for item, outcome in self.outcomes.items()
            ],
        }

    def wait(self, item: UUID, *, reason_code: str, cause: Cause) -> None:
        """One case waits; the same reason again is no news."""
        if self.outcomes[item] == "menunggu" and self.reasons.get(item) != reason_code:
            self.trigger_event(self.BagianMenunggu, cause=cause, item=item, reason_code=reason_code)

    def finish(self, item: UUID, *, cause: Cause) -> None:
        """One case is signed; quiet the second time."""
        if self.outcomes[item] != "selesai":
            self.trigger_event(self.BagianSelesai, cause=cause, item=item)

    def fail(self, item: UUID, *, reason_code: str, cause: Cause) -> None:
        """One case cannot be signed as asked; quiet once it is decided."""
        if self.outcomes[item] == "menunggu":
            self.trigger_event(self.BagianGagal, cause=cause, item=item, reason_code=reason_code)

    @event(BagianMenunggu)
    def _on_waiting(self, item: UUID, reason_code: str) -> None:
        self.reasons[item] = reason_code

    @event(BagianSelesai)
    def _on_finished(self, item: UUID) -> None:
        self.outcomes[item] = "selesai"
        self.reasons.pop(item, None)

    @event(BagianGagal)
    def _on_failed(self, item: UUID, reason_code: str) -> None:
        self.outcomes[item] = "gagal"
        self.reasons[item] = reason_code
