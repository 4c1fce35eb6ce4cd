"""What staff may ask of the notifier."""

from typing import ClassVar

from jamila_contracts.command import Command


class ResendSoftcopy(Command):
    """Step 8: send the applicant the documents, or a new link to them, once more."""

    SERVICE: ClassVar[str] = "notifier"
    STEP: ClassVar[int | None] = 8


class ResumeSending(Command):
    """WhatsApp accepts the office again: let messages out; ``case_id`` is the channel itself."""

    SERVICE: ClassVar[str] = "notifier"
