"""Who may sign in the simulated e-sign service, and what is wrong with it just now."""

import secrets
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import BaseModel, Field

Status = Literal[
    "ISSUE",
    "EXPIRED",
    "RENEW",
    "WAITING_FOR_VERIFICATION",
    "NEW",
    "NO_CERTIFICATE",
    "NOT_REGISTERED",
    "SUSPEND",
    "REVOKE",
]

DEMO_NIK: Final = "6311990101700001"
DEMO_PASSPHRASE: Final = "Frasa-Sandi-Demo-1"  # noqa: S105  # of an invented signer
_NIK_LENGTH: Final = 16


class EsignError(Exception):
    """The service answers with a code and a sentence, status 400."""

    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(text)


class Signer(BaseModel):
    """One registered signer; set through the control API."""

    nik: str
    passphrase: str
    status: Status = "ISSUE"


class Weather(BaseModel):
    """What the control API may set; a field left out keeps its value."""

    slow_seconds: float | None = Field(default=None, ge=0, le=120)
    outage: bool | None = None
    error: int | None = None
    """Answer every signature with this code, e.g. 2021; 0 ends it."""


@dataclass
class Desk:
    """State of the service."""

    signers: dict[str, Signer] = field(
        default_factory=lambda: {DEMO_NIK: Signer(nik=DEMO_NIK, passphrase=DEMO_PASSPHRASE)}
    )
    codes: dict[str, str] = field(default_factory=dict)
    """One-time codes by NIK; each serves one call."""
    downloads: dict[str, bytes] = field(default_factory=dict)
    slow_seconds: float = 0.0
    outage: bool = False
    error: int = 0
    signed: int = 0
    """Documents signed since the start."""

    def status_of(self, nik: str) -> str:
        """What the service says of a NIK."""
        signer = self.signers.get(nik)
        return signer.status if signer else "NOT_REGISTERED"

    def new_code(self, nik: str) -> str:
        """Send a one-time code to a signer."""
        self._registered(nik)
        self.codes[nik] = f"{secrets.randbelow(1_000_000):06d}"
        return self.codes[nik]

    def admit(self, nik: str | None, *, passphrase: str | None, code: str | None) -> None:
        """Let a signature be made.

        Raises:
            EsignError: as the real service answers.
        """
        if self.error:
            raise EsignError(self.error, "Terjadi kesalahan pada sertifikat")
        if not nik:
            raise EsignError(4014, "NIK tidak boleh kosong")
        if len(nik) != _NIK_LENGTH or not nik.isdigit():
            raise EsignError(4015, "Data tidak sesuai ketentuan")
        signer = self._registered(nik)
        if signer.status != "ISSUE":
            raise EsignError(2021, f"Status sertifikat {signer.status}")
        if code is not None:
            if self.codes.pop(nik, None) != code:
                raise EsignError(2031, "TOTP anda salah")
        elif passphrase != signer.passphrase:
            raise EsignError(2031, "Passphrase anda salah")

    def keep(self, pdf: bytes) -> str:
        """Offer a signed document for one download."""
        document_id = secrets.token_hex(16)
        self.downloads[document_id] = pdf
        return document_id

    def take(self, document_id: str) -> bytes:
        """Give a document, once.

        Raises:
            EsignError: it is gone.
        """
        pdf = self.downloads.pop(document_id, None)
        if pdf is None:
            raise EsignError(4044, "File tidak ditemukan atau sudah diunduh")
        return pdf

    def _registered(self, nik: str) -> Signer:
        signer = self.signers.get(nik)
        if signer is None:
            raise EsignError(2011, "User tidak terdaftar")
        return signer
