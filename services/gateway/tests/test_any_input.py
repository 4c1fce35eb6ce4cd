"""What the gateway reads itself, beside the bodies that its description covers."""

import asyncio
import base64
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from gateway.console.listing import read_rows
from gateway.oidc import Arrival, OidcClient, OidcRefusedError, OidcUnavailableError, Return
from gateway.oidc_settings import OidcSettings
from gateway.paging import MalformedRequestError, Place
from gateway.secret_box import SecretBox
from gateway.views import SourcePlace
from jamila_runtime.vault import SealBrokenError
from jamila_testing.clocks import MovableClock
from jamila_testing.fuzz import NESTED, bitten, fuzz, outside_json, spoiled, surgery

pytestmark = pytest.mark.fuzz

PLACE = Place(datetime(2026, 4, 6, 1, 0, tzinfo=UTC), "5f3c1f2e-6f0a-4f5e-9d2a-6a1f0f3b7c11")
PLACES = [base64.urlsafe_b64decode(PLACE.write()), b'[null,"5f3c1f2e-6f0a-4f5e-9d2a-6a1f0f3b7c11"]']
EDGES = [
    json.dumps([f"{day}T00:00:00{zone}", PLACE.id]).encode()
    for day in ("0001-01-01", "9999-12-31")
    for zone in ("+14:00", "-12:00", "")
]
LIST = "baris;layanan;nama;telepon;isian\n1;akta kelahiran;Siti Contoh;081234;anak=1\n"
ISSUER = "https://penyedia.test"
KEY = RSAKey.generate_key(2048, auto_kid=True)


@fuzz(200)
@given(raw=outside_json(PLACES) | st.sampled_from(EDGES))
def test_any_cursor_is_a_place_or_none_of_ours(raw: bytes) -> None:
    cursor = base64.urlsafe_b64encode(raw).decode()
    with suppress(MalformedRequestError):
        place = Place.read(cursor)
        # MongoDB is asked for times in UTC.
        assert place is None or place.at is None or place.at.astimezone(UTC)


@fuzz(150)
@given(
    text=st.text(max_size=60) | bitten([PLACE.write().encode()]).map(lambda b: b.decode("latin-1"))
)
def test_any_text_is_no_cursor(text: str) -> None:
    with suppress(MalformedRequestError):
        Place.read(text)


@fuzz(150)
@given(text=st.text(max_size=40) | st.integers().map(lambda number: f"review:{number}"))
def test_any_text_is_a_position_or_none(text: str) -> None:
    with suppress(MalformedRequestError):
        assert SourcePlace.parse(text).position >= 0


@fuzz(200)
@given(
    text=bitten([LIST.encode()]).map(lambda each: each.decode("latin-1"))
    | st.text(max_size=200)
    | st.sampled_from(('"' + "x" * 140_000, "1;" + "y" * 140_000, "\ufeff\n\n", '"\n;"', "\0;\0"))
)
def test_any_list_of_a_village_becomes_rows(text: str) -> None:
    for row in read_rows(text):
        assert row.errors or row.body()["row"]


@fuzz(100)
@given(raw=bitten([SecretBox(bytes(32)).seal("kasi-1", b"rahasia").encode()]))
def test_any_sealed_secret_opens_to_itself_or_not_at_all(raw: bytes) -> None:
    with suppress(SealBrokenError):
        assert SecretBox(bytes(32)).open("kasi-1", raw.decode("latin-1")) == b"rahasia"


def metadata() -> dict[str, Any]:
    places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    return {"issuer": ISSUER, **{name: f"{ISSUER}/{name}" for name in places}}


def claims(nonce: str, now: datetime) -> dict[str, Any]:
    moment = int(now.timestamp())
    return {
        "iss": ISSUER,
        "sub": "subjek-1",
        "aud": "jamila",
        "nonce": nonce,
        "iat": moment,
        "exp": moment + 300,
        "auth_time": moment,
        "amr": ["otp"],
    }


class Provider:
    """Answers as a test says; what is not said is right."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = bodies

    def answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        right = {
            "openid-configuration": metadata(),
            "jwks_uri": {"keys": [KEY.as_dict(private=False)]},
        }
        given = self.bodies.get(name.replace("-", "_"), json.dumps(right.get(name)).encode())
        return httpx.Response(200, content=given)


SETTINGS = OidcSettings(
    issuer=ISSUER,
    client_id="jamila",
    client_secret=SecretStr("uji"),
    redirect_uri="https://kantor.test/masuk/oidc/kembali",
    second_factor_amr=("otp",),
)


def log_in(token: Callable[[str, datetime], str] | None = None, **bodies: bytes) -> Arrival | None:
    """Who comes back from a provider that answers so; None: nobody is let in."""
    clock, provider = MovableClock(), Provider(**bodies)

    async def go() -> Arrival:
        transport = httpx.MockTransport(provider.answer)
        async with httpx.AsyncClient(transport=transport) as http:
            client = OidcClient(SETTINGS, clock=clock, proof=timedelta(hours=1), http=http)
            _, departure = await client.leave()
            if token is not None:
                said = token(departure.nonce, clock.now())
                provider.bodies["token_endpoint"] = json.dumps({"id_token": said}).encode()
            return await client.arrive(departure, Return(departure.state, "kode"))

    try:
        return asyncio.run(go())
    except (OidcRefusedError, OidcUnavailableError):
        return None


def signed(said: dict[str, Any]) -> str:
    header, payload = {"alg": "RS256", "kid": KEY.kid}, json.dumps(said).encode()
    return jws.serialize_compact(header, payload, KEY, algorithms=["RS256"])


def test_right_answers_let_somebody_in() -> None:
    arrival = log_in(lambda nonce, now: signed(claims(nonce, now)))

    assert arrival is not None
    assert (arrival.subject, arrival.second_factor_at is not None) == ("subjek-1", True)


@pytest.mark.parametrize("name", ["openid_configuration", "jwks_uri", "token_endpoint"])
@fuzz(80)
@given(data=st.data())
def test_any_answer_of_an_identity_provider_without_a_good_token_lets_nobody_in(
    name: str, data: Any
) -> None:
    right = {
        "openid_configuration": json.dumps(metadata()).encode(),
        "jwks_uri": json.dumps({"keys": [KEY.as_dict(private=False)]}).encode(),
        "token_endpoint": b'{"id_token":"a.b.c"}',
    }
    assert log_in(**{name: data.draw(outside_json([right[name]]))}) is None


@fuzz(150)
@given(data=st.data())
def test_any_claims_that_the_provider_signs_are_used_or_refused(data: Any) -> None:
    def token(nonce: str, now: datetime) -> str:
        return signed(data.draw(spoiled([claims(nonce, now)])))

    arrival = log_in(token)
    assert arrival is None or arrival.issuer == ISSUER


@fuzz(120)
@given(raw=surgery([b'{"alg":"none","kid":"1"}']) | NESTED | st.binary(max_size=40))
def test_any_token_without_a_signature_lets_nobody_in(raw: bytes) -> None:
    part = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert log_in(lambda _, __: f"{part}.{part}.{part}") is None
    assert log_in(lambda _, __: f"{part}.{part}.") is None
