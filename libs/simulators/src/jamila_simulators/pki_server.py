"""Time stamps, OCSP answers and revocation lists of the demo PKI over HTTP. NOT FOR PRODUCTION.

Routes: ``POST /tsa`` (RFC 3161), ``POST /ocsp`` (RFC 6960), ``GET /crl/root.crl`` and
``GET /crl/issuing.crl`` (DER, RFC 5280), ``GET /`` says what this is.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

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

from jamila_simulators.pki import NOT_FOR_PRODUCTION, DemoPki, Identity

_MAX_REQUEST_BYTES: Final = 65_536
_OCSP_LIFE: Final = timedelta(hours=12)
_CRL_LIFE: Final = timedelta(days=7)
_CLOCK_SLACK: Final = timedelta(minutes=1)
_WARNING: Final = {"X-Demo-Only": NOT_FOR_PRODUCTION}


def create_pki_app(pki_dir: Path) -> FastAPI:
    """Serve the demo PKI that ``ensure_demo_pki`` made in a folder."""
    pki = DemoPki(pki_dir)
    tsa = _time_stamper(pki)
    app = FastAPI(title=f"PKI demo ({NOT_FOR_PRODUCTION})", docs_url=None, redoc_url=None)

    @app.get("/")
    async def what_this_is() -> JSONResponse:
        content = {"service": "demo PKI: TSA, OCSP, CRL", "warning": NOT_FOR_PRODUCTION}
        return JSONResponse(content, headers=_WARNING)

    @app.post("/tsa")
    async def stamp(request: Request) -> Response:
        body = await request.body()
        try:
            answer = await run_in_threadpool(_stamp, tsa, body)
        except ValueError:
            return _bad_request()
        return _answer(answer, "application/timestamp-reply")

    @app.post("/ocsp")
    async def certificate_status(request: Request) -> Response:
        body = await request.body()
        try:
            answer = await run_in_threadpool(_certificate_status, pki, body)
        except ValueError:
            return _bad_request()
        return _answer(answer, "application/ocsp-response")

    @app.get("/crl/{authority}.crl")
    async def revocation_list(authority: str) -> Response:
        if authority not in {"root", "issuing"}:
            return Response(status_code=404, headers=_WARNING)
        answer = await run_in_threadpool(_revocation_list, pki, authority)
        return _answer(answer, "application/pkix-crl")

    return app


def _answer(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers=_WARNING)


def _bad_request() -> Response:
    return Response("malformed request", status_code=400, headers=_WARNING)


def _time_stamper(pki: DemoPki) -> TimeStamper:
    tsa = pki.identity("tsa")
    key = tsa.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return TimeStamper(
        tsa_cert=_asn1(tsa.certificate),
        tsa_key=asn1crypto.keys.PrivateKeyInfo.load(key),
        certs_to_embed=[_asn1(pki.identity("root").certificate)],
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


def _certificate_status(pki: DemoPki, body: bytes) -> bytes:
    if len(body) > _MAX_REQUEST_BYTES:
        raise ValueError(len(body))
    request = ocsp.load_der_ocsp_request(body)
    known = {
        pki.identity(name).certificate.serial_number: pki.identity(name) for name in ("signer",)
    }
    asked = known.get(request.serial_number)
    if asked is None:
        status = ocsp.OCSPResponseStatus.UNAUTHORIZED
        return _der(ocsp.OCSPResponseBuilder.build_unsuccessful(status))
    return _der(_signed_status(pki, asked, request))


def _signed_status(pki: DemoPki, asked: Identity, request: ocsp.OCSPRequest) -> ocsp.OCSPResponse:
    now = datetime.now(UTC).replace(microsecond=0)
    responder, issuing = pki.identity("ocsp"), pki.identity("issuing")
    since = pki.revoked().get(asked.certificate.serial_number)
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


def _revocation_list(pki: DemoPki, authority: str) -> bytes:
    issuer = pki.identity(authority)
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
    for serial, since in _revoked_by(pki, issuer).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _revoked_by(pki: DemoPki, issuer: Identity) -> dict[int, datetime]:
    issued = {
        certificate.serial_number
        for name in ("issuing", "tsa", "ocsp", "signer")
        if (certificate := pki.identity(name).certificate).issuer == issuer.certificate.subject
    }
    return {serial: since for serial, since in pki.revoked().items() if serial in issued}
