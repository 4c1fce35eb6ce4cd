"""Which account signs with which key, and how the e-sign service is reached.

``SIGNING_SIGNERS_FILE`` is JSON: account to key. Kinds::

    {"kind": "pkcs12", "file": "…p12", "passphrase_file": "…"}
    {"kind": "pkcs11", "module": "….so", "token": "tte", "key": "kadis", "pin_file": "…",
     "certificates": ["kadis.pem", "issuing.pem", "root.pem"]}
    {"kind": "esign", "nik_file": "…"}

A NIK is personal and a PIN secret: both lie in files of their own, not in the environment.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.officials import Officials
from jamila_runtime.strength import GIVEN, OURS, PIN, Marked, SecretFile, Words
from jamila_verifier import TrustAnchors
from signing.esign import EsignAccess, EsignClient, EsignSigner
from signing.pades import PadesSettings, PadesSigner
from signing.pades.token import TokenAddress, TokenKey
from signing.secrets import SecretDrawer
from signing.signers import DocumentSigner, Signers


class _Key(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pkcs12Key(_Key):
    """A key file."""

    kind: Literal["pkcs12"]
    file: Path
    passphrase_file: Path


class Pkcs11Key(_Key):
    """A key in a token."""

    kind: Literal["pkcs11"]
    module: Path
    token: str
    key: str
    pin_file: Path
    certificates: tuple[Path, ...] = Field(min_length=1)
    """The signer's first, then the authorities above."""


class EsignKey(_Key):
    """A key at BSrE."""

    kind: Literal["esign"]
    nik_file: Path


Key = Annotated[Pkcs12Key | Pkcs11Key | EsignKey, Field(discriminator="kind")]
# An error that quotes its input would show a passphrase that somebody wrote into the list.
_KEYS: TypeAdapter[dict[str, Key]] = TypeAdapter(
    dict[str, Key], config=ConfigDict(hide_input_in_errors=True)
)


class SignerSettings(BaseSettings):
    """Environment of the signers; every variable starts with ``SIGNING_``."""

    model_config = SettingsConfigDict(env_prefix="SIGNING_", frozen=True, hide_input_in_errors=True)

    signers_file: Path | None = None
    """Keys by account; unset: one key file for every account that may sign."""
    esign_url: str | None = None
    """Esign Client Service of the office."""
    esign_user: str = ""
    esign_password_file: Annotated[Path | None, SecretFile(GIVEN)] = None
    esign_version: Literal[1, 2] = 2
    esign_timeout: timedelta = timedelta(seconds=30)

    def more_secrets(self) -> Iterator[Marked]:
        """Passphrases, PINs, keys and NIKs that the list of keys names."""
        for account, key in self._keys().items():
            for name, (file, rule) in _files_of(key).items():
                yield f"SIGNING_SIGNERS_FILE {account} {name}", file, SecretFile(rule)

    def signers(
        self,
        default: DocumentSigner | None,
        *,
        pades: PadesSettings,
        secrets: SecretDrawer,
        officials: Officials | None,
    ) -> Signers:
        """Open every key.

        Raises:
            ValueError: the file is no such list, or names the e-sign service without its address.
            SigningKeyUnusableError: a key file cannot be opened.
            OSError: a file cannot be read.
        """
        opened: dict[str, DocumentSigner] = {}
        for account, key in self._keys().items():
            match key:
                case Pkcs12Key():
                    passphrase = _secret(key.passphrase_file).encode()
                    opened[account] = PadesSigner.from_pkcs12(key.file, passphrase, settings=pades)
                case Pkcs11Key():
                    opened[account] = PadesSigner(_token(key), settings=pades)
                case EsignKey():
                    opened[account] = self._esign(account, key, pades, secrets)
        return Signers(default=default, by_account=opened, officials=officials)

    def _keys(self) -> dict[str, Key]:
        if self.signers_file is None:
            return {}
        return _KEYS.validate_json(self.signers_file.read_bytes())

    def _esign(
        self, account: str, key: EsignKey, pades: PadesSettings, secrets: SecretDrawer
    ) -> EsignSigner:
        if self.esign_url is None or self.esign_password_file is None:
            msg = "a key at BSrE needs esign_url, esign_user and esign_password_file"
            raise ValueError(msg)
        access = EsignAccess(
            base_url=self.esign_url,
            user=self.esign_user,
            password=_secret(self.esign_password_file),
            version=self.esign_version,
            timeout=self.esign_timeout,
        )
        return EsignSigner(
            EsignClient(access),
            account=account,
            nik=_secret(key.nik_file),
            secrets=secrets,
            anchors=TrustAnchors.from_files(pades.trust_roots),
        )


def _files_of(key: Key) -> dict[str, tuple[Path, Words | None]]:
    match key:
        case Pkcs12Key():
            return {"file": (key.file, None), "passphrase_file": (key.passphrase_file, OURS)}
        case Pkcs11Key():
            return {"pin_file": (key.pin_file, PIN)}
        case EsignKey():
            return {"nik_file": (key.nik_file, None)}


def _token(key: Pkcs11Key) -> TokenKey:
    address = TokenAddress(key.module, key.token, key.key, _secret(key.pin_file))
    return TokenKey(address, key.certificates)


def _secret(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
