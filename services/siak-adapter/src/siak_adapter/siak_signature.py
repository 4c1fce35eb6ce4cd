"""Judges what SIAK signed, with ``jamila_verifier`` and the list of heads of the office."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from threading import Lock
from typing import ClassVar, Final

import httpx

from jamila_contracts.values import ForeignSignature
from jamila_runtime.errors import RetryableError
from jamila_runtime.officials import Officials
from jamila_verifier import (
    CLOCK_DRIFT,
    PdfReport,
    RevocationEvidence,
    SignatureFinding,
    TrustAnchors,
    check_pdf,
    unlocked_copy,
)
from siak_adapter.drafting import day_in_office
from siak_adapter.importing import (
    ChangedImportError,
    CheckedImport,
    ExpiredImportError,
    ForeignSignerError,
    ImportRefusedError,
    RevokedImportError,
    UnprovedImportError,
    UnsignedImportError,
    UntimelyImportError,
    UntrustedImportError,
)

_LISTS_MAX_AGE: Final = timedelta(hours=1)
_REFUSALS: Final[Mapping[str, type[ImportRefusedError]]] = {
    "signature-missing": UnsignedImportError,
    "signature-broken": ChangedImportError,
    "changed-after-signing": ChangedImportError,
    "signature-does-not-cover-file": ChangedImportError,
    "timestamp-broken": ChangedImportError,
    "certificate-revoked": RevokedImportError,
    "certificate-expired": ExpiredImportError,
    "certificate-not-yet-valid": ExpiredImportError,
    "certificate-not-trusted": UntrustedImportError,
}
"""In this order: what is told when several things are wrong."""


class RevocationListUnavailableError(RetryableError):
    """A revocation list that the office asks for cannot be fetched."""

    slug: ClassVar[str] = "revocation-information-unavailable"


class RevocationLists:
    """Fetches the lists of the pinned authorities and keeps them for an hour."""

    def __init__(self, client: httpx.Client, urls: tuple[str, ...]) -> None:
        self._client = client
        self._urls = urls
        self._kept: tuple[RevocationEvidence, datetime] | None = None
        self._fetching = Lock()

    @property
    def is_asked_for(self) -> bool:
        """Whether the office insists on an answer about revocation."""
        return bool(self._urls)

    def evidence(self, now: datetime) -> RevocationEvidence:
        """What is known now.

        Raises:
            RevocationListUnavailableError: a list cannot be fetched or read.
        """
        with self._fetching:
            if self._kept is not None and now - self._kept[1] < _LISTS_MAX_AGE:
                return self._kept[0]
            try:
                lists = [self._client.get(url).raise_for_status().content for url in self._urls]
                evidence = RevocationEvidence.from_der(crls=lists)
            except (httpx.HTTPError, ValueError) as error:
                raise RevocationListUnavailableError(type(error).__name__) from error
            self._kept = (evidence, now)
            return evidence


class SiakSignatures:
    """Implements ``ImportCheck``."""

    def __init__(
        self, anchors: TrustAnchors, *, officials: Officials, lists: RevocationLists
    ) -> None:
        self._anchors = anchors
        self._officials = officials
        self._lists = lists

    def check(self, pdf: bytes, *, password: str | None, now: datetime) -> CheckedImport:
        """Judge a file (see ``ImportCheck``)."""
        report = check_pdf(
            pdf, self._anchors, at=now, password=password, evidence=self._lists.evidence(now)
        )
        _refuse_faults(report)
        if self._lists.is_asked_for and report.revocation != "good":
            raise UnprovedImportError("nobody answers for every certificate of the path")
        for finding in report.findings:
            self._must_be_a_head(finding, _signed_at(finding, now))
        first = report.findings[0]
        signature = ForeignSignature(
            signer_name=first.signer_name,
            signed_at=_signed_at(first, now),
            level=first.level,
            certificate_sha256=first.certificate_sha256,
            locked=report.encrypted,
        )
        readable = unlocked_copy(pdf, password=password or "") if report.encrypted else pdf
        return CheckedImport(signature, readable)

    def _must_be_a_head(self, finding: SignatureFinding, signed_at: datetime) -> None:
        day: date = day_in_office(signed_at)
        if self._officials.signer_named(finding.signer_name, day) is None:
            raise ForeignSignerError("the signer headed no office that day", day=day.isoformat())


def _refuse_faults(report: PdfReport) -> None:
    for reason, refusal in _REFUSALS.items():
        if reason in report.reasons:
            raise refusal("the signature is not in order", reasons=list(report.reasons))
    if not report.valid:
        raise ImportRefusedError("the signature is not in order", reasons=list(report.reasons))


def _signed_at(finding: SignatureFinding, now: datetime) -> datetime:
    signed_at = finding.timestamped_at or finding.signed_at
    if signed_at is None or signed_at > now + CLOCK_DRIFT:
        raise UntimelyImportError("there is no believable signing time")
    return signed_at
