"""A demo public key infrastructure, made once per installation. NOT FOR PRODUCTION.

Root, issuing CA, time stamping authority, OCSP responder and one signer, with names that say
what they are. Keys lie unencrypted beside the certificates: whoever reads the folder can sign.
"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOT_FOR_PRODUCTION: Final = "BUKAN UNTUK PRODUKSI"
SIGNER_COMMON_NAME: Final = f"KEPALA DINAS DEMO ({NOT_FOR_PRODUCTION})"
IDENTITIES: Final = ("root", "issuing", "tsa", "ocsp", "signer")

_ORGANISATION: Final = f"Dik Jamila PKI Demo {NOT_FOR_PRODUCTION}"
_AUTHORITY_LIFE: Final = timedelta(days=3650)
_LEAF_LIFE: Final = timedelta(days=730)
_BACKDATED: Final = timedelta(days=1)
_SIGNER_KEY_BITS: Final = 2048
_AUTHORITY_KEY_BITS: Final = 3072
_COMPLETE: Final = "README.txt"
_README: Final = (
    "Demo PKI of Dik Jamila. NOT FOR PRODUCTION / BUKAN UNTUK PRODUKSI.\n"
    "Signatures made with these keys have no legal value. The private keys are unprotected.\n"
)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class DemoPki:
    """Paths of a demo PKI on disk."""

    directory: Path

    @property
    def pkcs12_path(self) -> Path:
        """The signer's key, certificate and chain."""
        return self.directory / "kepala-dinas-demo.p12"

    @property
    def passphrase_path(self) -> Path:
        """The random passphrase of the PKCS#12 file; readable by its owner only."""
        return self.directory / "kepala-dinas-demo.passphrase"

    @property
    def trust_roots_path(self) -> Path:
        """The root certificate as PEM; whoever trusts it trusts every demo signature."""
        return self.directory / "trust-roots.pem"

    @property
    def passphrase(self) -> bytes:
        """Read the passphrase of the PKCS#12 file."""
        return self.passphrase_path.read_bytes()

    def identity(self, name: str) -> Identity:
        """Load one of ``IDENTITIES`` with its private key."""
        certificate = x509.load_pem_x509_certificate((self.directory / f"{name}.pem").read_bytes())
        pem = (self.directory / f"{name}.key.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise TypeError(name)
        return Identity(certificate, key)

    def revoked(self) -> dict[int, datetime]:
        """Tell which certificates are revoked, by serial number, and since when."""
        path = self._revoked_path
        if not path.exists():
            return {}
        stored: dict[str, str] = json.loads(path.read_text())
        return {int(serial): datetime.fromisoformat(when) for serial, when in stored.items()}

    def revoke(self, certificate: x509.Certificate, *, now: datetime) -> None:
        """Revoke a certificate; OCSP and CRLs say so from their next answer on."""
        revoked = {**self.revoked(), certificate.serial_number: now}
        text = json.dumps({str(serial): when.isoformat() for serial, when in revoked.items()})
        self._revoked_path.write_text(text)

    @property
    def _revoked_path(self) -> Path:
        return self.directory / "revoked.json"


def ensure_demo_pki(directory: Path) -> DemoPki:
    """Make a demo PKI in a folder, once; a second call finds the first one's.

    Args:
        directory: Created with mode 0700 when missing; holds unprotected private keys.
    """
    pki = DemoPki(directory)
    if not (directory / _COMPLETE).exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(pki, now=datetime.now(UTC))
        # Written last: a start killed half-way makes everything anew.
        (directory / _COMPLETE).write_text(_README)
    return pki


def _make(pki: DemoPki, *, now: datetime) -> None:
    root = _issue(
        "Root CA Demo", None, extensions=_authority(), key=_rsa(_AUTHORITY_KEY_BITS), now=now
    )
    issuing = _issue(
        "CA Penerbit Demo",
        root,
        extensions=_authority(path_length=0),
        key=_rsa(_AUTHORITY_KEY_BITS),
        now=now,
    )
    tsa_use = _extended_use(ExtendedKeyUsageOID.TIME_STAMPING, critical=True)
    ocsp_use = [
        *_extended_use(ExtendedKeyUsageOID.OCSP_SIGNING, critical=False),
        (x509.OCSPNoCheck(), False),
    ]
    signer_use = [(_key_usage(digital_signature=True, content_commitment=True), True)]
    signer = _issue(
        SIGNER_COMMON_NAME, issuing, extensions=signer_use, key=_rsa(_SIGNER_KEY_BITS), now=now
    )
    people = {
        "root": root,
        "issuing": issuing,
        # An elliptic key answers four times as fast as RSA where the key is parsed at every answer.
        "tsa": _issue("TSA Demo", root, extensions=tsa_use, key=_elliptic(), now=now),
        "ocsp": _issue("OCSP Demo", issuing, extensions=ocsp_use, key=_elliptic(), now=now),
        "signer": signer,
    }
    for name, identity in people.items():
        _write_identity(pki.directory, name, identity=identity)
    _write_pkcs12(pki, signer, chain=[issuing.certificate, root.certificate])
    pki.trust_roots_path.write_bytes(_pem(root.certificate))


def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _elliptic() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


Extensions = Sequence[tuple[x509.ExtensionType, bool]]


def _issue(
    common_name: str,
    issuer: Identity | None,
    *,
    extensions: Extensions,
    key: PrivateKey,
    now: datetime,
) -> Identity:
    """Issue a certificate; without an issuer it signs itself.

    No address of OCSP or CRL stands in it: ports change between starts, so settings name them.
    """
    issuer_key = issuer.key if issuer else key
    issuer_name = issuer.certificate.subject if issuer else _name(common_name)
    is_authority = any(isinstance(value, x509.BasicConstraints) for value, _ in extensions)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + (_AUTHORITY_LIFE if is_authority else _LEAF_LIFE))
    )
    identifiers: Extensions = [
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    ]
    for value, critical in [*extensions, *identifiers]:
        builder = builder.add_extension(value, critical=critical)
    return Identity(builder.sign(issuer_key, hashes.SHA256()), key)


def _authority(*, path_length: int | None = None) -> Extensions:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_key_usage(key_cert_sign=True, crl_sign=True), True),
    ]


def _extended_use(
    purpose: x509.ObjectIdentifier, *, critical: bool
) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (_key_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([purpose]), critical),
    ]


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_identity(directory: Path, name: str, *, identity: Identity) -> None:
    (directory / f"{name}.pem").write_bytes(_pem(identity.certificate))
    key = identity.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_secret(directory / f"{name}.key.pem", key)


def _write_pkcs12(pki: DemoPki, signer: Identity, *, chain: Sequence[x509.Certificate]) -> None:
    passphrase = secrets.token_urlsafe(24).encode()
    data = pkcs12.serialize_key_and_certificates(
        SIGNER_COMMON_NAME.encode(),
        signer.key,
        signer.certificate,
        list(chain),
        serialization.BestAvailableEncryption(passphrase),
    )
    _write_secret(pki.passphrase_path, passphrase)
    _write_secret(pki.pkcs12_path, data)


def _write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
