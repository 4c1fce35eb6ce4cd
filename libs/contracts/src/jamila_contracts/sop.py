"""The SOP as data: eight steps, their owners, minutes and ways back.

The file ``data/sop-dik-jamila-2020.json`` is the programme of the office; its id and digest stand
in the first event of every case, so a case always finishes under the SOP it started with.
"""

import hashlib
from datetime import timedelta
from functools import cache
from importlib.resources import files

from pydantic import Field, PositiveInt, model_validator

from jamila_contracts.model import Code, Fact

DEFAULT_SOP = "sop-dik-jamila-2020"


@cache
def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


class SopStep(Fact):
    """One row of the SOP table.

    Source: domain/sop.md (steps, minutes, returns); owners of steps 1-3, 7 and 8 follow from the
    wording of the activity.
    """

    number: int = Field(ge=1, le=8)
    code: Code
    activity: str
    """What staff see, Indonesian."""
    service: Code
    """The stage service that owns the step."""
    capability: Code
    """What an account must be allowed to do to work on the step."""
    budget_minutes: PositiveInt
    """Working minutes allowed for one attempt."""
    escalate_to: Code
    """Capability that is told when the budget runs out."""
    done_by: tuple[str, ...]
    """Events that finish an attempt and open the next step."""
    returned_by: dict[str, int]
    """Events that send the case back, with the step they return to."""
    not_same_account_as: tuple[int, ...] = ()
    """Steps whose worker may not also work on this one (four eyes)."""

    @property
    def budget(self) -> timedelta:
        """Working time allowed for one attempt."""
        return _minutes(self.budget_minutes)


class Sop(Fact):
    """A numbered SOP of the office."""

    id: Code
    title: str
    number: str
    in_force_from: str
    steps: tuple[SopStep, ...]

    @model_validator(mode="after")
    def _is_the_eight_steps(self) -> "Sop":
        numbers = [step.number for step in self.steps]
        if numbers != list(range(1, 9)):
            msg = f"an SOP has the steps 1 to 8 in order, not {numbers}"
            raise ValueError(msg)
        return self

    def step(self, number: int) -> SopStep:
        """The row of step ``number`` (1 to 8)."""
        return self.steps[number - 1]

    @property
    def total(self) -> timedelta:
        """Working time allowed for the whole case: 70 minutes in the SOP of 2020."""
        return _minutes(sum(step.budget_minutes for step in self.steps))


class SopReference(Fact):
    """Which SOP a case runs under: the id, and the digest of the very file."""

    id: Code
    digest: str


def _bytes_of(sop_id: str) -> bytes:
    return (files("jamila_contracts") / "data" / f"{sop_id}.json").read_bytes()


@cache
def load_sop(sop_id: str = DEFAULT_SOP) -> Sop:
    """Read an SOP that is shipped with the contracts.

    Raises:
        FileNotFoundError: no SOP of that id is shipped.
        pydantic.ValidationError: the file is not a valid SOP.
    """
    return Sop.model_validate_json(_bytes_of(sop_id))


@cache
def sop_reference(sop_id: str = DEFAULT_SOP) -> SopReference:
    """Name an SOP by id and SHA-256 of its file."""
    return SopReference(id=sop_id, digest=hashlib.sha256(_bytes_of(sop_id)).hexdigest())
