"""Asks the services around a signature: time stamps, OCSP and revocation lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import httpx
from asn1crypto import crl, ocsp, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.fetchers.common_utils import format_ocsp_request

from jamila_runtime.bounded import REVOCATION_LIST_BYTES, BoundedClient, at_most
from signing.pades.errors import RevocationUnavailableError, TimestampUnavailableError
from signing.pades.settings import PadesSettings

_TIMESTAMP_QUERY = "application/timestamp-query"
_OCSP_REQUEST = "application/ocsp-request"
_ANSWER_BYTES = 262_144
"""A time stamp or an OCSP answer, with all the certificates that may come along."""


class TimestampDesk:
    """RFC 3161 over one kept-alive connection; asks nothing while the service is known down."""

    def __init__(self, client: httpx.Client, url: str, *, pause: timedelta) -> None:
        self._client = client
        self._url = url
        self._pause = pause.total_seconds()
        self._down_until = 0.0

    def ask(self, request: bytes) -> bytes:
        """Send a request; the answer, DER.

        Raises:
            TimestampUnavailableError: No answer or an error status, just now or a moment ago.
        """
        if monotonic() < self._down_until:
            # A batch must not wait a time-out for each of its documents.
            raise TimestampUnavailableError("down a moment ago")
        headers = {"Content-Type": _TIMESTAMP_QUERY, "Accept": "application/timestamp-reply"}
        try:
            answer = self._client.post(self._url, content=request, headers=headers)
            answer.raise_for_status()
        except httpx.TransportError as exc:
            self._down_until = monotonic() + self._pause
            raise TimestampUnavailableError(type(exc).__name__) from exc
        except httpx.HTTPError as exc:
            raise TimestampUnavailableError(type(exc).__name__) from exc
        return answer.content


class HttpTimeStamper(TimeStamper):
    """pyHanko's way to the desk.

    The request blocks: it runs on the private event loop of one signature, in a worker thread.
    """

    def __init__(self, desk: TimestampDesk) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko
        self._desk = desk

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask for one time stamp.

        Raises:
            TimestampUnavailableError: No answer, an error status, or no time stamp in the answer.
        """
        content = self._desk.ask(req.dump())
        try:
            response = tsp.TimeStampResp.load(content, strict=True)
            status = response["status"]["status"].native
        except ValueError as exc:
            raise TimestampUnavailableError("malformed answer") from exc
        if status not in {"granted", "granted_with_mods"}:
            raise TimestampUnavailableError(f"status {status}")
        return response


@dataclass(frozen=True, slots=True)
class TrustMaterial:
    """What one signature needs beside its key; fetched together, renewed together."""

    timestamper: HttpTimeStamper
    ocsps: tuple[ocsp.OCSPResponse, ...]
    crls: tuple[crl.CertificateList, ...]
    fetched_at: datetime


class TrustServices:
    """Fetches revocation information ahead of signatures and keeps it for a configured time."""

    def __init__(
        self,
        settings: PadesSettings,
        *,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._settings = settings
        self._certificate = certificate
        self._chain = chain
        self._client = BoundedClient(
            max_bytes=_ANSWER_BYTES,
            timeout=settings.timeout.total_seconds(),
            transport=transport,
        )
        self.desk = TimestampDesk(self._client, settings.tsa_url or "", pause=settings.outage_pause)
        self._material: TrustMaterial | None = None
        self._fetching = Lock()

    def material(self, *, now: datetime) -> TrustMaterial:
        """Return fresh material, from memory while it is young enough.

        Raises:
            RevocationUnavailableError: OCSP or a CRL could not be fetched.
        """
        with self._fetching:
            kept = self._material
            if kept is not None and now - kept.fetched_at < self._settings.revocation_max_age:
                return kept
            self._material = self._fetch(now)
            return self._material

    def forget(self) -> None:
        """Fetch everything anew next time: what was fetched turned out to be unusable."""
        self._material = None

    def close(self) -> None:
        """Close the kept-alive connections."""
        self._client.close()

    def _fetch(self, now: datetime) -> TrustMaterial:
        url = self._settings.ocsp_url
        return TrustMaterial(
            # A new one each time: it remembers the certificates of the authority it asked first.
            timestamper=HttpTimeStamper(self.desk),
            ocsps=(self._fetch_ocsp(url),) if url else (),
            crls=tuple(self._fetch_crl(url) for url in self._settings.crl_urls),
            fetched_at=now,
        )

    def _fetch_ocsp(self, url: str) -> ocsp.OCSPResponse:
        issuer = next(
            (cert for cert in self._chain if cert.subject == self._certificate.issuer), None
        )
        if issuer is None:
            raise RevocationUnavailableError("the issuer's certificate is not in the key file")
        request = format_ocsp_request(
            self._certificate,
            AuthorityWithCert(issuer),
            certid_hash_algo="sha1",
            request_nonces=False,
        )
        headers = {"Content-Type": _OCSP_REQUEST}
        content = self._exchange("POST", url, content=request.dump(), headers=headers)
        try:
            response = ocsp.OCSPResponse.load(content, strict=True)
            status = response["response_status"].native
        except ValueError as exc:
            raise RevocationUnavailableError("malformed OCSP answer") from exc
        if status != "successful":
            raise RevocationUnavailableError(f"OCSP status {status}")
        return response

    def _fetch_crl(self, url: str) -> crl.CertificateList:
        content = self._exchange("GET", url, extensions=at_most(max_bytes=REVOCATION_LIST_BYTES))
        try:
            # Loaded from DER: asn1crypto would re-encode constructed objects at every signature.
            revoked = crl.CertificateList.load(content, strict=True)
            _ = revoked["tbs_cert_list"]["this_update"].native
        except ValueError as exc:
            raise RevocationUnavailableError("malformed CRL") from exc
        return revoked

    def _exchange(self, method: str, url: str, **what: Any) -> bytes:
        try:
            answer = self._client.request(method, url, **what)
            answer.raise_for_status()
        except httpx.HTTPError as exc:
            raise RevocationUnavailableError(type(exc).__name__) from exc
        return answer.content
