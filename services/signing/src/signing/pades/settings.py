"""How signatures are made: level, trust and the services around it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

PadesLevel = Literal["B-B", "B-LTA"]


@dataclass(frozen=True, slots=True)
class PadesSettings:
    """Settings of a signer.

    Addresses come from here and never from certificates: those of an issuing authority may not be
    reachable from an office network, and those of a demo PKI change with every start.

    Raises:
        ValueError: Level B-LTA without time stamps, revocation information or trust roots.
    """

    level: PadesLevel = "B-B"
    """B-B signs only; B-LTA adds time stamps and revocation information for archives."""
    trust_roots: tuple[Path, ...] = ()
    """PEM or DER files of the pinned root certificates."""
    tsa_url: str | None = None
    """RFC 3161 time stamping authority."""
    ocsp_url: str | None = None
    """OCSP responder for the signer's certificate."""
    crl_urls: tuple[str, ...] = ()
    """Revocation lists of every authority in the paths of signer and time stamp."""
    timeout: timedelta = timedelta(seconds=10)
    """Longest wait for one whole answer of these services."""
    revocation_max_age: timedelta = timedelta(hours=1)
    """How long fetched revocation information serves further signatures."""
    outage_pause: timedelta = timedelta(seconds=1)
    """How long nobody asks a time stamping authority again that did not answer."""
    timestamp_reserved_bytes: int = 8192
    """Room kept for a time stamp token inside a signature; too little makes signing fail."""

    def __post_init__(self) -> None:
        if self.level == "B-B":
            return
        missing = [
            name
            for name, present in (
                ("tsa_url", self.tsa_url),
                ("ocsp_url or crl_urls", self.ocsp_url or self.crl_urls),
                ("trust_roots", self.trust_roots),
            )
            if not present
        ]
        if missing:
            raise ValueError(f"level {self.level} needs {', '.join(missing)}")
