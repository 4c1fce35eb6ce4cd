"""What was found out about a PDF and each of its signatures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PadesLevel = Literal["B-B", "B-T", "B-LT", "B-LTA"]

Revocation = Literal["good", "revoked", "unknown"]
"""``unknown``: neither the document nor the caller holds an answer about every certificate."""

LaterChanges = Literal["none", "archive", "other"]
"""``archive``: only revocation information and archive time stamps, which change nothing."""


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature of a person; archive time stamps are not counted as such."""

    reasons: tuple[str, ...]
    """Slugs of everything that keeps it from being valid; empty when valid."""
    intact: bool
    """The signed bytes are unchanged and the signature value fits the certificate's key."""
    trusted: bool
    """The certificate leads to a pinned root and was good when it signed."""
    revocation: Revocation
    later_changes: LaterChanges
    level: PadesLevel
    """From what the file holds; whether it is worth it is judged apart."""
    signer_name: str
    """Common name in the certificate; empty when it has none."""
    issuer_name: str
    certificate_serial: str
    """Hexadecimal, as certificate viewers show it."""
    certificate_sha256: str
    valid_from: datetime
    valid_until: datetime
    signed_at: datetime | None
    """The signer's own claim."""
    timestamped_at: datetime | None
    """Time in a trusted authority's stamp on the signature."""


@dataclass(frozen=True, slots=True)
class PdfReport:
    """What holds of a PDF; facts about a signer are those of the first signature."""

    sha256: str
    """Of the bytes that were judged."""
    encrypted: bool
    coverage_whole_file: bool
    """Every byte is signed or time-stamped, or is archive information added behind a signature."""
    reasons: tuple[str, ...]
    """Slugs of everything that keeps it from being valid; empty when valid."""
    findings: tuple[SignatureFinding, ...]

    @property
    def valid(self) -> bool:
        """Every signature is good and covers what it must."""
        return not self.reasons

    @property
    def signatures(self) -> int:
        """How many people signed."""
        return len(self.findings)

    @property
    def intact(self) -> bool:
        """No signed byte was changed."""
        return bool(self.findings) and all(each.intact for each in self.findings)

    @property
    def trusted(self) -> bool:
        """Every certificate leads to a pinned root."""
        return bool(self.findings) and all(each.trusted for each in self.findings)

    @property
    def revocation(self) -> Revocation:
        """The worst of all signatures."""
        kinds = {each.revocation for each in self.findings}
        if "revoked" in kinds:
            return "revoked"
        return "good" if kinds == {"good"} else "unknown"

    @property
    def later_changes(self) -> LaterChanges:
        """The worst of all signatures."""
        kinds = {each.later_changes for each in self.findings}
        if "other" in kinds:
            return "other"
        return "archive" if "archive" in kinds else "none"

    @property
    def level(self) -> PadesLevel | None:
        """Of the first signature."""
        return self.findings[0].level if self.findings else None

    @property
    def signer_name(self) -> str | None:
        """Of the first signature."""
        return self.findings[0].signer_name if self.findings else None

    @property
    def certificate_serial(self) -> str | None:
        """Of the first signature."""
        return self.findings[0].certificate_serial if self.findings else None

    @property
    def signed_at(self) -> datetime | None:
        """Of the first signature."""
        return self.findings[0].signed_at if self.findings else None

    @property
    def timestamped_at(self) -> datetime | None:
        """Of the first signature."""
        return self.findings[0].timestamped_at if self.findings else None
