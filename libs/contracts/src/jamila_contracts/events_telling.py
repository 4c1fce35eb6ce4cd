"""The events about what the applicant is told, gets by WhatsApp, and answers.

None of them changes what an officer has to decide, so none counts in the version he names.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from jamila_contracts.event import IntegrationEvent
from jamila_contracts.model import Code, Fact, Sha256

Way = Literal["whatsapp", "manual"]
"""How the applicant wrote: by the platform, or to the office's phone, passed on by staff."""


class StatusPesanDilaporkan(IntegrationEvent):
    """WhatsApp reports what became of a message that we sent."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    status: Literal["sent", "delivered", "read", "failed"]
    provider_message_id: str
    error_code: int | None = None


class PemberitahuanDiantrekan(IntegrationEvent):
    """The applicant shall be told; the message waits for its turn."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    template_id: Code
    about_event: str


class PemberitahuanTerkirim(IntegrationEvent):
    """The applicant was told; WhatsApp accepted the message."""

    message_id: UUID
    template_id: Code
    about_event: str
    provider_message_id: str


class PemberitahuanGagal(IntegrationEvent):
    """The applicant could not be told; somebody of the office owns it now."""

    message_id: UUID
    template_id: Code
    about_event: str
    reason_code: Code
    owner: Code
    due_at: AwareDatetime | None = None
    """Until when the owner has to reach the applicant otherwise."""


class PemberitahuanDilewati(IntegrationEvent):
    """A message is not sent, on purpose: it came too late, or another one says it."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    template_id: Code
    about_event: str
    reason_code: Code


class PenyampaianManualDiminta(IntegrationEvent):
    """The applicant is reached by hand only: staff shall tell him, until ``due_at``."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    template_id: Code
    about_event: str
    owner: Code
    due_at: AwareDatetime


class PemberitahuanDisampaikan(IntegrationEvent):
    """Somebody of the office told the applicant by hand; ``actor`` says who."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    template_id: Code
    about_event: str


class PenyampaianManualGagal(IntegrationEvent):
    """Somebody of the office tried to tell the applicant by hand and did not reach him."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    template_id: Code
    about_event: str
    reason_code: Code
    owner: Code
    due_at: AwareDatetime
    """Until when the owner has to reach the applicant otherwise."""


class PemohonMenulis(IntegrationEvent):
    """The applicant wrote to us: for 24 hours from ``occurred_at`` free words may be sent.

    Told about one case of the contact, and not more often than it makes a difference.
    """

    CHANGES_TASK: ClassVar[bool] = False

    contact_id: UUID
    channel: Way = "whatsapp"
    """``manual`` opens no window: from now on the contact is told by hand."""


class LinkedDocument(Fact):
    """One signed document behind a download link."""

    kind: Code
    signed_sha256: Sha256


class SoftcopyTerkirim(IntegrationEvent):
    """WhatsApp reports that the signed documents themselves reached the applicant."""

    CHANGES_TASK: ClassVar[bool] = False

    message_id: UUID
    signed_sha256: tuple[Sha256, ...] = Field(min_length=1)


class TautanUnduhDibuat(IntegrationEvent):
    """A download link for the signed documents exists; earlier links of the case are dead."""

    CHANGES_TASK: ClassVar[bool] = False

    link_id: UUID
    token_sha256: Sha256
    """SHA-256 of the token as it stands in the address; the token itself is nowhere."""
    pin_hash: str = Field(pattern=r"^\$argon2id\$.+")
    """Argon2 of the six digits that the applicant gets in a message of its own."""
    documents: tuple[LinkedDocument, ...] = Field(min_length=1)
    expires_at: AwareDatetime
    replaces: UUID | None = None
    """The link that is dead from now on."""


class TautanUnduhDibuka(IntegrationEvent):
    """The applicant opened the link with its PIN and got a document: proof of hand-over."""

    CHANGES_TASK: ClassVar[bool] = False

    link_id: UUID
    signed_sha256: Sha256
    """The document that was fetched."""


class TautanUnduhDikunci(IntegrationEvent):
    """The link is dead before its time, e.g. after too many wrong PINs."""

    CHANGES_TASK: ClassVar[bool] = False

    link_id: UUID
    reason_code: Code
    """``pin-salah``, ..."""


class KirimUlangDiminta(IntegrationEvent):
    """The applicant asks to be sent the documents, or their link, once more."""

    CHANGES_TASK: ClassVar[bool] = False

    channel: Way = "whatsapp"


class SurveiDijawab(IntegrationEvent):
    """The applicant said how satisfied he is (SKM); the answer names nobody."""

    CHANGES_TASK: ClassVar[bool] = False

    survey_id: UUID
    """The message that asked."""
    item: Code
    """``umum``: the service as a whole; ``u1`` to ``u9``: the items of PermenPANRB 14/2017."""
    score: Annotated[int, Field(ge=1, le=4)]
    """1 not good, 2 less good, 3 good, 4 very good."""
    channel: Way = "whatsapp"


class PengirimanDihentikan(IntegrationEvent):
    """WhatsApp refuses the office itself: nothing is sent until somebody has acted.

    ``case_id`` is the office's channel itself.
    """

    CHANGES_TASK: ClassVar[bool] = False

    reason_code: Code
    error_code: int
    owner: Code


class PengirimanDilanjutkan(IntegrationEvent):
    """Sending goes on; ``case_id`` is the office's channel itself."""

    CHANGES_TASK: ClassVar[bool] = False
