"""Who is told what when a budget runs out: versioned data, checked for gaps at the start. Pure.

Silence is an error: a step that nobody owns, that has no budget or about which there is nothing to
say would breach unnoticed, so the process refuses to start with it.

Errors::

    EscalationGapError   names every step and what it lacks
"""

import string
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from pydantic import Field, model_validator

from jamila_contracts.model import Code, Fact
from jamila_contracts.sop import Sop

CURRENT = "eskalasi-2026-1"
_PLACEHOLDERS = frozenset({"kode", "langkah", "menit", "tenggat"})


class EscalationGapError(ValueError):
    """A step could breach in silence; the process must not start."""


class StepMessages(Fact):
    """What the owner of one step reads."""

    step: int = Field(ge=1, le=8)
    nearly: str
    breached: str

    @model_validator(mode="after")
    def _names_known_values(self) -> "StepMessages":
        for text in (self.nearly, self.breached):
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            if named - _PLACEHOLDERS:
                msg = f"step {self.step} names unknown values: {sorted(named - _PLACEHOLDERS)}"
                raise ValueError(msg)
        return self


class EscalationBook(Fact):
    """All messages of one version, and when to warn."""

    id: Code
    warn_percent: int = Field(ge=1, le=99)
    """Share of the budget after which the first alarm rings."""
    messages: tuple[StepMessages, ...]

    def of(self, step: int) -> StepMessages | None:
        """What is said about a step."""
        return next((each for each in self.messages if each.step == step), None)

    def check(self, sop: Sop, capabilities: Collection[str]) -> None:
        """Make sure that no step can breach in silence.

        Args:
            sop: The SOP that is watched.
            capabilities: Those that accounts of the office can hold.

        Raises:
            EscalationGapError: a step has no owner, no budget or no message.
        """
        gaps = []
        for step in sop.steps:
            if step.escalate_to not in capabilities:
                gaps.append(f"step {step.number} has no owner")
            if step.budget_minutes < 1:
                gaps.append(f"step {step.number} has no budget")
            said = self.of(step.number)
            if said is None or not said.nearly.strip() or not said.breached.strip():
                gaps.append(f"step {step.number} has no message")
        if gaps:
            raise EscalationGapError(f"{sop.id}, {self.id}: {'; '.join(gaps)}")


@cache
def load_escalation(version: str = CURRENT) -> EscalationBook:
    """Read the messages that are shipped with the ledger.

    Raises:
        FileNotFoundError: no such version is shipped.
    """
    path = files("jamila_ledger") / "data" / f"{version}.json"
    return EscalationBook.model_validate_json(path.read_bytes())
