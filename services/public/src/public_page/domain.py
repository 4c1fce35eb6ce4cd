"""Download links: who may open one, how often a PIN may be wrong, and what has become of it."""

from datetime import datetime
from typing import ClassVar, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import event
from pydantic import AwareDatetime

from jamila_contracts.events import LinkedDocument
from jamila_contracts.model import Code, Fact, Sha256
from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import DomainError

WRONG_PINS_ALLOWED: Final = 5
"""The fifth wrong PIN locks the link; six digits then leave a guesser one chance in 200,000."""
PIN_WRONG: Final = "pin-salah"

Reason = Literal[
    "tidak-dikenal", "kedaluwarsa", "terkunci", "diganti-tautan-baru", "dokumen-berakhir", "dihapus"
]
"""Why a link does not open."""

_KEYS: Final = uuid5(NAMESPACE_URL, "jamila:download-link")


class LinkClosedError(DomainError):
    """The link does not open, or no longer."""

    slug = "download-link-closed"

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"the link does not open: {reason}", reason=reason)
        self.reason = reason


class PinWrongError(DomainError):
    """The PIN is not the one that was sent."""

    slug = "download-pin-wrong"

    def __init__(self, tries_left: int) -> None:
        super().__init__("the PIN is wrong", tries_left=tries_left)
        self.tries_left = tries_left


def key_of(token_sha256: str) -> UUID:
    """What a link is found by: only its holder has the token, and nobody keeps it."""
    return uuid5(_KEYS, token_sha256)


class Offer(Fact):
    """What the notifier said of a link."""

    link_id: UUID
    pin_hash: str
    documents: tuple[LinkedDocument, ...]
    expires_at: AwareDatetime


class DownloadLink(CaseAggregate):
    """One link; found by its token, see ``key_of``."""

    TOPIC: ClassVar[str] = "public.DownloadLink"

    class Ditawarkan(CreatedEvent):
        """The link exists."""

        TOPIC = "public.DownloadLink.Ditawarkan"
        offer: Offer

    class PinSalah(CaseAggregate.Event):
        """Somebody with the link entered a wrong PIN."""

        TOPIC = "public.DownloadLink.PinSalah"

    class PinBenar(CaseAggregate.Event):
        """The right PIN came after wrong ones: they were slips of its owner."""

        TOPIC = "public.DownloadLink.PinBenar"

    class TautanUnduhDikunci(CaseAggregate.Event):
        """Too many wrong PINs."""

        TOPIC = "public.DownloadLink.TautanUnduhDikunci"
        link_id: UUID
        reason_code: Code

    class TautanUnduhDibuka(CaseAggregate.Event):
        """A document is about to be handed out."""

        TOPIC = "public.DownloadLink.TautanUnduhDibuka"
        link_id: UUID
        signed_sha256: Sha256

    @event(Ditawarkan)
    def __init__(self, case_id: UUID, *, offer: Offer, cause: Cause) -> None:
        self.case_id = case_id
        self.offer = offer
        self.made_by = cause.causation_id
        self.wrong_pins = 0
        self.is_locked = False
        self.opened: list[str] = []

    @classmethod
    def make(cls, key: UUID, case_id: UUID, *, offer: Offer, cause: Cause) -> "DownloadLink":
        """A new link under its key."""
        return cls._create(
            cls.Ditawarkan, id=cls.create_id(key), case_id=case_id, offer=offer, cause=cause
        )

    @property
    def tries_left(self) -> int:
        """How many more wrong PINs it takes."""
        return WRONG_PINS_ALLOWED - self.wrong_pins

    def refuse_wrong_pin(self, *, cause: Cause) -> None:
        """Count a wrong PIN; the last one locks the link for good."""
        if self.is_locked:
            raise LinkClosedError("terkunci")
        self.trigger_event(self.PinSalah, cause=cause)
        if not self.tries_left:
            self.trigger_event(
                self.TautanUnduhDikunci,
                cause=cause,
                link_id=self.offer.link_id,
                reason_code=PIN_WRONG,
            )

    def accept_pin(self, *, cause: Cause) -> None:
        """The right PIN; quiet unless wrong ones have to be forgiven."""
        if self.is_locked:
            raise LinkClosedError("terkunci")
        if self.wrong_pins:
            self.trigger_event(self.PinBenar, cause=cause)

    def hand_out(self, signed_sha256: str, *, cause: Cause) -> None:
        """Hand out a document; quiet when it was handed out before."""
        if signed_sha256 not in self.opened:
            self.trigger_event(
                self.TautanUnduhDibuka,
                cause=cause,
                link_id=self.offer.link_id,
                signed_sha256=signed_sha256,
            )

    @event(PinSalah)
    def _on_wrong_pin(self) -> None:
        self.wrong_pins += 1

    @event(PinBenar)
    def _on_right_pin(self) -> None:
        self.wrong_pins = 0

    @event(TautanUnduhDikunci)
    def _on_locked(self) -> None:
        self.is_locked = True

    @event(TautanUnduhDibuka)
    def _on_handed_out(self, signed_sha256: str) -> None:
        self.opened.append(signed_sha256)


class CaseLinks(CaseAggregate):
    """What of a case decides whether its links open.

    The facts come from three services in any order, so any of them may be the first.
    """

    TOPIC: ClassVar[str] = "public.CaseLinks"

    class Dikenal(CreatedEvent):
        """The case was heard of."""

        TOPIC = "public.CaseLinks.Dikenal"

    class TautanDicatat(CaseAggregate.Event):
        """A link of the case exists; those made before it are dead."""

        TOPIC = "public.CaseLinks.TautanDicatat"
        link_id: UUID
        made_at: AwareDatetime

    class DokumenDicatat(CaseAggregate.Event):
        """A document was signed: its code belongs to these bytes."""

        TOPIC = "public.CaseLinks.DokumenDicatat"
        code: str
        signed_sha256: Sha256

    class DokumenBerakhir(CaseAggregate.Event):
        """A document was withdrawn or replaced."""

        TOPIC = "public.CaseLinks.DokumenBerakhir"
        code: str

    class DataDihapus(CaseAggregate.Event):
        """The personal data of the case can never be read again."""

        TOPIC = "public.CaseLinks.DataDihapus"

    @event(Dikenal)
    def __init__(self, case_id: UUID, *, cause: Cause) -> None:
        del cause
        self.case_id = case_id
        self.newest: UUID | None = None
        self.newest_at: datetime | None = None
        self.codes: dict[str, str] = {}
        self.ended: list[str] = []
        self.is_erased = False

    def add_link(self, link_id: UUID, *, made_at: datetime, cause: Cause) -> None:
        """Learn of a link; an older one that comes late changes nothing."""
        if self.newest_at is None or made_at > self.newest_at:
            self.trigger_event(self.TautanDicatat, cause=cause, link_id=link_id, made_at=made_at)

    def add_document(self, code: str, signed_sha256: str, *, cause: Cause) -> None:
        """Learn of a signed document."""
        if self.codes.get(code) != signed_sha256:
            self.trigger_event(
                self.DokumenDicatat, cause=cause, code=code, signed_sha256=signed_sha256
            )

    def end_document(self, code: str, *, cause: Cause) -> None:
        """A document holds no longer, whether or not its signature was heard of."""
        if code not in self.ended:
            self.trigger_event(self.DokumenBerakhir, cause=cause, code=code)

    def erase(self, *, cause: Cause) -> None:
        """The key of the case is destroyed."""
        if not self.is_erased:
            self.trigger_event(self.DataDihapus, cause=cause)

    def closes(self, link: DownloadLink, now: datetime) -> Reason | None:
        """Why a link of the case does not open; None when it does."""
        offer = link.offer
        ended = {self.codes.get(code) for code in self.ended}
        if self.is_erased:
            return "dihapus"
        if any(document.signed_sha256 in ended for document in offer.documents):
            return "dokumen-berakhir"
        if self.newest not in (None, offer.link_id):
            return "diganti-tautan-baru"
        if link.is_locked:
            return "terkunci"
        return "kedaluwarsa" if now >= offer.expires_at else None

    @event(TautanDicatat)
    def _on_link(self, link_id: UUID, made_at: datetime) -> None:
        self.newest, self.newest_at = link_id, made_at

    @event(DokumenDicatat)
    def _on_document(self, code: str, signed_sha256: str) -> None:
        self.codes[code] = signed_sha256

    @event(DokumenBerakhir)
    def _on_ended(self, code: str) -> None:
        self.ended.append(code)

    @event(DataDihapus)
    def _on_erased(self) -> None:
        self.is_erased = True
