"""What the hand behind the simulator has set: faults that stay until they are taken back."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

MediaFault = Literal["gone", "expired", "broken"]


@dataclass
class Levers:
    """Forgotten with the process, unlike messages and webhooks."""

    statuses_reversed: bool = False
    """``delivered`` is posted before ``sent``."""
    unreachable: set[str] = field(default_factory=set)
    """Users who blocked the business, or have no WhatsApp any more: 131026."""
    media_faults: Counter[MediaFault] = field(default_factory=Counter)
    """How many further requests for media go wrong, by kind."""

    def takes_media_fault(self, fault: MediaFault) -> bool:
        """Whether this request goes wrong; uses the fault up."""
        if not self.media_faults[fault]:
            return False
        self.media_faults[fault] -= 1
        return True
