"""What staff say to residents who asked for a person; the case of the route is the request."""

from typing import Annotated, Any

from pydantic import Field

from gateway.bodies import CommandBody, Seal
from jamila_contracts import commands as c
from jamila_contracts.model import Code

Words = Annotated[str, Field(min_length=1, max_length=900)]
"""With what the chat puts around it, a message with a button holds 1,024 characters."""


class ListHelpRequestsBody(CommandBody):
    """Who waits for a person; see also ``GET /help-requests``."""

    COMMAND = c.ListHelpRequests
    SUMMARY = "Melihat warga yang meminta dijawab petugas"


class ReadHelpRequestBody(CommandBody):
    """What was said, still sealed; ``GET /help-requests/{request_id}`` shows it."""

    COMMAND = c.ReadHelpRequest
    SUMMARY = "Membaca percakapan dengan warga (tercatat)"


class AnswerHelpRequestBody(CommandBody):
    """The resident reads it in his chat."""

    COMMAND = c.AnswerHelpRequest
    SUMMARY = "Menjawab warga lewat WhatsApp"

    text: Words

    def fields(self, seal: Seal) -> dict[str, Any]:
        """Seal what may name people."""
        return {"text": seal(self.text)}


class CloseHelpRequestBody(CommandBody):
    """The automatic answers speak again."""

    COMMAND = c.CloseHelpRequest
    SUMMARY = "Menutup percakapan dengan warga"

    reason_code: Code = "selesai"
