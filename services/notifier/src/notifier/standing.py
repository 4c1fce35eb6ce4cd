"""Where the office stands with a contact just now."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from notifier.application import NotifierApplication
from notifier.audience import ContactNotices, DailyReach
from notifier.channel import CHANNEL, OfficeChannel
from notifier.messages import Applicant

_DAY: Final = timedelta(hours=24)
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class Standing:
    """What decides whether, and how, a message may go out."""

    contact_id: UUID
    is_stopped: bool
    unreachable: str | None
    is_window_open: bool
    is_reached_today: bool
    """The contact was written to outside his window in the last 24 hours already."""
    reached: int
    """How many contacts were."""


def standing_of(application: NotifierApplication, applicant: Applicant) -> Standing:
    """Look it up as it is saved."""
    work, now = application.work(), application.clock.now()
    contact_id = applicant.contact_id or _NOBODY
    channel = work.find_as(OfficeChannel, CHANNEL)
    contact = work.find_as(ContactNotices, contact_id)
    window = application.rules.telling.window
    is_open = contact is not None and contact.is_window_open(now, window)
    reached: dict[str, bool] = {}
    if not is_open:
        for day in (now - _DAY, now):
            reach = work.find_as(DailyReach, DailyReach.day_of(day))
            at = reach.reached if reach is not None else {}
            reached |= {each: True for each, when in at.items() if now - when < _DAY}
    return Standing(
        contact_id=contact_id,
        is_stopped=channel is not None and channel.stopped_for is not None,
        unreachable=contact.unreachable if contact is not None else None,
        is_window_open=is_open,
        is_reached_today=str(contact_id) in reached,
        reached=len(reached),
    )
