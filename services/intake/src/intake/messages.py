"""What residents send and WhatsApp reports, as the use cases see it; free of any wire format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from jamila_runtime.errors import DomainError

StatusName = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True)
class Sender:
    """How WhatsApp names a resident; each part may be missing."""

    wa_id: str | None
    """Phone number, digits only; absent for users with a username."""
    user_id: str | None
    """Business-scoped user id."""
    name: str | None
    """What the resident calls himself there; no proof of anything."""
    phone: str | None = None
    """A number that he stated elsewhere, digits only; may be anybody's."""


@dataclass(frozen=True)
class MediaPointer:
    """A file that is still with WhatsApp."""

    media_id: str
    media_type: str
    hint: str
    """Caption and file name: what may tell which item of the checklist it is."""
    upload_of: UUID | None = None
    """Staff put it into the object store under this case; the media id is its SHA-256."""


@dataclass(frozen=True)
class InboundMessage:
    """One message of a resident."""

    source: str
    """Name of the inbox it lies in; with ``seq`` what makes it happen once."""
    seq: int
    reference: str
    """Names the message without giving away the number inside its ``wamid``."""
    contact_id: UUID
    sender: Sender
    sent_at: datetime
    """WhatsApp's own timestamp."""
    kind: Literal["text", "media", "unsupported"]
    text: str = ""
    media: MediaPointer | None = None
    wire_kind: str = "text"
    """What WhatsApp calls it (``audio``, ``location``, ...); ``other`` when that is new to us."""
    channel: Literal["whatsapp", "manual"] = "whatsapp"
    """``manual``: it came to the office's phone, and staff passed it on."""
    linked: tuple[UUID, ...] = ()
    """Contacts that turned out to be this one; what they said counts as said by this one."""

    @property
    def key(self) -> tuple[str, int]:
        """What makes it happen once."""
        return self.source, self.seq


@dataclass(frozen=True)
class InboundStatus:
    """What became of a message that we sent."""

    source: str
    seq: int
    case_id: UUID
    message_id: UUID
    reference: str
    status: StatusName
    error_code: int | None
    reported_at: datetime

    @property
    def key(self) -> tuple[str, int]:
        """What makes it happen once."""
        return self.source, self.seq


@dataclass(frozen=True)
class CleanPaper:
    """A file that is what it says it is, without hidden data about place and phone."""

    content: bytes
    media_type: Literal["image/jpeg", "image/png", "application/pdf"]
    hints: tuple[str, ...] = ()
    """What makes it hard to read: ``gelap``, ``kecil``, ``buram``; the paper is kept all the same,
    and the resident hears it at once."""


class PaperRefusedError(DomainError):
    """A file cannot be used as a paper; ``reason_code`` picks the sentence for the resident."""

    slug = "paper-refused"

    def __init__(self, reason_code: str) -> None:
        super().__init__(f"paper refused: {reason_code}", reason_code=reason_code)
        self.reason_code = reason_code


class PaperFetcher(Protocol):
    """Gets a file from WhatsApp and makes it fit to keep."""

    def fetch(self, pointer: MediaPointer) -> CleanPaper:
        """Fetch and clean.

        Raises:
            PaperRefusedError: it cannot be used; the resident is told why.
            RetryableError: WhatsApp or the network failed for the moment.
        """
        ...
