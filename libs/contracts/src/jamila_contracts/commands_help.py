"""What staff ask about residents who want a person to answer; ``case_id`` is the request."""

from typing import ClassVar

from jamila_contracts.command import Command
from jamila_contracts.model import Code, Sealed


class HelpDeskCommand(Command):
    """Base: whoever may check papers may also talk to residents."""

    SERVICE: ClassVar[str] = "intake"
    STEP: ClassVar[int | None] = 1


class ListHelpRequests(HelpDeskCommand):
    """Which residents wait for a person, and until when; ``case_id`` means nothing here."""


class ReadHelpRequest(HelpDeskCommand):
    """What was said, sealed under the key of the request; that it was read is recorded."""


class AnswerHelpRequest(HelpDeskCommand):
    """A person of the office answers in the chat."""

    text: Sealed
    """Sealed under the key of the request."""


class CloseHelpRequest(HelpDeskCommand):
    """It is settled; the automatic answers speak again."""

    reason_code: Code = "selesai"
