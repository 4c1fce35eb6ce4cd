"""Signs PDFs that this office rendered, with the key of the Kepala Dinas."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol, Self

import httpx
from asn1crypto import x509
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathError,
    RevokedError,
    ValidationError,
)

from jamila_verifier import CLOCK_DRIFT, load_certificates
from signing.pades.errors import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRefusedError,
    RevocationUnavailableError,
    TimestampUnavailableError,
    UnsignablePdfError,
)
from signing.pades.fast import FastSigner, Wish
from signing.pades.fast_cms import CmsMaker
from signing.pades.fast_lane import FastLane
from signing.pades.keys import CachedKeySigner, SigningKey, open_pkcs12
from signing.pades.settings import PadesLevel, PadesSettings
from signing.pades.trust_services import TrustMaterial, TrustServices

_FIELD_NAME: Final = "TTE"
_TIMESTAMP_FIELD_NAME: Final = "CapWaktu"
_DIGEST: Final = "sha256"
_CMS_OVERHEAD: Final = 2048
_HEX: Final = 2
_DSS_WITH_SIGNATURE: Final = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)


class SignatureArea(Protocol):
    """Where the visible signature goes, in points from the lower left corner."""

    @property
    def page(self) -> int:
        """Page index; -1 is the last page."""

    @property
    def x1(self) -> float:
        """Left edge."""

    @property
    def y1(self) -> float:
        """Lower edge."""

    @property
    def x2(self) -> float:
        """Right edge."""

    @property
    def y2(self) -> float:
        """Upper edge."""


@dataclass(frozen=True, slots=True)
class VisibleBox:
    """A ``SignatureArea`` for callers that have none of their own."""

    page: int
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signed document and the evidence to record with it."""

    pdf: bytes
    sha256: str
    """Of the signed bytes, hexadecimal."""
    level: PadesLevel
    signer_name: str
    """Common name in the certificate."""
    certificate_serial: str
    """Hexadecimal, as certificate viewers show it."""
    certificate_sha256: str
    """Of the certificate's DER, hexadecimal."""


class PadesSigner:
    """Signs one document at a time; more at once need more signers or more processes."""

    def __init__(
        self,
        key: SigningKey,
        *,
        settings: PadesSettings,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._certificate = key.certificate
        self._chain = key.chain
        self._signer = CachedKeySigner(key)
        self._roots = load_certificates(settings.trust_roots)
        self._trust = TrustServices(
            settings,
            certificate=key.certificate,
            chain=key.chain,
            transport=transport,
        )
        certificates = sum(len(each.dump()) for each in (key.certificate, *key.chain))
        self._fast = FastLane(
            FastSigner(CmsMaker(key), certificate_bytes=certificates), self._trust.desk
        )
        # asn1crypto parses lazily inside shared certificates; nobody promises that to threads.
        self._signing = Lock()

    @classmethod
    def from_pkcs12(
        cls,
        path: Path,
        passphrase: bytes,
        *,
        settings: PadesSettings,
        transport: httpx.BaseTransport | None = None,
    ) -> Self:
        """Open a key file and make a signer of it.

        Args:
            path: PKCS#12 file with key, certificate and the authorities above.
            passphrase: Used once, not kept.
            settings: Level, trust roots and services.
            transport: Replaces the network below HTTP, for tests.

        Raises:
            SigningKeyUnusableError: The key file cannot be opened.
            TrustRootsUnreadableError: A trust root cannot be read.
        """
        return cls(open_pkcs12(path, passphrase), settings=settings, transport=transport)

    def sign(
        self, pdf: bytes, *, box: SignatureArea, reason: str, location: str, now: datetime
    ) -> SignedPdf:
        """Sign a PDF and certify it: only archive time stamps may follow.

        Args:
            pdf: Unsigned document.
            box: Room for the visible signature; gets a thin frame, its text is the document's own.
            reason: Why it is signed; readable in every PDF viewer, so without personal data.
            location: Where; the same.
            now: Aware instant written as the signing time.

        Raises:
            CertificateExpiredError: The certificate ended before ``now``.
            CertificateNotYetValidError: The certificate begins after ``now``.
            CertificateRefusedError: Revoked, or no path to the trust roots (B-LTA).
            UnsignablePdfError: The PDF does not take the signature.
            TimestampUnavailableError: The time stamping authority failed (B-LTA).
            RevocationUnavailableError: OCSP or CRL could not be fetched (B-LTA).
        """
        _check_validity(self._certificate, now)
        with self._signing:
            signed = self._sign(pdf, box=box, reason=reason, location=location, now=now)
        return SignedPdf(
            pdf=signed,
            sha256=sha256(signed).hexdigest(),
            level=self._settings.level,
            signer_name=str(self._certificate.subject.native["common_name"]),
            certificate_serial=f"{self._certificate.serial_number:x}",
            certificate_sha256=sha256(self._certificate.dump()).hexdigest(),
        )

    @property
    def valid_until(self) -> datetime:
        """When the certificate ends."""
        end: datetime = self._certificate.not_valid_after
        return end

    def close(self) -> None:
        """Close the connections to the trust services."""
        self._trust.close()

    def _sign(
        self, pdf: bytes, *, box: SignatureArea, reason: str, location: str, now: datetime
    ) -> bytes:
        material = None if self._settings.level == "B-B" else self._trust.material(now=now)
        wish = Wish(
            page=box.page,
            rect=(round(box.x1), round(box.y1), round(box.x2), round(box.y2)),
            appearance=_outline(box),
            reason=reason,
            location=location,
            now=now,
            field=_FIELD_NAME,
            stamp_field=_TIMESTAMP_FIELD_NAME,
        )
        signed = self._fast.sign(pdf, wish, material)
        if signed is None:
            signed = self._sign_with_pyhanko(pdf, wish, material)
            self._fast.learn(signed, material)
        return signed

    def _sign_with_pyhanko(self, pdf: bytes, wish: Wish, material: TrustMaterial | None) -> bytes:
        now = wish.now
        context = None if material is None else self._validation_context(material, now=now)
        signer = _ClockedPdfSigner(
            _metadata(wish.reason, wish.location, context=context),
            self._signer,
            timestamper=material.timestamper if material else None,
            stamp_style=_frame(wish),
            new_field_spec=SigFieldSpec(
                _FIELD_NAME,
                on_page=wish.page,
                box=wish.rect,
            ),
        )
        signer.now = now
        return _run(signer, pdf, reserved=self._reserved_bytes())

    def _reserved_bytes(self) -> int:
        """Reserve room for the CMS in hexadecimal; otherwise pyHanko signs twice to measure it."""
        certificates = sum(len(cert.dump()) for cert in (self._certificate, *self._chain))
        stamp = 0 if self._settings.level == "B-B" else self._settings.timestamp_reserved_bytes
        return _HEX * (certificates + _CMS_OVERHEAD + stamp)

    def _validation_context(self, material: TrustMaterial, *, now: datetime) -> ValidationContext:
        try:
            return ValidationContext(
                trust_roots=self._roots,
                other_certs=self._chain,
                moment=now,
                time_tolerance=CLOCK_DRIFT,
                allow_fetching=False,
                ocsps=material.ocsps,
                crls=material.crls,
                revocation_mode="require",
            )
        except (ValueError, KeyError, TypeError) as exc:
            # asn1crypto reads an answer only as deep as it is asked: some faults show here.
            self._trust.forget()
            raise RevocationUnavailableError("malformed answer") from exc


def _metadata(
    reason: str, location: str, *, context: ValidationContext | None
) -> PdfSignatureMetadata:
    """Describe the signature; a validation context is what makes it one for archives."""
    archived = context is not None
    return PdfSignatureMetadata(
        field_name=_FIELD_NAME,
        md_algorithm=_DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        certify=True,
        # A document time stamp must be able to follow a B-LTA signature.
        docmdp_permissions=MDPPerm.FILL_FORMS if archived else MDPPerm.NO_CHANGES,
        embed_validation_info=archived,
        use_pades_lta=archived,
        timestamp_field_name=_TIMESTAMP_FIELD_NAME,
        validation_context=context,
        dss_settings=_DSS_WITH_SIGNATURE,
    )


class _ClockedPdfSigner(PdfSigner):
    """Takes the signing time as an argument instead of reading the clock of this machine."""

    now: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.now
        return session


def _run(signer: PdfSigner, pdf: bytes, *, reserved: int) -> bytes:
    """Run pyHanko on a private event loop and translate what it raises."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        output: BytesIO = asyncio.run(signer.async_sign_pdf(writer, bytes_reserved=reserved))
    except (PathError, ValidationError) as exc:
        raise _refusal(exc) from exc
    except SigningError as exc:
        raise (_refusal(exc.__cause__) if exc.__cause__ else UnsignablePdfError(exc.msg)) from exc
    except PdfError as exc:
        raise UnsignablePdfError(exc.msg) from exc
    except OSError as exc:
        raise TimestampUnavailableError(type(exc).__name__) from exc
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as exc:
        # pyHanko lets these through where a PDF breaks its own structure.
        raise UnsignablePdfError(type(exc).__name__) from exc
    return output.getvalue()


def _refusal(cause: BaseException) -> CertificateRefusedError | RevocationUnavailableError:
    """Tell a certificate that is bad from one whose state is not known at the moment."""
    if isinstance(cause, InsufficientRevinfoError):
        return RevocationUnavailableError("what was fetched does not cover every certificate")
    if isinstance(cause, RevokedError):
        return CertificateRefusedError("revoked")
    return CertificateRefusedError("no path to the trust roots")


def _check_validity(certificate: x509.Certificate, now: datetime) -> None:
    if now < certificate.not_valid_before:
        raise CertificateNotYetValidError(certificate.not_valid_before)
    if now > certificate.not_valid_after:
        raise CertificateExpiredError(certificate.not_valid_after)


def _outline(box: SignatureArea) -> bytes:
    """Draw a hairline around the place; pyHanko's stamp text would need a font not embedded."""
    width, height = round(box.x2) - round(box.x1), round(box.y2) - round(box.y1)
    return b"q 0.4 w 0.7 G 0.2 0.2 %.2f %.2f re S Q" % (width - 0.4, height - 0.4)


def _frame(wish: Wish) -> StaticStampStyle:
    x1, y1, x2, y2 = wish.rect
    width, height = x2 - x1, y2 - y1
    content = RawContent(wish.appearance, box=layout.BoxConstraints(width=width, height=height))
    # pyHanko would shrink the drawing by a margin and push it over the QR below.
    as_drawn = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MIN,
        y_align=layout.AxisAlignment.ALIGN_MIN,
        margins=layout.Margins(left=0, right=0, top=0, bottom=0),
        inner_content_scaling=layout.InnerScaling.NO_SCALING,
    )
    return StaticStampStyle(
        background=content, background_layout=as_drawn, background_opacity=1.0, border_width=0
    )
