"""What the people of the office tell each other about a case."""

from typing import ClassVar

from jamila_contracts.event import IntegrationEvent
from jamila_contracts.model import Sealed


class CatatanDitambahkan(IntegrationEvent):
    """Somebody of the office wrote a note on the case; the applicant is never told."""

    CHANGES_TASK: ClassVar[bool] = False

    note: Sealed
    """JSON of the text; may name people."""
