"""Everything that is known about one case, folded from its entries. Pure.

Facts of one service come in the order of its log; facts of different services may interleave in
any order. A fact about an attempt that nobody opened yet is kept with that attempt, and attempts
and returns stand by their own times, so the file of a whole case does not depend on how the
services interleaved.
"""

from bisect import insort
from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, computed_field

from jamila_contracts.events import IntegrationEvent, SignedDocument
from jamila_contracts.model import Code, Fact, Sealed
from jamila_contracts.sop import DEFAULT_SOP
from jamila_contracts.values import DocumentVersion, FieldVerdict, Paper
from jamila_ledger.attempts import Attempt, Return
from jamila_ledger.issued import IssuedDocument
from jamila_ledger.stock import StockFile

WAITS_FOR_APPLICANT: Final = "menunggu-pemohon"

Status = Literal["berjalan", "menunggu-pemohon", "selesai", "dibatalkan"]
TaskState = Literal["menunggu", "dikerjakan", "jeda"]


class Version(Fact):
    """How far one service's aggregate of this case is recorded."""

    position: int
    """The ``expected_version`` a command has to carry."""
    log_position: int


class Message(Fact):
    """What became of one message to the applicant."""

    message_id: UUID
    template_id: Code | None = None
    about_event: str | None = None
    status: str
    """``queued``, ``sent``, ``delivered``, ``read``, ``failed``, ``gagal`` or ``skipped``; by hand
    ``manual`` (staff shall tell it), ``told`` or ``gagal``."""
    at: AwareDatetime
    reason_code: Code | None = None
    owner: Code | None = None
    due_at: AwareDatetime | None = None
    """Until when the owner has to reach the applicant otherwise."""


class SiakAnswer(Fact):
    """What SIAK's web service last said about the claims of the case."""

    outcome: Code
    verdicts: tuple[FieldVerdict, ...]
    evidence_sha256: str
    claims: Sealed
    at: AwareDatetime


class Alert(Fact):
    """An alarm that rang for one attempt, and who was told."""

    event: Literal["SlaHampirTerlampaui", "SlaTerlampaui"]
    step: int
    attempt: int
    due_at: AwareDatetime
    escalate_to: Code


class Look(Fact):
    """Who opened which document before its signature."""

    account: str
    document_sha256: str
    at: AwareDatetime


class Note(Fact):
    """What somebody of the office wrote for the others."""

    text: Sealed
    account: str
    capability: Code | None = None
    at: AwareDatetime


class CaseFile(Fact):
    """The state of one case."""

    case_id: UUID
    tenant: str
    ended: Literal["selesai", "dibatalkan"] | None = None
    awaits_applicant: bool = False
    """Papers were found incomplete and no further one has come yet."""
    service_id: Code | None = None
    channel: str | None = None
    contact_id: UUID | None = None
    receipt_code: str | None = None
    sop_id: Code = DEFAULT_SOP
    sop_digest: str | None = None
    applicant: Sealed | None = None
    catalogue_id: Code | None = None
    """The catalogue the case began with; None: before there were several."""
    facts: Sealed | None = None
    """What the applicant was asked."""
    expected_documents: tuple[Code, ...] = ()
    """Kinds of the documents that should come of it."""
    model_akta: Code | None = None
    flags: tuple[Code, ...] = ()
    """What staff should notice, e.g. ``terlambat-lapor``."""
    batch_id: UUID | None = None
    """The collective batch of a village it came with."""
    batch_row: Code | None = None
    data: Sealed | None = None
    """What is printed on the documents."""
    data_before: Sealed | None = None
    """What was printed on the version before; None: there was none."""
    papers: tuple[Paper, ...] = ()
    drafts: tuple[DocumentVersion, ...] = ()
    """Current version of each document."""
    looks: tuple[Look, ...] = ()
    """In the order of their time; those of the version to be signed are after its arrival."""
    verified_sha256: tuple[str, ...] = ()
    signed: tuple[SignedDocument, ...] = ()
    revoked: tuple[str, ...] = ()
    """Codes of signed documents that are no longer valid."""
    issued: tuple[IssuedDocument, ...] = ()
    """Every document that was ever signed, by its code."""
    siak_registration: str | None = None
    siak_answer: SiakAnswer | None = None
    """None: nobody asked the web service."""
    first_message_at: AwareDatetime | None = None
    submitted_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    """Handed over or cancelled."""
    attempts: tuple[Attempt, ...] = ()
    """By time of arrival; those that nobody opened yet come last."""
    returns: tuple[Return, ...] = ()
    messages: tuple[Message, ...] = ()
    notes: tuple[Note, ...] = ()
    """In the order they were written; gone with the personal data."""
    alerts: tuple[Alert, ...] = ()
    stock: StockFile | None = None
    """Only where the facts are about an item that is kept in stock, and about no case."""
    versions: dict[str, Version] = Field(default_factory=dict)
    """By service."""
    personal_data_erased: bool = False
    unread: int = 0
    """Entries this version of the software cannot read."""
    position: int = 0
    """Place in the ledger of its last entry."""
    case_position: int = 0
    last_event: str = ""
    last_event_at: AwareDatetime | None = None
    recorded_at: AwareDatetime | None = None
    """The ledger's clock at its last entry."""

    @computed_field  # type: ignore[prop-decorator] # mypy #1362: decorated properties
    @property
    def status(self) -> Status:
        """Where the case as a whole stands."""
        return self.ended or (WAITS_FOR_APPLICANT if self.awaits_applicant else "berjalan")

    @property
    def current(self) -> Attempt | None:
        """The task that is to be done now."""
        if self.status != "berjalan":
            return None
        opened = [attempt for attempt in self.attempts if attempt.is_open]
        return opened[-1] if opened else None

    @property
    def step(self) -> int | None:
        """The step it stands at, 1 to 8."""
        return self.current.step if self.current else None

    @property
    def state(self) -> TaskState | None:
        """What is happening to the current task."""
        task = self.current
        if task is None:
            return None
        if task.paused_for:
            return "jeda"
        return "dikerjakan" if task.taken_by else "menunggu"

    @property
    def workers(self) -> dict[int, tuple[str, ...]]:
        """Who ended an attempt at each step: the ground of the four-eyes rule."""
        found: dict[int, tuple[str, ...]] = {}
        for attempt in self.attempts:
            if attempt.done_by and attempt.done_by not in found.get(attempt.step, ()):
                found[attempt.step] = (*found.get(attempt.step, ()), attempt.done_by)
        return found

    @property
    def alert(self) -> Alert | None:
        """The gravest alarm that rang for the task that is to be done now."""
        task = self.current
        if task is None:
            return None
        rung = [
            each for each in self.alerts if (each.step, each.attempt) == (task.step, task.attempt)
        ]
        return max(rung, key=lambda each: each.event == "SlaTerlampaui", default=None)

    def attempt_at(self, step: int, number: int) -> Attempt | None:
        """One attempt, None if no fact spoke of it."""
        for attempt in self.attempts:
            if attempt.step == step and attempt.attempt == number:
                return attempt
        return None

    def with_attempt(self, changed: Attempt) -> "CaseFile":
        """Put an attempt in the place of its older self."""
        attempts = list(self.attempts)
        for index, each in enumerate(attempts):
            if each.step == changed.step and each.attempt == changed.attempt:
                if each.arrived_at == changed.arrived_at:
                    # Its place depends on nothing else: most facts change neither.
                    attempts[index] = changed
                    return self.model_copy(update={"attempts": tuple(attempts)})
                del attempts[index]
                break
        insort(attempts, changed, key=_opening_order)
        return self.model_copy(update={"attempts": tuple(attempts)})

    def opened(self, step: int, at: AwareDatetime) -> "CaseFile":
        """The case arrives at a step: a new attempt begins.

        Attempts are numbered by the time of arrival, not by the order in which we hear of it.
        """
        before = [each.arrived_at for each in self.attempts if each.step == step]
        arrivals = sorted([at, *(each for each in before if each is not None)])
        file = self
        for number, arrived_at in enumerate(arrivals, start=1):
            known = file.attempt_at(step, number)
            if known is None:
                placed = Attempt(step=step, attempt=number, arrived_at=arrived_at)
                file = file.with_attempt(placed)
            elif known.arrived_at != arrived_at:
                file = file.with_attempt(known.model_copy(update={"arrived_at": arrived_at}))
        return file


def _opening_order(attempt: Attempt) -> tuple[bool, float, int, int]:
    arrived = attempt.arrived_at
    moment = arrived.timestamp() if arrived else 0.0
    return arrived is None, moment, attempt.step, attempt.attempt


def reason_codes(event: IntegrationEvent) -> tuple[str, ...]:
    """The machine codes of why, whatever kind of event it is; each once."""
    # Not getattr: a field that a pydantic model does not have costs more than all the rest.
    fields = vars(event)
    single = fields.get("reason_code")
    several = [reason.code for reason in fields.get("reasons", ())]
    items = [problem.reason_code for problem in fields.get("problems", ())]
    return tuple(dict.fromkeys([*([single] if single else []), *several, *items]))
