"""The office's own WhatsApp channel, and outages that residents were told of."""

from typing import ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.domain import event

from jamila_contracts.model import Code
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError

CHANNEL: Final = uuid5(UUID(int=0), "jamila:whatsapp-channel")
"""One channel per office; in place of a case."""
OWNER: Final = "admin"
"""Who has to act when WhatsApp refuses the office itself."""


class SendingRunsError(ConflictError):
    """Nothing is stopped."""

    slug = "sending-not-stopped"


class ResumeNotAllowedError(DomainError):
    """Only whoever looks after the account with WhatsApp may let messages out again."""

    slug = "capability-missing"


class OfficeChannel(CaseAggregate):
    """Whether anything may be sent at all."""

    TOPIC: ClassVar[str] = "notifier.OfficeChannel"

    class Dibuka(CreatedEvent):
        """The channel is about to be stopped for the first time."""

        TOPIC = "notifier.OfficeChannel.Dibuka"

    class PengirimanDihentikan(CaseAggregate.Event):
        """WhatsApp refuses the office: nothing goes out."""

        TOPIC = "notifier.OfficeChannel.PengirimanDihentikan"
        reason_code: Code
        error_code: int
        owner: Code

    class PengirimanDilanjutkan(CaseAggregate.Event):
        """Somebody has seen to it."""

        TOPIC = "notifier.OfficeChannel.PengirimanDilanjutkan"

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.channel_id = case_id
        self.stopped_for: str | None = None

    def stop(self, reason_code: str, error_code: int, *, cause: Cause) -> None:
        """Send nothing any more; quiet when it is stopped."""
        if self.stopped_for is None:
            self.trigger_event(
                self.PengirimanDihentikan,
                cause=cause,
                reason_code=reason_code,
                error_code=error_code,
                owner=OWNER,
            )

    def resume(self, *, cause: Cause) -> None:
        """Send again.

        Raises:
            ResumeNotAllowedError: not by this capability.
            SendingRunsError: nothing is stopped.
        """
        if cause.actor.capability != OWNER:
            raise ResumeNotAllowedError("only an admin may resume", capability=OWNER)
        if self.stopped_for is None:
            raise SendingRunsError("sending is not stopped")
        self.trigger_event(self.PengirimanDilanjutkan, cause=cause)

    @event(PengirimanDihentikan)
    def _on_stopped(self, reason_code: str) -> None:
        self.stopped_for = reason_code

    @event(PengirimanDilanjutkan)
    def _on_resumed(self) -> None:
        self.stopped_for = None


class OutageNotices(CaseAggregate):
    """Who was told of one outage, so that they hear of its end; found by the outage."""

    TOPIC: ClassVar[str] = "notifier.OutageNotices"

    class Dimulai(CreatedEvent):
        """The first applicant is told."""

        TOPIC = "notifier.OutageNotices.Dimulai"

    class PemohonDiberitahu(CaseAggregate.Event):
        """The applicant of a case was told."""

        TOPIC = "notifier.OutageNotices.PemohonDiberitahu"
        told_case_id: UUID

    @event(Dimulai)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.outage_id = case_id
        self.told: tuple[UUID, ...] = ()

    def note(self, case_id: UUID, *, cause: Cause) -> None:
        """Remember a case whose applicant was told; quiet the second time."""
        if case_id not in self.told:
            self.trigger_event(self.PemohonDiberitahu, cause=cause, told_case_id=case_id)

    @event(PemohonDiberitahu)
    def _on_told(self, told_case_id: UUID) -> None:
        self.told = (*self.told, told_case_id)
