"""Who signs with what: the port to keys and e-sign services, and who may sign on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal, Protocol

from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.values import DocumentVersion, SignatureBox
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.officials import Official, Officials


class NotInOfficeError(DomainError):
    """The account holds no office in which it may sign today."""

    slug: ClassVar[str] = "signer-not-in-office"


class OtherOfficeError(DomainError):
    """The document speaks in the name of another office than the one who signs; draft it again."""

    slug: ClassVar[str] = "signer-not-on-document"


class Signed(Protocol):
    """A signed document and the evidence to record with it."""

    @property
    def pdf(self) -> bytes:
        """The signed bytes."""

    @property
    def level(self) -> Literal["B-B", "B-T", "B-LT", "B-LTA"]:
        """How long the signature can be proved."""

    @property
    def signer_name(self) -> str:
        """Common name in the certificate."""

    @property
    def certificate_sha256(self) -> str:
        """Of the certificate, hexadecimal."""


class DocumentSigner(Protocol):
    """Whoever holds the key of one official."""

    def sign(
        self, pdf: bytes, *, box: SignatureBox, reason: str, location: str, now: datetime
    ) -> Signed:
        """Sign a document; what comes back may have ``evidence`` (bytes) to be kept.

        Raises:
            RetryableError: a service that signing needs does not answer.
            DomainError: certificate or document do not allow it.
        """
        ...


class NoKeyError(RetryableError):
    """The office has set up no key for this account."""

    slug: ClassVar[str] = "signing-key-missing"


@dataclass(frozen=True)
class Signers:
    """Keys by account, and the officials among them."""

    default: DocumentSigner | None = None
    """Signs for every account that has no key of its own; a small office has one."""
    by_account: Mapping[str, DocumentSigner] = field(default_factory=dict)
    officials: Officials | None = None
    """None: the capability alone decides who may sign, as in a demonstration."""

    def of(self, account: str) -> DocumentSigner:
        """The key of an account.

        Raises:
            NoKeyError: there is none.
        """
        signer = self.by_account.get(account, self.default)
        if signer is None:
            raise NoKeyError("no key is set up for this account", account=account)
        return signer

    def office_of(
        self, account: str, documents: tuple[DocumentVersion, ...], now: datetime
    ) -> Official | None:
        """In which office the account signs these documents now.

        Raises:
            NotInOfficeError: in none today.
            OtherOfficeError: a document names another office.
        """
        if self.officials is None:
            return None
        day = day_in_office(now)
        official = self.officials.of_account(account, day)
        if official is None:
            raise NotInOfficeError("the account holds no office today", day=day.isoformat())
        for each in documents:
            if each.signer_title not in (None, official.full_title):
                raise OtherOfficeError(
                    "the document names another office",
                    document=each.signer_title,
                    signer=official.full_title,
                )
        return official


def day_in_office(now: datetime) -> date:
    """The calendar day in Paringin (WITA)."""
    return now.astimezone(OFFICE_ZONE).date()
