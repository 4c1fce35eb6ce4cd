"""What the signing service is told by its environment; read once, at the edge."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.strength import PinnedFile, SecretFile
from signing.pades import PadesLevel, PadesSettings


class SigningSettings(BaseSettings):
    """Environment of the signing service; every variable starts with ``SIGNING_``."""

    model_config = SettingsConfigDict(env_prefix="SIGNING_", frozen=True, hide_input_in_errors=True)

    pkcs12_file: Annotated[Path | None, SecretFile(rule=None)] = None
    """Key and certificate of the Kepala Dinas, for every account without a key of its own (see
    ``signer_settings``). Without either: no key, no start."""
    passphrase_file: Annotated[Path | None, SecretFile()] = None
    """Holds the passphrase of the key file; a closing line break does not count."""
    trust_roots_file: Annotated[Path, PinnedFile()]
    """PEM of the pinned root certificates."""
    level: PadesLevel = "B-B"
    """``B-LTA`` for documents that must prove themselves for decades; needs the services below."""
    tsa_url: str | None = None
    """RFC 3161 time stamping authority."""
    ocsp_url: str | None = None
    """OCSP responder for the certificate of the Kepala Dinas."""
    crl_urls: tuple[str, ...] = ()
    """Revocation lists of every authority in the path, as a JSON list."""
    timeout: timedelta = timedelta(seconds=10)
    """Longest wait for one answer of these services."""
    location: str = "Paringin"
    """Where documents are signed; stands in the signature."""

    signers_file: Path | None = None
    """Keys by account (see ``signer_settings``)."""

    @model_validator(mode="after")
    def _has_a_key(self) -> "SigningSettings":
        if self.signers_file is None and None in (self.pkcs12_file, self.passphrase_file):
            msg = "signers_file, or pkcs12_file with passphrase_file, is needed"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _level_is_possible(self) -> "SigningSettings":
        self.pades()
        return self

    def pades(self) -> PadesSettings:
        """How signatures are made.

        Raises:
            ValueError: the level needs services that are not named.
        """
        return PadesSettings(
            level=self.level,
            trust_roots=(self.trust_roots_file,),
            tsa_url=self.tsa_url,
            ocsp_url=self.ocsp_url,
            crl_urls=self.crl_urls,
            timeout=self.timeout,
        )

    def passphrase(self) -> bytes:
        """Read the passphrase.

        Raises:
            OSError: the file cannot be read.
        """
        if self.passphrase_file is None:
            return b""
        return self.passphrase_file.read_bytes().rstrip(b"\r\n")
