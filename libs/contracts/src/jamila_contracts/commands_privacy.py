"""What is asked of the service ``privacy``: that a read is recorded, that a case is forgotten."""

from typing import ClassVar
from uuid import UUID

from jamila_contracts.command import Command
from jamila_contracts.model import Code, Sha256


class RecordRead(Command):
    """Personal data is about to be shown to the actor; refused when its case is forgotten.

    What belongs to no case yet is recorded under its contact or its request, as ``case_id``.
    """

    SERVICE: ClassVar[str] = "privacy"
    BY_STAFF: ClassVar[bool] = False

    what: Code
    item: Sha256 | None = None
    via: Code
    reason_code: Code | None = None
    contact_id: UUID | None = None
    """Whose chat it is, when it belongs to no case; the same as ``case_id``."""
    message_id: UUID | None = None
    """The message, when it is a single one."""


class ForgetCase(Command):
    """Destroy the key of an ended case: its personal data can never be read again."""

    SERVICE: ClassVar[str] = "privacy"

    reason_code: Code
    """``permintaan-subjek``, ``retensi`` or ``salah-input``."""
    dry_run: bool = False
    """Say what would happen, and record nothing."""
