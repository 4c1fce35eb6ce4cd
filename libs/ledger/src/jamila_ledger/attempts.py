"""One attempt at one step of a case, as the facts tell it: the ground of queue and SLA. Pure."""

from pydantic import AwareDatetime

from jamila_contracts.model import Code, Fact
from jamila_contracts.values import ItemProblem, ReturnReason


class Hold(Fact):
    """A stretch in which an officer had the task."""

    account: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    """None: still has it, or had it when the attempt ended."""


class Pause(Fact):
    """A stretch in which the clock stood still, for a named reason."""

    reason_code: Code
    since: AwareDatetime
    until: AwareDatetime | None = None


class Attempt(Fact):
    """One attempt at one step.

    All fields but the first two may come in any order: facts of different services interleave.
    """

    step: int
    attempt: int
    arrived_at: AwareDatetime | None = None
    """None: facts about the attempt came before the fact that opened it."""
    holds: tuple[Hold, ...] = ()
    pauses: tuple[Pause, ...] = ()
    done_at: AwareDatetime | None = None
    done_by: str | None = None
    outcome: str | None = None
    """The event that ended the attempt."""

    @property
    def is_open(self) -> bool:
        """It has begun and not ended."""
        return self.arrived_at is not None and self.done_at is None

    @property
    def taken_at(self) -> AwareDatetime | None:
        """When somebody first took it."""
        return self.holds[0].since if self.holds else None

    @property
    def taken_by(self) -> str | None:
        """Who has it now."""
        if not self.holds or self.holds[-1].until is not None or self.done_at is not None:
            return None
        return self.holds[-1].account

    @property
    def paused_for(self) -> str | None:
        """Why its clock stands still now."""
        running = [pause for pause in self.pauses if pause.until is None]
        return running[-1].reason_code if running and self.done_at is None else None

    def taken(self, account: str, at: AwareDatetime) -> "Attempt":
        """Somebody has it now, in place of whoever had it."""
        holds = self.released(at).holds if self.holds else ()
        return self.model_copy(update={"holds": (*holds, Hold(account=account, since=at))})

    def released(self, at: AwareDatetime) -> "Attempt":
        """Nobody has it now."""
        holds = tuple(
            hold if hold.until else hold.model_copy(update={"until": at}) for hold in self.holds
        )
        return self.model_copy(update={"holds": holds})

    def paused(self, reason_code: str, at: AwareDatetime) -> "Attempt":
        """Its clock stands still."""
        pauses = (*self.pauses, Pause(reason_code=reason_code, since=at))
        return self.model_copy(update={"pauses": pauses})

    def resumed(self, reason_code: str, at: AwareDatetime) -> "Attempt":
        """The pause of that reason is over."""
        pauses = tuple(
            pause.model_copy(update={"until": at})
            if pause.until is None and pause.reason_code == reason_code
            else pause
            for pause in self.pauses
        )
        return self.model_copy(update={"pauses": pauses})


class Return(Fact):
    """The case went back, and why."""

    event: str
    from_step: int
    from_attempt: int
    to_step: int
    """0: to the applicant."""
    at: AwareDatetime
    account: str
    reason_codes: tuple[Code, ...]
    problems: tuple[ItemProblem, ...] = ()
    """Only where papers are asked for again."""
    reasons: tuple[ReturnReason, ...] = ()
    """Codes, fields and sealed notes; not where papers are asked for again."""
