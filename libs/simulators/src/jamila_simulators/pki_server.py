"""Time stamps, OCSP answers and revocation lists of the demo PKI over HTTP. NOT FOR PRODUCTION.

Routes: ``POST /tsa`` (RFC 3161), ``POST /ocsp`` (RFC 6960), ``GET /crl/root.crl`` and
``GET /crl/issuing.crl`` (DER, RFC 5280), ``GET /`` says what this is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Literal, Self

import asn1crypto.keys
import asn1crypto.tsp
import asn1crypto.x509
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from jamila_simulators.pki import IDENTITIES, NOT_FOR_PRODUCTION, DemoPki, Identity

_MAX_REQUEST_BYTES: Final = 65_536
_OCSP_LIFE: Final = timedelta(hours=12)
_CRL_LIFE: Final = timedelta(days=7)
_CLOCK_SLACK: Final = timedelta(minutes=1)
_WARNING: Final = {"X-Demo-Only": NOT_FOR_PRODUCTION}


@dataclass(frozen=True, slots=True)
class _Authorities:
    """The demo PKI with its keys parsed once; parsing an RSA key costs a tenth of a second."""

    pki: DemoPki
    identities: Mapping[str, Identity]

    @classmethod
    def load(cls, pki_dir: Path) -> Self:
        pki = DemoPki(pki_dir)
        return cls(pki, {name: pki.identity(name) for name in IDENTITIES})

    def revoked_by(self, issuer: Identity) -> dict[int, datetime]:
        issued = {
            identity.certificate.serial_number
            for identity in self.identities.values()
            if identity.certificate.issuer == issuer.certificate.subject
        }
        return {serial: since for serial, since in self.pki.revoked().items() if serial in issued}


def create_pki_app(pki_dir: Path) -> FastAPI:
    """Serve the demo PKI that ``ensure_demo_pki`` made in a folder."""
    authorities = _Authorities.load(pki_dir)
    tsa = _time_stamper(authorities)
    app = FastAPI(title=f"PKI demo ({NOT_FOR_PRODUCTION})", docs_url=None, redoc_url=None)

    @app.get("/")
    async def what_this_is() -> JSONResponse:
        content = {"service": "demo PKI: TSA, OCSP, CRL", "warning": NOT_FOR_PRODUCTION}
        return JSONResponse(content, headers=_WARNING)

    @app.post("/tsa")
    async def stamp(request: Request) -> Response:
        answer = partial(_stamp, tsa, await request.body())
        return await _answer(answer, media_type="application/timestamp-reply")

    @app.post("/ocsp")
    async def certificate_status(request: Request) -> Response:
        answer = partial(_certificate_status, authorities, await request.body())
        return await _answer(answer, media_type="application/ocsp-response")

    @app.get("/crl/{authority}.crl")
    async def revocation_list(authority: Literal["root", "issuing"]) -> Response:
        answer = partial(_revocation_list, authorities, authority)
        return await _answer(answer, media_type="application/pkix-crl")

    return app


async def _answer(make: Callable[[], bytes], *, media_type: str) -> Response:
    """Make an answer in a worker thread; signing is CPU work."""
    try:
        content = await run_in_threadpool(make)
    except ValueError:
        return Response("malformed request", status_code=400, headers=_WARNING)
    return Response(content, media_type=media_type, headers=_WARNING)


def _time_stamper(authorities: _Authorities) -> TimeStamper:
    tsa = authorities.identities["tsa"]
    key = tsa.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return TimeStamper(
        tsa_cert=_asn1(tsa.certificate),
        tsa_key=asn1crypto.keys.PrivateKeyInfo.load(key),
        certs_to_embed=[_asn1(authorities.identities["root"].certificate)],
    )


def _asn1(certificate: x509.Certificate) -> asn1crypto.x509.Certificate:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return asn1crypto.x509.Certificate.load(der)


def _stamp(tsa: TimeStamper, body: bytes) -> bytes:
    if len(body) > _MAX_REQUEST_BYTES:
        raise ValueError(len(body))
    request = asn1crypto.tsp.TimeStampReq.load(body, strict=True)
    # asn1crypto parses on demand: touching the value makes a malformed request fail here.
    if request["message_imprint"]["hash_algorithm"]["algorithm"].native is None:
        raise ValueError(len(body))
    return bytes(tsa.request_tsa_response(request).dump())


def _certificate_status(authorities: _Authorities, body: bytes) -> bytes:
    if len(body) > _MAX_REQUEST_BYTES:
        raise ValueError(len(body))
    request = ocsp.load_der_ocsp_request(body)
    signer = authorities.identities["signer"]
    if request.serial_number != signer.certificate.serial_number:
        status = ocsp.OCSPResponseStatus.UNAUTHORIZED
        return _der(ocsp.OCSPResponseBuilder.build_unsuccessful(status))
    return _der(_signed_status(authorities, signer, request=request))


def _signed_status(
    authorities: _Authorities, asked: Identity, *, request: ocsp.OCSPRequest
) -> ocsp.OCSPResponse:
    now = datetime.now(UTC).replace(microsecond=0)
    responder, issuing = authorities.identities["ocsp"], authorities.identities["issuing"]
    since = authorities.pki.revoked().get(asked.certificate.serial_number)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=asked.certificate,
            issuer=issuing.certificate,
            algorithm=request.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
            this_update=now - _CLOCK_SLACK,
            next_update=now + _OCSP_LIFE,
            revocation_time=since,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        .certificates([responder.certificate])
    )
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, critical=False)
    return builder.sign(responder.key, hashes.SHA256())


def _der(response: ocsp.OCSPResponse) -> bytes:
    return response.public_bytes(serialization.Encoding.DER)


def _revocation_list(authorities: _Authorities, authority: str) -> bytes:
    issuer = authorities.identities[authority]
    now = datetime.now(UTC).replace(microsecond=0)
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - _CLOCK_SLACK)
        .next_update(now + _CRL_LIFE)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(authority_key, critical=False)
    )
    for serial, since in authorities.revoked_by(issuer).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
