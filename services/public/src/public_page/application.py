"""Use cases of the download links; everything else on the page only reads.

A wrong PIN is counted durably before its answer is given, and a document is recorded as handed out
before its first byte is sent. Looking at a link changes nothing: messengers fetch what they show.
"""

from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import ClassVar, Final, Protocol
from uuid import UUID

from eventsourcing.utils import EnvType

from jamila_contracts.events import (
    DataPribadiDihapus,
    Ditandatangani,
    DokumenDicabut,
    DokumenDigantikan,
    TautanUnduhDibuat,
)
from jamila_runtime.aggregate import Cause
from jamila_runtime.application import StageApplication
from jamila_runtime.clock import Clock
from jamila_runtime.errors import NotFoundError
from jamila_runtime.work import Work
from public_page.domain import (
    CaseLinks,
    DownloadLink,
    LinkClosedError,
    Offer,
    PinWrongError,
    Reason,
    key_of,
)
from public_page.proofs import DownloadProofs

_STRIPES: Final = 64


class Objects(Protocol):
    """Where the signed documents lie."""

    def get(self, case_id: UUID, sha256: str) -> bytes:
        """Read a document.

        Raises:
            NotFoundError: it is not there, or can never be read again.
            RetryableError: the store does not answer.
        """
        ...


class PinCheck(Protocol):
    """Whatever compares a PIN with its hash; takes its time."""

    def fits(self, pin_hash: str, pin: str) -> bool:
        """Whether it is the right one."""
        ...

    def waste(self) -> None:
        """Take as long as a comparison."""
        ...


class PublicApplication(StageApplication[CaseLinks]):
    """The links of all cases."""

    name = "public"
    service: ClassVar[str] = "public"
    aggregate: ClassVar[type[CaseLinks]] = CaseLinks

    def __init__(
        self,
        env: EnvType | None = None,
        *,
        objects: Objects,
        pins: PinCheck,
        proofs: DownloadProofs,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(env, clock=clock)
        self._objects = objects
        self._pins = pins
        self._proofs = proofs
        self._locks = tuple(Lock() for _ in range(_STRIPES))

    def offer_link(self, event: TautanUnduhDibuat, work: Work[CaseLinks]) -> None:
        """A link exists: it can be opened from now on, and older ones of the case no more."""
        key = key_of(event.token_sha256)
        if work.find_as(DownloadLink, key) is None:
            offer = Offer(
                link_id=event.link_id,
                pin_hash=event.pin_hash,
                documents=event.documents,
                expires_at=event.expires_at,
            )
            work.add(DownloadLink.make(key, event.case_id, offer=offer, cause=work.cause))
        _links(event.case_id, work).add_link(
            event.link_id, made_at=event.occurred_at, cause=work.cause
        )

    def learn_documents(self, event: Ditandatangani, work: Work[CaseLinks]) -> None:
        """Documents were signed: learn which bytes a code stands for."""
        links = _links(event.case_id, work)
        for document in event.documents:
            links.add_document(document.code, document.signed_sha256, cause=work.cause)

    def end_document(
        self, event: DokumenDicabut | DokumenDigantikan, work: Work[CaseLinks]
    ) -> None:
        """A document was withdrawn or replaced: its links open no more."""
        _links(event.case_id, work).end_document(event.code, cause=work.cause)

    def erase(self, event: DataPribadiDihapus, work: Work[CaseLinks]) -> None:
        """The case is forgotten: its links open no more."""
        _links(event.case_id, work).erase(cause=work.cause)

    def look(self, token: str) -> DownloadLink:
        """The link of a token, if it opens now; changes nothing.

        Raises:
            LinkClosedError: it does not open.
        """
        link, reason = self._find(token, self.work())
        if link is None or reason is not None:
            raise LinkClosedError(reason or "tidak-dikenal")
        return link

    def enter_pin(self, token: str, pin: str) -> str:
        """Compare a PIN and count it.

        Returns:
            A proof for ``documents`` and ``hand_out``, good for a quarter of an hour.

        Raises:
            LinkClosedError: the link does not open.
            PinWrongError: the PIN is wrong; it is counted.
        """
        key = key_of(_digest(token))
        # One at a time per link: guesses sent side by side must not outrun the count.
        with self._locks[key.int % _STRIPES]:
            try:
                link = self.look(token)
            except LinkClosedError:
                self._pins.waste()
                raise
            if not self._pins.fits(link.offer.pin_hash, pin):
                raise PinWrongError(self._count_wrong_pin(key, link))
            self._do(key, link, lambda each, cause: each.accept_pin(cause=cause))
        return self._proofs.give(token, self.clock.now())

    def _count_wrong_pin(self, key: UUID, link: DownloadLink) -> int:
        self._do(key, link, lambda each, cause: each.refuse_wrong_pin(cause=cause))
        counted = self.work().find_as(DownloadLink, key)
        return counted.tries_left if counted else 0

    def documents(self, token: str, proof: str) -> DownloadLink:
        """The link, for whoever proves to have entered its PIN; changes nothing.

        Raises:
            LinkClosedError: the link does not open.
            PinWrongError: the proof is none, or too old.
        """
        link = self.look(token)
        if not self._proofs.holds(proof, token, self.clock.now()):
            raise PinWrongError(link.tries_left)
        return link

    def hand_out(self, token: str, proof: str, number: int) -> bytes:
        """One document of a link, recorded as handed out.

        Args:
            token: As it stands in the address.
            proof: From ``enter_pin``.
            number: Which document, from 0.

        Raises:
            LinkClosedError: the link does not open, or there is no such document any more.
            PinWrongError: the proof is none, or too old.
            RetryableError: the object store does not answer.
        """
        link = self.documents(token, proof)
        if not 0 <= number < len(link.offer.documents):
            raise LinkClosedError("tidak-dikenal")
        document = link.offer.documents[number]
        try:
            content = self._objects.get(link.case_id, document.signed_sha256)
        except NotFoundError as error:
            raise LinkClosedError("dihapus") from error
        key = key_of(_digest(token))
        self._do(key, link, lambda each, cause: each.hand_out(document.signed_sha256, cause=cause))
        return content

    def _do(
        self, key: UUID, link: DownloadLink, deed: Callable[[DownloadLink, Cause], None]
    ) -> None:
        cause = self.own_cause(link.case_id, link.made_by)

        def record(work: Work[CaseLinks]) -> None:
            current = work.find_as(DownloadLink, key)
            if current is not None:
                deed(current, cause)

        self.perform(cause, record)

    def _find(self, token: str, work: Work[CaseLinks]) -> tuple[DownloadLink | None, Reason | None]:
        link = work.find_as(DownloadLink, key_of(_digest(token)))
        links = work.find(link.case_id) if link else None
        if link is None or links is None:
            return None, None
        return link, links.closes(link, self.clock.now())


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _links(case_id: UUID, work: Work[CaseLinks]) -> CaseLinks:
    """The case's links; made when this is the first that is heard of it."""
    links = work.find(case_id)
    if links is None:
        links = CaseLinks(case_id=case_id, cause=work.cause)
        work.add(links)
    return links
