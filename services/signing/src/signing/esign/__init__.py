"""Signing through BSrE's e-sign service: the key lies there, the officer's secret opens it."""

from signing.esign.client import EsignAccess, EsignClient
from signing.esign.errors import (
    EsignAnswerWrongError,
    EsignCertificateRefusedError,
    EsignGoneError,
    EsignNotRegisteredError,
    EsignRequestRefusedError,
    EsignUnavailableError,
)
from signing.esign.signer import EsignSigner

__all__ = [
    "EsignAccess",
    "EsignAnswerWrongError",
    "EsignCertificateRefusedError",
    "EsignClient",
    "EsignGoneError",
    "EsignNotRegisteredError",
    "EsignRequestRefusedError",
    "EsignSigner",
    "EsignUnavailableError",
]
