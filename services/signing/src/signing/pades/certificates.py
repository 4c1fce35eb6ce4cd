"""Reads pinned certificates from files."""

from collections.abc import Sequence
from pathlib import Path

from asn1crypto import pem, x509

from signing.pades.errors import TrustRootsUnreadableError


def load_certificates(paths: Sequence[Path]) -> list[x509.Certificate]:
    """Load all certificates of PEM or DER files.

    Raises:
        TrustRootsUnreadableError: A file is missing or holds something else.
    """
    try:
        return [cert for path in paths for cert in _load(path.read_bytes())]
    except (OSError, ValueError) as exc:
        raise TrustRootsUnreadableError from exc


def _load(data: bytes) -> list[x509.Certificate]:
    ders = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
    found = [x509.Certificate.load(der, strict=True) for der in ders]
    for certificate in found:
        # asn1crypto parses on demand: touching the name makes other content fail here.
        _ = certificate.subject.native
    return found
