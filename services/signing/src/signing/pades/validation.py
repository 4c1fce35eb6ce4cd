"""Judges the signatures of a PDF, ours or imported, against pinned trust roots."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from signing.pades.certificates import load_certificates
from signing.pades.errors import UnreadablePdfError
from signing.pades.settings import CLOCK_DRIFT

_HARMLESS: Final = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What holds of a PDF's signatures; facts are those of the first one."""

    valid: bool
    """Everything below holds for every signature."""
    intact: bool
    """The signed bytes are unchanged and the signature value fits the certificate's key."""
    trusted: bool
    """The certificate leads to a pinned root and was good when it signed."""
    coverage_whole_file: bool
    """Nothing but archive time stamps came after the signature."""
    level: str | None
    """``B-B``, ``B-T``, ``B-LT`` or ``B-LTA``, from what the file holds; None without signature."""
    signatures: int
    signer_name: str | None
    certificate_serial: str | None
    """Hexadecimal."""
    signed_at: datetime | None
    """The signer's own claim."""
    timestamped_at: datetime | None
    """Time in a trusted authority's stamp on the signature."""
    reasons: tuple[str, ...]
    """Slugs of everything that keeps it from being valid; empty when valid."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    signature: EmbeddedPdfSignature
    status: PdfSignatureStatus
    level: str
    reasons: tuple[str, ...]


def validate(
    pdf: bytes, *, trust_roots: Sequence[Path], now: datetime | None = None
) -> SignatureReport:
    """Check all signatures of a PDF; nothing is fetched from the network.

    Args:
        pdf: The document.
        trust_roots: PEM or DER files; the roots of this machine are never used.
        now: Aware instant of the judgement, by default the present.

    Raises:
        UnreadablePdfError: The bytes are no PDF that can be parsed.
        TrustRootsUnreadableError: A trust root cannot be read.
    """
    roots = load_certificates(trust_roots)
    try:
        return asyncio.run(_judge(pdf, roots, now=now or datetime.now(UTC)))
    except Exception as exc:
        # A hostile file can break a parser anywhere; every way of it means the same to the caller.
        raise UnreadablePdfError from exc


async def _judge(pdf: bytes, roots: list[x509.Certificate], *, now: datetime) -> SignatureReport:
    reader = PdfFileReader(BytesIO(pdf))
    verdicts = [
        await _judge_one(signature, roots, now=now)
        for signature in reader.embedded_regular_signatures
    ]
    if not verdicts:
        return SignatureReport(
            valid=False,
            intact=False,
            trusted=False,
            coverage_whole_file=False,
            level=None,
            signatures=0,
            signer_name=None,
            certificate_serial=None,
            signed_at=None,
            timestamped_at=None,
            reasons=("signature-missing",),
        )
    return _report(verdicts)


def _report(verdicts: Sequence[_Verdict]) -> SignatureReport:
    reasons = sorted({reason for verdict in verdicts for reason in verdict.reasons})
    first = verdicts[0]
    certificate, status = first.signature.signer_cert, first.status
    stamp = status.timestamp_validity
    return SignatureReport(
        valid=not reasons,
        intact="signature-broken" not in reasons,
        trusted="certificate-not-trusted" not in reasons,
        coverage_whole_file="changed-after-signing" not in reasons,
        level=first.level,
        signatures=len(verdicts),
        signer_name=str(certificate.subject.native.get("common_name", "")),
        certificate_serial=f"{certificate.serial_number:x}",
        signed_at=status.signer_reported_dt,
        timestamped_at=stamp.timestamp if stamp and stamp.valid and stamp.trusted else None,
        reasons=tuple(reasons),
    )


async def _judge_one(
    signature: EmbeddedPdfSignature, roots: list[x509.Certificate], *, now: datetime
) -> _Verdict:
    context = ValidationContext(
        trust_roots=roots, moment=now, time_tolerance=CLOCK_DRIFT, allow_fetching=False
    )
    status = await async_validate_pdf_signature(signature, context)
    level = _level(signature, status)
    # Years later only the archive time stamps can still prove a certificate that expired meanwhile.
    trusted = (
        await _trusted_for_ever(signature, roots, now=now) if level == "B-LTA" else status.trusted
    )
    stamp = status.timestamp_validity
    untouched = status.coverage is SignatureCoverageLevel.ENTIRE_FILE or (
        status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and status.modification_level in _HARMLESS
    )
    checks = (
        ("signature-broken", status.intact and status.valid),
        ("certificate-not-trusted", trusted),
        ("changed-after-signing", untouched and status.docmdp_ok is not False),
        ("timestamp-broken", stamp is None or (stamp.intact and stamp.valid)),
    )
    return _Verdict(signature, status, level, tuple(slug for slug, holds in checks if not holds))


def _level(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> str:
    """Name the level by what the file holds; whether it is worth it is judged apart."""
    if status.timestamp_validity is None:
        return "B-B"
    if "/DSS" not in signature.reader.root:
        return "B-T"
    return "B-LTA" if signature.reader.embedded_timestamp_signatures else "B-LT"


async def _trusted_for_ever(
    signature: EmbeddedPdfSignature, roots: list[x509.Certificate], *, now: datetime
) -> bool:
    """Validate after ETSI EN 319 102-1 5.6.3 with the revocation information inside the file."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        time_tolerance=CLOCK_DRIFT,
    )
    gathering = RevocationInfoGatheringSpec(
        online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
        certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
    )
    spec = SignatureValidationSpec(
        cert_validation_policy=policy, revinfo_gathering_policy=gathering
    )
    timing = ValidationTimingInfo(
        validation_time=now, best_signature_time=now, point_in_time_validation=False
    )
    result = await ades_lta_validation(
        signature, PdfSignatureValidationSpec(spec), timing_info=timing
    )
    return result.ades_subindic is AdESPassed.OK
