"""How the office wants to be heard: numbers and choices, all of them settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Telling:
    """When something is told, and when not any more."""

    window: timedelta = timedelta(hours=24) - timedelta(minutes=5)
    """How long after the applicant wrote free words are used; a little less than WhatsApp allows,
    for clocks differ."""
    news_lives: timedelta = timedelta(days=3)
    """What happened longer ago is not told as if it were news; a person decides."""
    tell_from: datetime | None = None
    """Nothing recorded before is told at all: for a notifier that begins with an old stream."""
    failure_due: timedelta = timedelta(hours=24)
    """How long the owner has to reach an applicant whom a message could not."""
    by_hand_due: timedelta = timedelta(hours=24)
    """How long staff have to tell somebody who is reached by hand only."""
    counter_by_hand: Literal["perlu", "semua", "tidak"] = "perlu"
    """What is told by hand to those who came to the counter, or by a list, and left a number."""


@dataclass(frozen=True, kw_only=True)
class Softcopy:
    """How the applicant gets the signed documents."""

    mode: Literal["tautan", "dokumen"] = "tautan"
    public_base_url: str = "http://localhost"
    link_lives: timedelta = timedelta(days=7)
    remind_after: timedelta = timedelta(days=2)
    """A link that nobody opened by then is brought to mind, once."""
    most_resends: int = 5
    """How often in 24 hours an applicant may ask for them again."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long and how often to try."""

    most_attempts: int = 20
    first_retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = timedelta(minutes=10)
    unknown_outcome: timedelta = timedelta(minutes=10)
    """How long a status report is waited for when nobody knows whether a message was sent."""
    stopped: timedelta = timedelta(minutes=1)
    """How often to look whether a stopped channel runs again."""
    reach: timedelta = timedelta(minutes=10)
    """How often to look whether as many users as are allowed in a day can be written to again."""

    @property
    def longest_wait(self) -> timedelta:
        """No message is left alone for longer than this before somebody looks at it again."""
        return max(self.longest_retry, self.unknown_outcome, self.reach)

    def retry_after(self, tries: int) -> timedelta:
        """The pause after so many tries that failed."""
        return min(self.first_retry * (1 << min(tries, 16)), self.longest_retry)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much WhatsApp takes; domain rules, section 7.4."""

    per_second: float = 80
    """Messages of the office's number; 20 in coexistence. The chat's answers share it."""
    pair_interval: timedelta = timedelta(seconds=6)
    """Between messages to the same user, in the long run."""
    pair_burst: int = 5
    """Messages to the same user at once."""
    reach_per_day: int = 250
    """Different users written to outside their window in 24 hours; WhatsApp raises it in steps."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Everything together."""

    telling: Telling = Telling()
    softcopy: Softcopy = Softcopy()
    patience: Patience = Patience()
    limits: Limits = Limits()
