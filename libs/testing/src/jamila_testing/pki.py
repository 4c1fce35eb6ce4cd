"""A public key infrastructure for tests, run by certomancer without network or clock.

One root, one issuing authority, and people whose certificates are in order, expired, not yet valid
or revoked; beside it a second root that nobody pinned. OCSP, CRLs and time stamps are made in this
process.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from asn1crypto import x509
from certomancer.registry import (
    ArchLabel,
    CertLabel,
    CertomancerConfig,
    KeyLabel,
    PKIArchitecture,
    ServiceLabel,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

REVOKED_DAYS_AGO: Final = 10
PEOPLE: Final[Mapping[str, tuple[str, int, int]]] = {
    "kadis": ("H. CONTOH KEPALA DINAS", -300, 3000),
    "expired": ("H. CONTOH KEPALA DINAS LAMA", -2000, -30),
    "future": ("H. CONTOH KEPALA DINAS BARU", 1000, 3000),
    "revoked": ("H. CONTOH DICABUT", -300, 3000),
    "stranger": ("H. CONTOH ORANG LAIN", -300, 3000),
}
"""Label: common name, valid from and until, in days from the day the PKI is made."""
_AUTHORITIES: Final = ("root", "issuing", "tsa", "ocsp")
_AUTHORITY_DAYS: Final = (-2500, 8000)


def make_test_pki(folder: Path, *, now: datetime) -> PKIArchitecture:
    """Make the keys and the architecture; takes about a second.

    Args:
        folder: Gets the keys, not encrypted.
        now: The day from which validity is counted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*_AUTHORITIES, *PEOPLE):
        _write_key(folder / f"{name}.key.pem", name)
    config = CertomancerConfig(_config(now), key_search_dir=str(folder))
    return config.get_pki_arch(ArchLabel("office"))


def certificate(arch: PKIArchitecture, label: str) -> x509.Certificate:
    """A certificate read from DER: asn1crypto encodes constructed objects anew at every use."""
    return x509.Certificate.load(arch.get_cert(CertLabel(label)).dump())


def private_key_der(arch: PKIArchitecture, label: str) -> bytes:
    """PKCS#8, not encrypted."""
    return bytes(arch.key_set.get_private_key(KeyLabel(label)).dump())


def crl_der(arch: PKIArchitecture, label: str, *, at: datetime) -> bytes:
    """What the authority says at that time about the certificates it issued."""
    return bytes(arch.service_registry.get_crl(ServiceLabel(label), at).dump())


def _write_key(path: Path, name: str) -> None:
    key: Any = ec.generate_private_key(ec.SECP256R1())
    if name in PEOPLE or name == "tsa":  # pyHanko's own time stamper for tests knows RSA only
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(pem)


def _config(now: datetime) -> dict[str, Any]:
    names = (*_AUTHORITIES, *PEOPLE)
    titles = {"root": "Root CA Uji", "issuing": "CA Penerbit Uji", "tsa": "TSA Uji"}
    titles |= {"ocsp": "OCSP Uji", **{name: PEOPLE[name][0] for name in PEOPLE}}
    people = {name: _person(name, now) for name in PEOPLE}
    return {
        "external-url-prefix": "http://pki.test",
        "keysets": {"ks": {"keys": {name: {"path": f"{name}.key.pem"} for name in names}}},
        "pki-architectures": {
            "office": {
                "keyset": "ks",
                "entity-defaults": {"country-name": "ID", "organization-name": "Uji"},
                "entities": {name: {"common-name": titles[name]} for name in names},
                "certs": {**_authorities(now), **people},
                "services": _services(),
            }
        },
    }


def _days(now: datetime, days: int) -> str:
    return f"{now + timedelta(days=days):%Y-%m-%dT00:00:00+0000}"


def _validity(now: datetime, start: int, end: int) -> dict[str, str]:
    return {"valid-from": _days(now, start), "valid-to": _days(now, end)}


def _person(name: str, now: datetime) -> dict[str, Any]:
    _, start, end = PEOPLE[name]
    facts: dict[str, Any] = {
        "issuer": "issuing",
        "validity": _validity(now, start, end),
        "profiles": ["digsig-commitment"],
        "extensions": [_lists_at("issuing")],
    }
    if name == "revoked":
        since = _days(now, -REVOKED_DAYS_AGO)
        facts["revocation"] = {"revoked-since": since, "reason": "key_compromise"}
    return facts


def _lists_at(authority: str) -> dict[str, Any]:
    return {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [authority]}},
    }


def _authorities(now: datetime) -> dict[str, Any]:
    long = _validity(now, *_AUTHORITY_DAYS)
    root = {"subject": "root", "issuer": "root", "subject-key": "root", "authority-key": "root"}
    stamping: list[dict[str, Any]] = [
        {"id": "key_usage", "critical": True}
        | {"smart-value": {"schema": "key-usage", "params": ["digital_signature"]}},
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
    ]
    stamping.append(_lists_at("root"))
    issuing = {
        "profiles": [{"id": "simple-ca", "params": {"max-path-len": 0}}],
        "extensions": [_lists_at("root")],
    }
    return {
        "root": {**root, "validity": long, "profiles": ["simple-ca"]},
        "issuing": {"issuer": "root", "validity": long, **issuing},
        "ocsp": {"issuer": "issuing", "validity": long, "profiles": ["ocsp-responder"]},
        "tsa": {"issuer": "root", "validity": long, "extensions": stamping},
    }


def _services() -> dict[str, Any]:
    return {
        "ocsp": {
            "issuing": {"for-issuer": "issuing", "responder-cert": "ocsp", "signing-key": "ocsp"}
        },
        "crl-repo": {
            name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "PT1H"}
            for name in ("root", "issuing")
        },
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    }
