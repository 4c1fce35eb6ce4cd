"""What staff may ask of the notifier."""

from typing import ClassVar, Literal
from uuid import UUID

from jamila_contracts.command import Command


class ResendSoftcopy(Command):
    """Step 8: send the applicant the documents, or a new link to them, once more."""

    SERVICE: ClassVar[str] = "notifier"
    STEP: ClassVar[int | None] = 8


class ResumeSending(Command):
    """WhatsApp accepts the office again: let messages out; ``case_id`` is the channel itself."""

    SERVICE: ClassVar[str] = "notifier"


class ListTemplates(Command):
    """What applicants are told about which event, word for word; ``case_id`` means nothing here."""

    SERVICE: ClassVar[str] = "notifier"
    BY_STAFF: ClassVar[bool] = False


class HandCommand(Command):
    """Base: what is told by hand is told by whoever may check papers."""

    SERVICE: ClassVar[str] = "notifier"
    STEP: ClassVar[int | None] = 1


class ListHandNotices(HandCommand):
    """Which applicants have to be told by hand, and until when; ``case_id`` means nothing here."""

    BY_STAFF: ClassVar[bool] = False


class ReadHandNotice(HandCommand):
    """Words and number for one of them, sealed under the key of the case; records nothing."""

    BY_STAFF: ClassVar[bool] = False

    message_id: UUID


class MarkNoticeTold(HandCommand):
    """The applicant was told by hand, and has the documents that belong to the message."""

    message_id: UUID


class MarkNoticeUnreached(HandCommand):
    """It was tried, and the applicant was not reached."""

    message_id: UUID
    reason_code: Literal["tidak-terhubung", "nomor-salah", "ditolak-pemohon"] = "tidak-terhubung"
