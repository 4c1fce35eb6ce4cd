"""Who has an application open already, and who applies for strangers unusually often.

Both are kept by keyed digests: they can be compared, not read (blind index).
"""

from datetime import datetime, timedelta
from uuid import UUID

from eventsourcing.domain import event

from jamila_contracts.model import Code
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError


class DuplicateApplicationError(ConflictError):
    """The same document for the same person is being made already."""

    slug = "application-duplicate"

    def __init__(self, case_id: UUID, receipt_code: str) -> None:
        super().__init__(
            "an application for this person and document is open",
            case_id=str(case_id),
            receipt_code=receipt_code,
        )
        self.receipt_code = receipt_code


class SubjectGuard(CaseAggregate):
    """One person and one kind of wish; at most one open case holds it.

    Its ``case_id`` is derived from the keyed digest. Whether the holder is still open is asked of
    the holder, so that an end needs no event here.
    """

    TOPIC = "intake.SubjectGuard"

    class Dipegang(CreatedEvent):
        """The first application of this kind for this person."""

        TOPIC = "intake.SubjectGuard.Dipegang"
        holder: UUID

    class Dialihkan(CaseAggregate.Event):
        """A later application holds it; the earlier one has ended."""

        TOPIC = "intake.SubjectGuard.Dialihkan"
        holder: UUID

    @event(Dipegang)
    def __init__(self, case_id: UUID, *, holder: UUID, cause: Cause) -> None:
        del case_id, cause
        self.holder = holder

    def pass_on(self, holder: UUID, *, cause: Cause) -> None:
        """Let another case hold it; the same again is quiet."""
        if self.holder != holder:
            self.trigger_event(self.Dialihkan, cause=cause, holder=holder)

    @event(Dialihkan)
    def _on_passed(self, holder: UUID) -> None:
        self.holder = holder


class ContactWatch(CaseAggregate):
    """The families one contact applied for; its ``case_id`` is the contact."""

    TOPIC = "intake.ContactWatch"

    class Dimulai(CreatedEvent):
        """The contact applied for the first time."""

        TOPIC = "intake.ContactWatch.Dimulai"

    class KeluargaDicatat(CaseAggregate.Event):
        """The contact applied for somebody of this family."""

        TOPIC = "intake.ContactWatch.KeluargaDicatat"
        family: str
        for_case_id: UUID

    class BanyakKeluargaTerlihat(CaseAggregate.Event):
        """More unrelated families than usual: staff look whether a broker is at work."""

        TOPIC = "intake.ContactWatch.BanyakKeluargaTerlihat"
        families: int
        reason_code: Code

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.contact_id = case_id
        self.families: dict[str, datetime] = {}
        """Digest of a family to when it was last applied for."""

    def note_family(
        self, family: str, for_case_id: UUID, *, most: int, window: timedelta, cause: Cause
    ) -> bool:
        """Note a family; True when there are more than ``most`` within the window."""
        self.trigger_event(
            self.KeluargaDicatat, cause=cause, family=family, for_case_id=for_case_id
        )
        since = cause.occurred_at - window
        recent = sum(at > since for at in self.families.values())
        if recent > most:
            self.trigger_event(
                self.BanyakKeluargaTerlihat,
                cause=cause,
                families=recent,
                reason_code="banyak-keluarga",
            )
        return recent > most

    @event(KeluargaDicatat)
    def _on_family(self, family: str, cause: Cause) -> None:
        self.families[family] = cause.occurred_at

    @event(BanyakKeluargaTerlihat)
    def _on_seen(self) -> None:
        pass
