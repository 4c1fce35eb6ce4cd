"""The service ``privacy``: who was shown personal data, and the end of it.

A stage like the others, with its own store, log and commands; it lives in the ledger's process and
reads there how a case stands. A read is one small aggregate of its own, so that recording one costs
the same however often a case was looked at. Decisions: docs/decisions/0015 and 0016.

Errors::

    ForgottenError            (NotFoundError) the personal data of the case is gone, or on its way
    CaseNotRecordedError      (NotFoundError) the ledger knows no such case
    CaseStillOpenError        (ConflictError) somebody still works on it
    ForgetReasonUnknownError  (DomainError)   not one of the reasons there are
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final
from uuid import UUID, uuid5

from eventsourcing.domain import event
from eventsourcing.utils import EnvType

from jamila_contracts import events as e
from jamila_contracts.commands import ForgetCase, RecordRead
from jamila_contracts.envelope import Actor
from jamila_contracts.model import Code, Sha256
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.effects import LONGEST_DELAY, Effect
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError
from jamila_runtime.outbox import Publications
from jamila_runtime.stage import MissingCapabilityError
from jamila_runtime.work import Work

SERVICE: Final = "privacy"
ADMIN: Final = "admin"
"""The capability that may forget."""
REASONS: Final = ("permintaan-subjek", "retensi", "salah-input")
"""On what grounds: the person asks (UU 27/2022 article 8), time is up, it should never have been
entered."""
FORGET: Final = "privacy-forget"
"""Kind of the effect that destroys."""


class ForgottenError(NotFoundError):
    """The personal data of the case is gone, or about to be."""

    slug = "personal-data-forgotten"


class CaseNotRecordedError(NotFoundError):
    """The ledger knows no such case."""

    slug = "case-unknown"


class CaseStillOpenError(ConflictError):
    """Somebody still works on the case; cancel it first."""

    slug = "case-still-open"


class ForgetReasonUnknownError(DomainError):
    """Forgetting needs one of the reasons there are."""

    slug = "forget-reason-unknown"


@dataclass(frozen=True)
class Holdings:
    """What the office holds of a case, as the ledger tells."""

    status: str
    step: int | None
    ended: bool
    papers: int
    documents: int
    other_cases: int
    """Not yet forgotten applications of the same contact, which keep the contact known."""


class PersonalDataRead(CaseAggregate):
    """One look at personal data; the id of the command stands in place of a case."""

    TOPIC: ClassVar[str] = "privacy.Read"

    class DataPribadiDibaca(CreatedEvent):
        """It is about to be shown."""

        TOPIC = "privacy.Read.DataPribadiDibaca"
        what: Code
        item: Sha256 | None
        via: Code
        reason_code: Code | None
        contact_id: UUID | None = None
        message_id: UUID | None = None

    @event(DataPribadiDibaca)
    def __init__(  # noqa: PLR0913 - the fields of the contract
        self,
        case_id: UUID,
        *,
        what: str,
        item: str | None,
        via: str,
        reason_code: str | None,
        contact_id: UUID | None = None,
        message_id: UUID | None = None,
        cause: Cause,
    ) -> None:
        del case_id, what, item, via, reason_code, contact_id, message_id, cause


class Forgetting(CaseAggregate):
    """The end of the personal data of one case."""

    TOPIC: ClassVar[str] = "privacy.Forgetting"

    class PenghapusanDiminta(CreatedEvent):
        """An administrator wants it; from now on nobody is shown anything."""

        TOPIC = "privacy.Forgetting.PenghapusanDiminta"
        reason_code: Code

    class DataPribadiDihapus(CaseAggregate.Event):
        """The key is destroyed."""

        TOPIC = "privacy.Forgetting.DataPribadiDihapus"
        reason_code: Code

    @event(PenghapusanDiminta)
    def __init__(self, case_id: UUID, *, reason_code: str, cause: Cause) -> None:
        self.case_id = case_id
        self.reason_code = reason_code
        self.asked_by: Actor = cause.actor
        self.is_done = False

    def done(self, *, cause: Cause) -> None:
        """The key is gone; quiet the second time."""
        if not self.is_done:
            cause = cause.model_copy(update={"actor": self.asked_by})
            self.trigger_event(self.DataPribadiDihapus, cause=cause, reason_code=self.reason_code)

    @event(DataPribadiDihapus)
    def _on_done(self) -> None:
        self.is_done = True


class PrivacyApplication(StageApplication[Forgetting]):
    """Records reads, and forgets."""

    name = SERVICE
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[type[Forgetting]] = Forgetting

    def __init__(
        self,
        env: EnvType | None = None,
        *,
        holdings: Callable[[UUID], Holdings | None],
        destroy: Callable[[UUID], None],
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self._holdings = holdings
        self._destroy = destroy
        self.internal, self.uncounted = PUBLICATIONS.internal, PUBLICATIONS.uncounted
        self.handlers.command(RecordRead, self.record_read)
        self.handlers.command(ForgetCase, self.forget)
        self.effects = {FORGET: self.destroy}
        self.prompt = {FORGET: LONGEST_DELAY}

    def record_read(self, command: RecordRead, work: Work[Forgetting]) -> None:
        """Somebody is about to be shown personal data.

        Raises:
            ForgottenError: there is nothing left to show.
        """
        if work.find(command.case_id) is not None:
            raise ForgottenError("the personal data of the case is gone")
        work.add(
            PersonalDataRead(
                case_id=command.command_id,
                what=command.what,
                item=command.item,
                via=command.via,
                reason_code=command.reason_code,
                contact_id=command.contact_id,
                message_id=command.message_id,
                cause=work.cause,
            )
        )

    def forget(self, command: ForgetCase, work: Work[Forgetting]) -> dict[str, Any]:
        """Forget an ended case, or say what that would mean; quiet the second time.

        Raises:
            MissingCapabilityError: only an administrator may.
            ForgetReasonUnknownError: it is not one of the reasons there are.
            CaseNotRecordedError: there is no such case.
            CaseStillOpenError: it is neither finished nor cancelled.
        """
        if command.actor.capability != ADMIN:
            raise MissingCapabilityError("only an administrator may forget", capability=ADMIN)
        if command.reason_code not in REASONS:
            raise ForgetReasonUnknownError("not one of the reasons", known=list(REASONS))
        held = self._holdings(command.case_id)
        if held is None:
            raise CaseNotRecordedError(f"no case {command.case_id}", case_id=str(command.case_id))
        known = work.find(command.case_id)
        if known is not None:
            return {"done": known.is_done, **asdict(held)}
        if not held.ended:
            raise CaseStillOpenError("finish or cancel it first", status=held.status)
        if not command.dry_run:
            forgetting = Forgetting(
                case_id=command.case_id, reason_code=command.reason_code, cause=work.cause
            )
            work.add(forgetting)
            work.schedule(self._effect(command))
        return {"done": False, **asdict(held)}

    def destroy(self, effect: Effect) -> None:
        """Effect: destroy key and papers, then say so.

        Raises:
            RetryableError: a store is away; done again later.
        """
        self._destroy(effect.case_id)

        def act(work: Work[Forgetting]) -> None:
            forgetting = work.get(effect.case_id)
            forgetting.done(cause=work.cause)
            work.finish(effect.id)

        self.perform(self.own_cause(effect.case_id, effect.id), act)

    def _effect(self, command: ForgetCase) -> Effect:
        return Effect(
            id=uuid5(command.case_id, FORGET),
            kind=FORGET,
            case_id=command.case_id,
            due_at=self.clock.now(),
        )


PUBLICATIONS: Final = Publications(
    {
        PersonalDataRead.DataPribadiDibaca: e.DataPribadiDibaca,
        Forgetting.DataPribadiDihapus: e.DataPribadiDihapus,
    },
    internal=(Forgetting.PenghapusanDiminta,),
)
"""Which facts leave the service, and as which event."""
