"""Makes the signatures of the simulated e-sign service, with pyHanko and the demo PKI's signer."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jamila_simulators.pki import DemoPki


@dataclass(frozen=True)
class Place:
    """Where a visible signature goes; page from 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


class Sealer:
    """Signs with the key of the demo signer."""

    def __init__(self, pki: DemoPki) -> None:
        identity = pki.identity("signer")
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko
        store.register_multiple(
            [_asn1(pki.identity(name).certificate) for name in ("issuing", "root")]
        )
        key = identity.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._signer = SimpleSigner(
            signing_cert=_asn1(identity.certificate),
            signing_key=keys.PrivateKeyInfo.load(key),
            cert_registry=store,
            embed_roots=True,
        )
        self.expires_at: datetime = identity.certificate.not_valid_after_utc

    def seal(self, pdf: bytes, *, place: Place | None, reason: str, location: str) -> bytes:
        """Sign a PDF; without a place invisibly."""
        meta = PdfSignatureMetadata(
            field_name="TTE_BSrE",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason or None,
            location=location or None,
        )
        signer = PdfSigner(meta, self._signer, stamp_style=_STYLE, new_field_spec=_field(place))
        out: Any = asyncio.run(signer.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))))
        return bytes(out.getvalue())


_STYLE = StaticStampStyle(border_width=0)


def _field(place: Place | None) -> SigFieldSpec | None:
    if place is None:
        return None
    x, y = round(place.x), round(place.y)
    box = (x, y, x + round(place.width), y + round(place.height))
    return SigFieldSpec("TTE_BSrE", on_page=place.page - 1, box=box)


def signatures_of(pdf: bytes) -> list[tuple[str, str]]:
    """Field name and signer of each signature in a PDF."""
    reader = PdfFileReader(BytesIO(pdf))
    return [
        (each.field_name, str(each.signer_cert.subject.native["common_name"]))
        for each in reader.embedded_regular_signatures
    ]


def _asn1(certificate: Any) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
