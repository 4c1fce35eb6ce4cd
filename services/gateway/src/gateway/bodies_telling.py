"""What staff ask about messages to the applicant."""

from gateway.bodies import CommandBody
from jamila_contracts import commands as c


class ResendSoftcopyBody(CommandBody):
    """The applicant gets the documents, or a new link to them, once more."""

    COMMAND = c.ResendSoftcopy
    SUMMARY = "Langkah 8: mengirim ulang dokumen atau tautannya ke WhatsApp pemohon"


class ResumeSendingBody(CommandBody):
    """WhatsApp accepts the office again; the case of the route is the channel itself."""

    COMMAND = c.ResumeSending
    SUMMARY = "Melanjutkan pengiriman pesan setelah akun WhatsApp kantor diperbaiki"

    @property
    def capability(self) -> str:
        """Who looks after the account with WhatsApp."""
        return "admin"
