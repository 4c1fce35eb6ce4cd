"""What staff ask about messages to the applicant."""

from typing import Literal
from uuid import UUID

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


class MarkNoticeToldBody(CommandBody):
    """The applicant was told by hand, and was given the documents that belong to the message."""

    COMMAND = c.MarkNoticeTold
    SUMMARY = "Kabar manual: pemohon sudah diberi tahu"

    message_id: UUID


class MarkNoticeUnreachedBody(CommandBody):
    """It was tried, and the applicant was not reached."""

    COMMAND = c.MarkNoticeUnreached
    SUMMARY = "Kabar manual: pemohon tidak terhubung"

    message_id: UUID
    reason_code: Literal["tidak-terhubung", "nomor-salah", "ditolak-pemohon"] = "tidak-terhubung"
