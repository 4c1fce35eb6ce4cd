"""What a judgement rests on: pinned certificates, and what is known about revocation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from asn1crypto import crl, ocsp, pem, x509

from jamila_verifier.errors import TrustRootsUnreadableError


@dataclass(frozen=True)
class TrustAnchors:
    """The pinned roots; those of this machine are never used."""

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    """Authorities between root and signer, for documents that do not carry them."""

    @classmethod
    def from_files(cls, roots: Sequence[Path], intermediates: Sequence[Path] = ()) -> Self:
        """Read PEM or DER files, one or many certificates each.

        Raises:
            TrustRootsUnreadableError: A file is missing or holds something else.
        """
        return cls(tuple(load_certificates(roots)), tuple(load_certificates(intermediates)))


@dataclass(frozen=True)
class RevocationEvidence:
    """What the caller knows beyond the document itself; nothing is fetched here."""

    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()

    @classmethod
    def from_der(cls, *, ocsps: Iterable[bytes] = (), crls: Iterable[bytes] = ()) -> Self:
        """Read what was fetched.

        Raises:
            ValueError: Something else than OCSP answers and revocation lists.
        """
        return cls(
            tuple(ocsp.OCSPResponse.load(each, strict=True) for each in ocsps),
            tuple(crl.CertificateList.load(each, strict=True) for each in crls),
        )


NO_EVIDENCE = RevocationEvidence()


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
    # Loaded from DER: asn1crypto would re-encode constructed objects at every use.
    found = [x509.Certificate.load(der, strict=True) for der in ders]
    for certificate in found:
        # asn1crypto parses on demand: touching the name makes other content fail here.
        _ = certificate.subject.native
    return found
