"""Log-in by an identity provider: OpenID Connect Core 1.0, code flow with PKCE, state and nonce.

Only the ID token is used, and of it only who it is and how it was proven. Errors::

    OidcRefusedError     (DomainError)    somebody else's answer, too late, or not by the rules
    OidcUnavailableError (RetryableError) the provider does not answer
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from gateway.oidc_settings import OidcSettings
from jamila_runtime.bounded import BoundedAsyncClient
from jamila_runtime.clock import Clock
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.outside import read_json

DEPARTURE_LIFETIME: Final = timedelta(minutes=10)
"""So long somebody may take at the provider."""
_LEEWAY_SECONDS: Final = 60
_TIMEOUT_SECONDS: Final = 5.0
_ANSWER_BYTES: Final = 1_048_576
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""Signatures by a key of the provider; never ``none``, never a shared secret."""


class OidcRefusedError(DomainError):
    """The answer of the provider is not good; why stands in the detail, for programmers."""

    slug = "oidc-refused"


class OidcUnavailableError(RetryableError):
    """The provider does not answer."""

    slug = "oidc-unavailable"


@dataclass(frozen=True)
class Departure:
    """What has to come back from the provider; kept by the browser that left, sealed."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    left_at: float


@dataclass(frozen=True)
class Return:
    """What the browser brings back from the provider."""

    state: str = field(repr=False)
    code: str | None = field(repr=False)
    error: str | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class Arrival:
    """Who the provider says it is."""

    issuer: str
    subject: str = field(repr=False)
    second_factor_at: datetime | None
    """When a second factor was proven there; None: it was not, or it does not count here."""


def provider_client(timeout_seconds: float = _TIMEOUT_SECONDS) -> BoundedAsyncClient:
    """Asks the provider; each question has so long for its whole answer."""
    return BoundedAsyncClient(max_bytes=_ANSWER_BYTES, timeout=timeout_seconds)


class OidcClient:
    """Talks to one provider."""

    def __init__(
        self, settings: OidcSettings, *, clock: Clock, proof: timedelta, http: httpx.AsyncClient
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._proof = proof
        self._http = http
        self._metadata: dict[str, Any] | None = None

    async def leave(self) -> tuple[str, Departure]:
        """Where to send the browser, and what has to come back.

        Raises:
            OidcUnavailableError: the provider does not answer.
        """
        metadata = await self._provider()
        departure = Departure(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            left_at=self._clock.now().timestamp(),
        )
        digest = hashlib.sha256(departure.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "state": departure.state,
            "nonce": departure.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if self._settings.counts_second_factor:
            # A proof of yesterday is none: the provider has to ask again.
            asked["max_age"] = str(int(self._proof.total_seconds()))
        return f"{metadata['authorization_endpoint']}?{urlencode(asked)}", departure

    async def arrive(self, departure: Departure, back: Return) -> Arrival:
        """Who came back.

        Raises:
            OidcRefusedError: it is not the answer to this departure, or not by the rules.
            OidcUnavailableError: the provider does not answer.
        """
        if not hmac.compare_digest(back.state.encode(), departure.state.encode()):
            raise OidcRefusedError("the state is not of this browser")
        away = self._clock.now().timestamp() - departure.left_at
        if away > DEPARTURE_LIFETIME.total_seconds():
            raise OidcRefusedError("the log-in took too long")
        if back.issuer is not None and back.issuer != self._settings.issuer:
            raise OidcRefusedError("the answer is of another provider")
        if back.error is not None or back.code is None:
            raise OidcRefusedError("the provider said no")
        metadata = await self._provider()
        token = await self._redeem(metadata["token_endpoint"], back.code, departure.verifier)
        keys = await self._get(metadata["jwks_uri"])
        return self._arrival(self._claims(token, keys, departure.nonce))

    async def _provider(self) -> dict[str, Any]:
        if self._metadata is None:
            issuer = self._settings.issuer or ""
            found = await self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise OidcRefusedError("the provider calls itself otherwise")
            if not all(isinstance(found.get(each), str) for each in _ENDPOINTS):
                raise OidcRefusedError("the provider does not say where it is asked")
            self._metadata = found
        return self._metadata

    async def _redeem(self, endpoint: str, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "code_verifier": verifier,
        }
        secret = self._settings.client_secret.get_secret_value()
        auth = httpx.BasicAuth(self._settings.client_id, secret)
        answer = await self._ask("POST", endpoint, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcRefusedError("the provider gave no ID token")
        return token

    async def _get(self, address: str) -> dict[str, Any]:
        return await self._ask("GET", address)

    async def _ask(self, method: str, address: str, **what: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, address, **what)
            content = read_json(response.content)
        except (httpx.HTTPError, ValueError) as error:
            raise OidcUnavailableError("the identity provider does not answer") from error
        if response.is_server_error:
            raise OidcUnavailableError("the identity provider is disturbed")
        if not response.is_success or not isinstance(content, dict):
            raise OidcRefusedError("the identity provider refused")
        return content

    def _claims(self, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        client = self._settings.client_id
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._settings.issuer or ""},
            sub={"essential": True},
            aud={"essential": True, "value": client},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            known = KeySet.import_key_set(cast("KeySetSerialization", keys))
            claims = jwt.decode(token, known, algorithms=_ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise OidcRefusedError(f"the ID token is not good: {type(error).__name__}") from error
        if claims.get("azp", client) != client:
            raise OidcRefusedError("the ID token was made for another client")
        return dict(claims)

    def _arrival(self, claims: dict[str, Any]) -> Arrival:
        settings = self._settings
        methods = claims.get("amr")
        proven = claims.get("acr") in settings.second_factor_acr or any(
            each in settings.second_factor_amr
            for each in (methods if isinstance(methods, list) else ())
        )
        return Arrival(
            issuer=str(claims["iss"]),
            subject=str(claims["sub"]),
            second_factor_at=self._recent(claims.get("auth_time")) if proven else None,
        )

    def _recent(self, auth_time: Any) -> datetime | None:
        """When somebody proved himself, if that is not too long ago; unknown is too long ago."""
        if not isinstance(auth_time, int | float) or isinstance(auth_time, bool):
            return None
        now = self._clock.now()
        try:
            at = min(datetime.fromtimestamp(auth_time, tz=UTC), now)
        except (ValueError, OverflowError, OSError):
            return None
        return at if now - at < self._proof else None
