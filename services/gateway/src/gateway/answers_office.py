"""What the API answers about the whole office: figures, outages, what was told to whom."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from gateway.answers import Answer, AsOf

Period = Literal["hari", "minggu", "bulan"]
Scope = Literal["kantor", "layanan", "langkah", "petugas"]


class Figure(Answer):
    """Figures of one cell of one period; times in seconds of working time."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "period": "bulan",
                "since": "2026-11-01",
                "scope": "langkah",
                "key": "-",
                "step": 4,
                "n": 182,
                "on_time_rate": 0.9451,
                "first_time_right_rate": 0.9011,
                "waiting": 51240,
                "handling": 28310,
                "paused": 0,
                "p50": 391.2,
                "p90": 702.6,
                "p95": 791.4,
                "p99": 1130.9,
            }
        }
    )

    period: Period
    since: str
    """First day of the period."""
    scope: Scope
    key: str
    """The service of ``layanan``, the account of ``petugas``; else ``-``."""
    step: int
    """0: the whole case."""
    n: int
    """Finished cases, or finished attempts at the step."""
    on_time_rate: float | None
    first_time_right_rate: float | None
    waiting: int
    """Sum: arrived, and nobody had taken it."""
    handling: int
    """Sum: taken, and not done yet."""
    paused: int
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None


class FigurePage(Answer):
    """Figures, by period, then by what they are about."""

    as_of: AsOf
    figures: tuple[Figure, ...]


class OutageView(Answer):
    """An outage of an outside system."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "outage_id": "5f0b5c0e-6311-4c0a-9b57-8d2f6c1e7a54",
                "system": "siak",
                "steps": [2, 3],
                "since": "2026-11-24T01:30:00Z",
                "until": None,
            }
        }
    )

    outage_id: UUID
    system: str
    steps: tuple[int, ...]
    """Steps whose clocks stand still."""
    since: AwareDatetime
    until: AwareDatetime | None
    """None: it lasts."""


class OutageList(Answer):
    """Outages, the newest first."""

    as_of: AsOf
    outages: tuple[OutageView, ...]


class OutageDone(Answer):
    """What was recorded about an outage."""

    outage_id: UUID
    events: tuple[str, ...]
    """Empty: it was recorded before."""
    after: str
    """Give it to a read (``Jamila-After``), and it waits until it shows what was done."""


class Escalation(Answer):
    """A task whose budget runs out or has run out, and what its owner is told."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "case_id": "2c1d7a52-6311-4c0a-9b57-8d2f6c1e7a54",
                "event": "SlaTerlampaui",
                "step": 4,
                "attempt": 1,
                "capability": "kabid",
                "due_at": "2026-11-24T02:10:00Z",
                "receipt_code": "K7M2Q9XW4T",
                "message": "Permohonan K7M2Q9XW4T: batas 10 menit terlampaui.",
            }
        }
    )

    case_id: UUID
    event: str
    step: int
    attempt: int
    capability: str
    due_at: AwareDatetime
    receipt_code: str | None
    message: str


class EscalationList(Answer):
    """What was escalated to my capabilities, the oldest first."""

    as_of: AsOf
    escalations: tuple[Escalation, ...]


class ForecastStep(Answer):
    """One step today, and how fast it works."""

    step: int
    due_today: int
    """Open tasks whose time ends today or has ended."""
    late: int
    will_be_late: int
    officers: int
    """How many are reckoned with: whoever finished something there this week or the last."""
    handling: int
    """Mean handling of one task, seconds of working time."""
    is_measured: bool
    """False: too little was finished lately; the handling is half of the budget."""


class ForecastTask(Answer):
    """An open task that is late or will be."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "case_id": "2c1d7a52-6311-4c0a-9b57-8d2f6c1e7a54",
                "step": 4,
                "receipt_code": "K7M2Q9XW4T",
                "service_id": "lhr-umum",
                "taken_by": None,
                "due_at": "2026-11-24T02:10:00Z",
                "expected_at": "2026-11-24T02:14:30Z",
                "verdict": "akan-terlambat",
            }
        }
    )

    case_id: UUID
    step: int
    receipt_code: str | None
    service_id: str | None
    taken_by: str | None
    due_at: AwareDatetime
    expected_at: AwareDatetime | None
    """When it will be done; None: beyond the calendar."""
    verdict: Literal["terlambat", "akan-terlambat"]


class Forecast(Answer):
    """What will be late today if the office works as it lately did."""

    as_of: AsOf
    steps: tuple[ForecastStep, ...]
    tasks: tuple[ForecastTask, ...]
    """By due time."""
    is_cut: bool
    """There is more than is shown or was reckoned with."""
