"""How fast one sender is read: more than a person sends waits its turn, and nothing is lost.

Ten photos in a row are a person with his papers. Hundreds an hour are a program or a prank: they
stay in the inbox, in their order, and are read as fast as the limits allow. The counts live in the
process: after a restart everybody begins anew.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

_DAY: Final = timedelta(days=1)
_TOLD_AGAIN_AFTER: Final = timedelta(hours=6)
_MOST_LANES: Final = 20_000
"""Beyond so many senders those are forgotten that were silent for longest."""


@dataclass(frozen=True)
class Rule:
    """So many messages, or files, within a time."""

    name: str
    most: int
    window: timedelta
    is_about_files: bool = False


@dataclass(frozen=True)
class Heard:
    """One message that was read."""

    at: datetime
    is_file: bool


@dataclass(frozen=True)
class Slowed:
    """It has to wait."""

    rule: Rule
    until: datetime
    is_news: bool
    """The sender was not told lately."""


class Pace:
    """Says whose turn it is not yet."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._lanes: OrderedDict[str, dict[int, Heard]] = OrderedDict()
        self._told: dict[str, datetime] = {}
        self._lock = Lock()

    def slowed(self, lane: str, seq: int, *, is_file: bool, now: datetime) -> Slowed | None:
        """Whether a message has to wait; one that may be read counts, once however often tried."""
        with self._lock:
            heard = self._heard(lane, now)
            if seq in heard:
                return None
            found = [self._until(rule, heard, is_file=is_file, now=now) for rule in self._rules]
            waits = [(until, rule) for until, rule in found if until is not None]
            if not waits:
                heard[seq] = Heard(now, is_file)
                return None
            until, rule = max(waits, key=lambda each: each[0])
            return Slowed(rule, until, self._is_news(lane, now))

    def _heard(self, lane: str, now: datetime) -> dict[int, Heard]:
        heard = self._lanes.pop(lane, {})
        kept = {seq: each for seq, each in heard.items() if each.at > now - _DAY}
        self._lanes[lane] = kept
        while len(self._lanes) > _MOST_LANES:
            silent, _ = self._lanes.popitem(last=False)
            self._told.pop(silent, None)
        return kept

    @staticmethod
    def _until(
        rule: Rule, heard: dict[int, Heard], *, is_file: bool, now: datetime
    ) -> tuple[datetime | None, Rule]:
        if rule.is_about_files and not is_file:
            return None, rule
        counted = sorted(
            each.at
            for each in heard.values()
            if each.at > now - rule.window and (each.is_file or not rule.is_about_files)
        )
        if len(counted) < rule.most:
            return None, rule
        return counted[-rule.most] + rule.window, rule

    def _is_news(self, lane: str, now: datetime) -> bool:
        told = self._told.get(lane)
        if told is not None and now - told < _TOLD_AGAIN_AFTER:
            return False
        self._told[lane] = now
        return True
