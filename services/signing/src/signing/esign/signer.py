"""One official who signs through the e-sign service; implements ``DocumentSigner``."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jamila_contracts.values import SignatureBox
from jamila_runtime.errors import DomainError
from jamila_verifier import PadesLevel, TrustAnchors, check_pdf
from signing.esign.client import MAY_SIGN, EsignAnswer, EsignClient, EsignOrder
from signing.esign.errors import (
    EsignAnswerWrongError,
    EsignCertificateRefusedError,
    EsignNotRegisteredError,
    with_evidence,
)
from signing.secrets import SecretDrawer, SecretRefusedError

_STATUS_AGE: Final = timedelta(minutes=5)
_PAGE: Final = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


@dataclass(frozen=True)
class EsignSigned:
    """What came back, checked."""

    pdf: bytes
    level: PadesLevel
    signer_name: str
    certificate_sha256: str
    evidence: bytes


class EsignSigner:
    """Signs with the certificate of one NIK, while its officer has lent the secret."""

    def __init__(
        self,
        client: EsignClient,
        *,
        account: str,
        nik: str,
        secrets: SecretDrawer,
        anchors: TrustAnchors,
    ) -> None:
        self._client = client
        self._account = account
        self._nik = nik
        self._secrets = secrets
        self._anchors = anchors
        self._issued_at: datetime | None = None

    def sign(
        self, pdf: bytes, *, box: SignatureBox, reason: str, location: str, now: datetime
    ) -> EsignSigned:
        """Have a document signed, and check what comes back (see ``DocumentSigner``).

        Raises:
            SessionNeededError: nobody lent the secret.
            SecretRefusedError: it is wrong; it is forgotten, so that nobody locks the account.
            JamilaError: see ``signing.esign.errors``.
        """
        secret = self._secrets.of(self._account, now=now)
        self._must_be_issued(now)
        order = EsignOrder(
            nik=self._nik,
            secret=secret,
            pdf=pdf,
            box=box,
            page=box.page + 1 if box.page >= 0 else max(len(_PAGE.findall(pdf)), 1),
            reason=reason,
            location=location,
        )
        try:
            answer = self._client.sign(order)
        except SecretRefusedError:
            self._secrets.forget(self._account)
            raise
        except DomainError:
            self._issued_at = None
            raise
        return self._checked(pdf, answer, now)

    def _must_be_issued(self, now: datetime) -> None:
        if self._issued_at is not None and now - self._issued_at < _STATUS_AGE:
            return
        status = self._client.status(self._nik)
        if status == "NOT_REGISTERED":
            raise EsignNotRegisteredError("BSrE knows no such signer")
        if status != MAY_SIGN:
            raise EsignCertificateRefusedError("only ISSUE may sign", status=status)
        self._issued_at = now

    def _checked(self, pdf: bytes, answer: EsignAnswer, now: datetime) -> EsignSigned:
        """Believe nobody: it must be the same document, well signed by a pinned authority."""
        try:
            if not answer.pdf.startswith(pdf):
                raise EsignAnswerWrongError("it is another document")
            report = check_pdf(answer.pdf, self._anchors, at=now)
        except DomainError as error:
            raise with_evidence(EsignAnswerWrongError(error.slug), answer.evidence) from None
        if not report.valid:
            wrong = EsignAnswerWrongError("the signature is bad", reasons=list(report.reasons))
            raise with_evidence(wrong, answer.evidence)
        finding = report.findings[-1]
        return EsignSigned(
            pdf=answer.pdf,
            level=finding.level,
            signer_name=finding.signer_name,
            certificate_sha256=finding.certificate_sha256,
            evidence=answer.evidence,
        )
