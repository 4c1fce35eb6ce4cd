"""What the API answers: the shapes that OpenAPI describes."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from jamila_contracts.events import SignedDocument
from jamila_contracts.values import DocumentVersion, Paper, Spot
from jamila_ledger.attempts import Attempt, Return
from jamila_ledger.casefile import Look, Message, Version
from jamila_ledger.trail import TrailLine


class Answer(BaseModel):
    """Base of all answers; read from documents that may know more than we show."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class AsOf(Answer):
    """How far the read model was when it answered."""

    position: int = 0
    """Place in the ledger; 0 while nothing is recorded."""
    time: AwareDatetime | None = None
    """The ledger's clock at that place."""


class GrantAnswer(Answer):
    """One capability of an account."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    capability: str
    on_behalf_of: str | None
    stand_in: str | None
    valid_until: datetime | None


class Me(Answer):
    """Who is logged in."""

    account: str
    display_name: str
    tenant: str
    capabilities: tuple[str, ...]
    """What the account may do now, its own and what is lent to it."""
    grants: tuple[GrantAnswer, ...]
    expires_at: AwareDatetime
    csrf_token: str | None
    """To be sent with each write of a browser; None for a program."""
    pending: Literal["code", "password"] | None = None
    """What the log-in still lacks; until then nothing else is answered."""
    has_second_factor: bool = False
    proven_until: AwareDatetime | None = None
    """Until when the second factor counts as proven, e.g. for signing."""


class Renewed(Me):
    """Who is logged in, by a new token; the old one is dead."""

    token: str | None = None
    """The new one of a program; None for a browser, whose cookie was replaced."""


class SessionAnswer(Answer):
    """One place where the account is logged in."""

    id: str
    kind: Literal["browser", "program"]
    name: str
    """What a program calls itself."""
    created_at: AwareDatetime
    last_used_at: AwareDatetime
    expires_at: AwareDatetime
    is_current: bool


class Sessions(Answer):
    """Where the account is logged in."""

    sessions: tuple[SessionAnswer, ...]


class SecondFactorAnswer(Answer):
    """How the account stands with its second factor."""

    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)

    enrolled: bool
    since: AwareDatetime | None
    recovery_codes: int
    """How many are left."""


class Proposed(Answer):
    """A secret for an authenticator app; shown once, in force after its first code."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(Answer):
    """Codes for paper, each good once in place of a code of the app; shown once."""

    recovery_codes: tuple[str, ...]


class EnrolledAnswer(Renewed):
    """The second factor is in force."""

    recovery_codes: tuple[str, ...]
    """For paper; shown once."""


class Token(Answer):
    """A bearer token for a program; shown once."""

    token: str
    expires_at: AwareDatetime


class Task(Answer):
    """One open task."""

    case_id: UUID
    step: int
    attempt: int
    activity: str
    capability: str
    service: str
    service_id: str | None
    receipt_code: str | None
    channel: str | None
    batch_id: UUID | None = None
    """The collective batch of a village it came with."""
    arrived_at: AwareDatetime | None
    due_at: AwareDatetime | None
    """None while the clock stands still, or beyond the calendar."""
    taken_by: str | None
    state: str
    paused_for: str | None
    alert: str | None = None
    """``SlaHampirTerlampaui`` or ``SlaTerlampaui`` when an alarm rang for it."""
    version: int
    """What a command on this task expects in ``If-Match``."""
    needs_other_eyes: bool = False
    """The asking account did a step that this one checks; somebody else has to do it."""


class TaskPage(Answer):
    """Some open tasks, most urgent first."""

    as_of: AsOf
    tasks: tuple[Task, ...]
    next_cursor: str | None
    """Give it back to read on; None at the end."""


class QueueCount(Answer):
    """How much there is to do in one capability."""

    capability: str
    open: int
    mine: int
    overdue: int


class QueueCounts(Answer):
    """How much there is to do."""

    as_of: AsOf
    counts: tuple[QueueCount, ...]


class ReasonTold(Answer):
    """One reason why a case went back."""

    code: str
    field: str | None = None
    """The field of the document it is about, e.g. ``akta-kelahiran.child_name``."""
    note: str | None = None
    """What the officer wrote; None unless personal data is shown."""
    spot: Spot | None = None
    """Where on a paper or document it is seen."""


class ReturnTold(Return):
    """The case went back, and why, to be read."""

    reasons: tuple[ReasonTold, ...] = ()  # type: ignore[assignment]  # opened


class NoteTold(Answer):
    """What somebody of the office wrote for the others."""

    text: str | None = None
    """None unless personal data is shown."""
    account: str
    capability: str | None
    at: AwareDatetime


class ChangedField(Answer):
    """One field of a document that is not what it was in the version before."""

    kind: str
    path: str
    """``child_name``, ``members.0.name``."""
    label: str
    before: str | None
    """None: it was empty, or the document is new."""
    after: str | None
    """None: it is empty now, or the document is gone."""


class ChecklistLine(Answer):
    """One thing that is asked for."""

    item_id: str
    label: str
    short: str
    """The label where there is little room."""
    required: bool
    instead: tuple[str, ...] = ()
    """What else will do, by name."""
    original: str
    """``show``: the original is shown at the office; ``take``: handed in; ``none``."""
    ground: str = ""
    """The rule that asks for it."""
    local: bool = False
    """Asked for by this office, beyond the national rules."""
    papers: tuple[str, ...] = ()
    """Digests of the papers that answer it."""
    asked_again: str | None = None
    """Code of what was wrong with it when papers were asked for last."""


class CaseView(Answer):
    """Everything staff see of a case."""

    as_of: AsOf
    case_id: UUID
    status: str
    step: int | None
    attempt: int | None
    state: str | None
    taken_by: str | None
    paused_for: str | None
    service_id: str | None
    channel: str | None
    batch_id: UUID | None = None
    """The collective batch of a village it came with."""
    batch_row: str | None = None
    receipt_code: str | None
    sop_id: str
    catalogue_id: str | None = None
    """What the office asked for when the case began; None: before there were several."""
    flags: tuple[str, ...] = ()
    """What to notice: ``terlambat-lapor``, ``banyak-keluarga``."""
    expected_documents: tuple[str, ...] = ()
    model_akta: str | None = None
    papers: tuple[Paper, ...]
    drafts: tuple[DocumentVersion, ...]
    looks: tuple[Look, ...] = ()
    """Who opened which document before its signature, in the order of time."""
    verified_sha256: tuple[str, ...]
    signed: tuple[SignedDocument, ...]
    revoked: tuple[str, ...]
    siak_registration: str | None
    first_message_at: AwareDatetime | None
    submitted_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    attempts: tuple[Attempt, ...]
    returns: tuple[ReturnTold, ...]
    messages: tuple[Message, ...]
    notes: tuple[NoteTold, ...] = ()
    """What officers left for each other, the oldest first."""
    versions: dict[str, Version]
    """By service: what its commands expect in ``If-Match``."""
    workers: dict[str, tuple[str, ...]]
    last_event: str
    last_event_at: AwareDatetime | None
    personal_data: Literal["shown", "withheld", "erased"]
    """Withheld: no capability of the account needs it."""
    applicant: Any = None
    facts: Any = None
    """What the applicant was asked, by question."""
    data: Any = None
    """What is printed on the documents, by kind; None before step 3."""
    data_before: Any = None
    """The same of the version before; None: there was none."""
    changes: tuple[ChangedField, ...] = ()
    """What the current version changed of the one before, field by field."""

    checklist: tuple[ChecklistLine, ...] = ()
    """What the office asks for in this very case; empty unless personal data is shown, because
    what was answered decides it."""


class Trail(Answer):
    """What happened to a case, in the order of the ledger."""

    as_of: AsOf
    lines: tuple[TrailLine, ...]


class StepTimes(Answer):
    """The times of one attempt at one step; durations in seconds of working time."""

    step: int
    attempt: int
    activity: str
    arrived_at: AwareDatetime | None
    taken_at: AwareDatetime | None
    done_at: AwareDatetime | None
    taken_by: str | None
    done_by: str | None
    outcome: str | None
    waiting: int
    handling: int
    paused: dict[str, int]
    budget: int
    due_at: AwareDatetime | None
    verdict: str


class ReturnTimes(Answer):
    """What one return cost; durations in seconds of working time."""

    event: str
    from_step: int
    charged_to: int
    at: AwareDatetime
    account: str
    reason_codes: tuple[str, ...]
    rework: int


class Sla(Answer):
    """The times of a case, measured at its last fact; durations in seconds."""

    as_of: AsOf
    measured_at: AwareDatetime
    calendar_id: str
    calendar_version: str
    sop_id: str
    steps: tuple[StepTimes, ...]
    returns: tuple[ReturnTimes, ...]
    total_started_at: AwareDatetime | None
    total: int
    total_budget: int
    verdict: str
    charged: dict[str, int]
    wall: int | None
    duty_due_at: AwareDatetime | None
    duty_done_at: AwareDatetime | None
    duty: str


class Done(Answer):
    """What a command did."""

    version: int
    service: str
    log_position: int
    events: tuple[str, ...]
    result: dict[str, Any] = Field(default_factory=dict)
    after: str
    """Give it to a read (``Jamila-After``), and it waits until it shows what was done."""
