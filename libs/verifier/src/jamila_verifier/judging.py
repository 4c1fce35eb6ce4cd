"""Judges one signature: integrity, later changes, trust and revocation at a time."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
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
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from jamila_verifier.anchors import RevocationEvidence, TrustAnchors
from jamila_verifier.report import LaterChanges, PadesLevel, Revocation, SignatureFinding

CLOCK_DRIFT: Final = timedelta(minutes=2)
"""How far the clock here may differ from those of the authorities: an OCSP answer made just now is
otherwise refused as one from the future."""

BROKEN: Final = "signature-broken"
CHANGED: Final = "changed-after-signing"
STAMP_BROKEN: Final = "timestamp-broken"
NOT_TRUSTED: Final = "certificate-not-trusted"
EXPIRED: Final = "certificate-expired"
NOT_YET_VALID: Final = "certificate-not-yet-valid"
REVOKED: Final = "certificate-revoked"
_TRUST_FAULTS: Final = {NOT_TRUSTED, EXPIRED, NOT_YET_VALID, REVOKED}


class Judge:
    """Judges signatures at one instant by one set of anchors and evidence."""

    def __init__(
        self, anchors: TrustAnchors, evidence: RevocationEvidence, *, at: datetime
    ) -> None:
        self._anchors = anchors
        self._evidence = evidence
        self._at = at

    async def find(self, signature: EmbeddedPdfSignature) -> SignatureFinding:
        """Judge one signature."""
        try:
            status, revocation = await self._judge(signature, at=self._at)
        except SignatureValidationError:
            return _finding(signature, None, reasons=(BROKEN,), revocation="unknown")
        stamp = status.timestamp_validity
        if not status.trusted and stamp is not None and stamp.valid and stamp.trusted:
            # The stamp proves that the signature existed then, whatever happened since.
            status, revocation = await self._judge(signature, at=stamp.timestamp, is_past=True)
        trust_fault = _trust_fault(status)
        stamps_hold = stamp is None or (stamp.intact and stamp.valid)
        if signature.reader.embedded_timestamp_signatures:
            if await self._is_proved_for_ever(signature):
                # Years later the archive stamps still prove a certificate that expired.
                revocation, trust_fault = "good", None
            else:
                stamps_hold = stamps_hold and await self._archive_stamps_hold(signature)
        checks = (
            (BROKEN, status.intact and status.valid),
            (CHANGED, _later_changes(status) != "other"),
            (STAMP_BROKEN, stamps_hold),
        )
        reasons = [slug for slug, holds in checks if not holds]
        if trust_fault is not None:
            reasons.append(trust_fault)
        return _finding(signature, status, reasons=tuple(reasons), revocation=revocation)

    async def _judge(
        self, signature: EmbeddedPdfSignature, *, at: datetime, is_past: bool = False
    ) -> tuple[PdfSignatureStatus, Revocation]:
        # Strictly first: the lenient way looks at no list that a certificate does not itself name.
        for way in ("strict", "lenient"):
            context = self._context(signature, at, way, is_past=is_past)
            status = await async_validate_pdf_signature(signature, context)
            if status.revocation_details is not None:
                return status, "revoked"
            if status.trusted:
                return status, "good" if way == "strict" else "unknown"
        # An answer of another time is no answer, yet pyHanko takes it for a failed check.
        context = self._context(signature, at, "without", is_past=is_past)
        return await async_validate_pdf_signature(signature, context), "unknown"

    def _context(
        self, signature: EmbeddedPdfSignature, at: datetime, way: str, *, is_past: bool
    ) -> ValidationContext:
        knowledge: dict[str, Any] = {
            "trust_roots": list(self._anchors.roots),
            "other_certs": list(self._anchors.intermediates),
            "moment": at,
            "time_tolerance": CLOCK_DRIFT,
            "allow_fetching": False,
            "revocation_mode": "require" if way == "strict" else "soft-fail",
            "retroactive_revinfo": is_past,
        }
        if way != "without":
            knowledge |= {"ocsps": self._evidence.ocsps, "crls": self._evidence.crls}
        try:
            dss = DocumentSecurityStore.read_dss(signature.reader)
        except NoDSSFoundError:
            return ValidationContext(**knowledge)
        if way == "without":
            knowledge["other_certs"] += dss.load_certs()
            return ValidationContext(**knowledge)
        return dss.as_validation_context(knowledge)

    async def _archive_stamps_hold(self, signature: EmbeddedPdfSignature) -> bool:
        context = self._context(signature, self._at, "without", is_past=False)
        stamps = [
            await async_validate_pdf_timestamp(each, context)
            for each in signature.reader.embedded_timestamp_signatures
        ]
        return all(each.intact and each.valid for each in stamps)

    async def _is_proved_for_ever(self, signature: EmbeddedPdfSignature) -> bool:
        """Validate after ETSI EN 319 102-1 5.6.3 with the revocation information in the file."""
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=list(self._anchors.roots)),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            time_tolerance=CLOCK_DRIFT,
        )
        gathering = RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        )
        spec = SignatureValidationSpec(
            cert_validation_policy=policy,
            revinfo_gathering_policy=gathering,
            local_knowledge=self._local_knowledge(),
        )
        timing = ValidationTimingInfo(
            validation_time=self._at, best_signature_time=self._at, point_in_time_validation=False
        )
        result = await ades_lta_validation(
            signature, PdfSignatureValidationSpec(spec), timing_info=timing
        )
        return result.ades_subindic is AdESPassed.OK

    def _local_knowledge(self) -> LocalKnowledge:
        return LocalKnowledge(
            known_ocsps=[
                each for o in self._evidence.ocsps for each in OCSPContainer.load_multi(o)
            ],
            known_crls=[CRLContainer(each) for each in self._evidence.crls],
            known_certs=list(self._anchors.intermediates),
        )


def _trust_fault(status: PdfSignatureStatus) -> str | None:
    if status.trusted:
        return None
    if status.revocation_details is not None:
        return REVOKED
    certificate, at = status.signing_cert, status.validation_time
    if at is not None and at < certificate.not_valid_before:
        return NOT_YET_VALID
    return EXPIRED if at is not None and at > certificate.not_valid_after else NOT_TRUSTED


def _later_changes(status: PdfSignatureStatus) -> LaterChanges:
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return "none"
    is_archive = (
        status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and status.modification_level in {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}
        and status.docmdp_ok is not False
    )
    return "archive" if is_archive else "other"


def _level(signature: EmbeddedPdfSignature, status: PdfSignatureStatus | None) -> PadesLevel:
    archived = bool(signature.reader.embedded_timestamp_signatures)
    if status is None or (status.timestamp_validity is None and not archived):
        return "B-B"
    if "/DSS" not in signature.reader.root:
        return "B-T"
    return "B-LTA" if archived else "B-LT"


def _finding(
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus | None,
    *,
    reasons: tuple[str, ...],
    revocation: Revocation,
) -> SignatureFinding:
    certificate = signature.signer_cert
    stamp = status.timestamp_validity if status else None
    return SignatureFinding(
        reasons=reasons,
        intact=BROKEN not in reasons,
        trusted=status is not None and not _TRUST_FAULTS & set(reasons),
        revocation=revocation,
        later_changes=_later_changes(status) if status else "other",
        level=_level(signature, status),
        signer_name=str(certificate.subject.native.get("common_name", "")),
        issuer_name=str(certificate.issuer.native.get("common_name", "")),
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        signed_at=signature.self_reported_timestamp,
        timestamped_at=stamp.timestamp if stamp and stamp.valid and stamp.trusted else None,
    )
