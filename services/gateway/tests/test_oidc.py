"""Log-in by an identity provider: a real one, and one that breaks the rules."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from gateway.account_changes import Change
from gateway.accounts import Account, Grant, StoredAccount
from gateway.administration_store import AdministrationStore
from gateway.second_factor import SecondFactors
from gateway.totp import code_of, new_secret, step_at
from jamila_testing.identity_provider import CLIENT_ID, CLIENT_SECRET

BACK = "https://kantor.test/masuk/oidc/kembali"
COOKIE = "__Host-jamila"
AWAY = "__Secure-jamila-oidc"
FAKE = "https://penyedia.test"
HOUR = timedelta(hours=1)
KEY = RSAKey.generate_key(2048, auto_kid=True)
OTHER_KEY = RSAKey.generate_key(2048, auto_kid=True)


class FakeProvider:
    """A provider whose answers a test may spoil."""

    def __init__(self, house: Any) -> None:
        self._house = house
        self.nonce = ""
        self.spoil: Callable[[dict[str, Any]], None] = lambda _: None
        self.key: Any = KEY
        self.header = {"alg": "RS256", "kid": KEY.kid}
        self.token: str | None = None
        self.status = 200
        self.issuer = FAKE
        self.asked: list[dict[str, list[str]]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/openid-configuration":
            places = {name: f"{FAKE}/{name}" for name in ("authorization_endpoint", "jwks_uri")}
            return httpx.Response(
                200, json={"issuer": self.issuer, "token_endpoint": f"{FAKE}/token", **places}
            )
        if request.url.path == "/jwks_uri":
            return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        self.asked.append(parse_qs(request.content.decode()))
        return httpx.Response(self.status, json={"id_token": self.token or self._token()})

    def _token(self) -> str:
        now = int(self._house.clock.instant.timestamp())
        claims: dict[str, Any] = {
            "iss": FAKE,
            "sub": "subjek-1",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
        }
        self.spoil(claims)
        return jwt.encode(self.header, claims, self.key, algorithms=[self.header["alg"]])


@pytest.fixture
async def fake(house: Any, abroad: Any) -> AsyncIterator[FakeProvider]:
    provider = FakeProvider(house)
    async with httpx.AsyncClient(transport=httpx.MockTransport(provider.answer)) as http:
        abroad.use(abroad.settings(FAKE), http)
        abroad.pair("kasi-1", FAKE, "subjek-1")
        yield provider


async def leave(browser: httpx.AsyncClient) -> dict[str, str]:
    answer = await browser.get("/masuk/oidc")
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def come_back(browser: httpx.AsyncClient, fake: FakeProvider, **changed: Any) -> Any:
    asked = await leave(browser)
    fake.nonce = asked["nonce"]
    said = {"state": asked["state"], "code": "kode-1", **changed}
    given = {name: value for name, value in said.items() if value is not None}
    return await browser.get("/masuk/oidc/kembali", params=given)


async def test_who_comes_back_is_logged_in_as_the_account_paired_with_him(
    house: Any, fake: FakeProvider
) -> None:
    async with house.client() as browser:
        answer = await come_back(browser, fake)
        me = (await browser.get("/api/v1/me")).json()

    assert answer.status_code == 200
    assert answer.headers["refresh"] == "0; url=/"
    assert (me["account"], me["capabilities"], me["proven_until"]) == ("kasi-1", ["kasi"], None)
    cookies = answer.headers.get_list("set-cookie")
    assert any(each.startswith(f"{COOKIE}=") and "SameSite=strict" in each for each in cookies)
    assert any(each.startswith(f'{AWAY}=""') for each in cookies)


async def test_provider_is_asked_by_code_with_pkce_state_and_nonce(
    house: Any, fake: FakeProvider
) -> None:
    async with house.client() as browser:
        first, second = await leave(browser), await leave(browser)

    assert first["response_type"] == "code"
    assert first["scope"] == "openid"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == BACK
    for each in ("state", "nonce", "code_challenge"):
        assert len(first[each]) >= 43
        assert first[each] != second[each]
    assert fake.asked == []


async def test_what_the_browser_keeps_tells_nothing(house: Any, fake: FakeProvider) -> None:
    async with house.client() as browser:
        answer = await browser.get("/masuk/oidc")
        query = parse_qs(urlsplit(answer.headers["location"]).query)

    kept = answer.headers["set-cookie"]
    assert kept.startswith(f"{AWAY}=")
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/masuk/oidc", "Max-Age=600"):
        assert part in kept
    assert query["state"][0] not in kept
    assert query["nonce"][0] not in kept
    assert fake.asked == []


def changing(**claims: Any) -> Callable[[dict[str, Any]], None]:
    def spoil(said: dict[str, Any]) -> None:
        said.update(claims)
        for name in [name for name, value in said.items() if value is None]:
            del said[name]

    return spoil


SPOILED = {
    "wrong nonce": changing(nonce="lain"),
    "no nonce": changing(nonce=None),
    "expired": changing(exp=1),
    "no expiry": changing(exp=None),
    "of the future": changing(nbf=2**33),
    "for another client": changing(aud="klien-lain"),
    "for another party": changing(aud=[CLIENT_ID, "klien-lain"], azp="klien-lain"),
    "of another provider": changing(iss="https://penyedia-lain.test"),
    "of nobody": changing(sub=None),
}


@pytest.mark.parametrize("name", SPOILED)
async def test_token_that_breaks_the_rules_lets_nobody_in(
    house: Any, fake: FakeProvider, name: str
) -> None:
    fake.spoil = SPOILED[name]
    async with house.client() as browser:
        answer = await come_back(browser, fake)
        me = await browser.get("/api/v1/me")

    assert (answer.status_code, me.status_code) == (401, 401)
    assert "Masuk lewat penyedia identitas gagal" in answer.text
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (OTHER_KEY, {"alg": "RS256", "kid": KEY.kid}),
        (OTHER_KEY, {"alg": "RS256", "kid": "lain"}),
        (OctKey.import_key(CLIENT_SECRET * 2), {"alg": "HS256"}),
    ],
)
async def test_signature_by_another_key_lets_nobody_in(
    house: Any, fake: FakeProvider, key: Any, header: dict[str, Any]
) -> None:
    fake.key, fake.header = key, header
    async with house.client() as browser:
        answer = await come_back(browser, fake)

    assert answer.status_code == 401
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("token", ["bukan.token.apapun", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
async def test_token_without_a_signature_lets_nobody_in(
    house: Any, fake: FakeProvider, token: str
) -> None:
    fake.token = token
    async with house.client() as browser:
        answer = await come_back(browser, fake)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "lain"},
        {"state": None},
        {"code": None},
        {"error": "access_denied"},
        {"iss": "https://penyedia-lain.test"},
    ],
)
async def test_answer_that_was_not_asked_for_is_not_even_redeemed(
    house: Any, fake: FakeProvider, changed: dict[str, Any]
) -> None:
    async with house.client() as browser:
        answer = await come_back(browser, fake, **changed)

    assert answer.status_code == 401
    assert fake.asked == []


async def test_answer_in_another_browser_lets_nobody_in(house: Any, fake: FakeProvider) -> None:
    async with house.client() as attacker, house.client() as victim:
        asked = await leave(attacker)
        fake.nonce = asked["nonce"]
        said = {"state": asked["state"], "code": "kode-penyerang"}
        without = await victim.get("/masuk/oidc/kembali", params=said)
        await leave(victim)
        with_own = await victim.get("/masuk/oidc/kembali", params=said)

    assert (without.status_code, with_own.status_code) == (401, 401)
    assert fake.asked == []


async def test_who_stays_away_too_long_begins_anew(house: Any, fake: FakeProvider) -> None:
    async with house.client() as browser:
        asked = await leave(browser)
        kept = browser.cookies[AWAY]
        house.clock.instant += timedelta(minutes=11)
        browser.cookies.set(AWAY, kept, domain="kantor.test", path="/masuk/oidc")
        said = {"state": asked["state"], "code": "kode-1"}
        answer = await browser.get("/masuk/oidc/kembali", params=said)

    assert answer.status_code == 401
    assert fake.asked == []


async def test_subject_that_nobody_paired_is_turned_away_and_no_account_is_made(
    house: Any, fake: FakeProvider
) -> None:
    before = house.store.all()
    fake.spoil = changing(sub="subjek-2")
    async with house.client() as browser:
        answer = await come_back(browser, fake)

    assert answer.status_code == 403
    assert "belum dipasangkan" in answer.text
    assert house.store.all() == before


async def test_closed_account_is_not_let_in(house: Any, fake: FakeProvider) -> None:
    change = Change(house.clock.instant, "admin-1", "kasi-1", "6311", "akun-ditutup")
    AdministrationStore(house.store.database).close(change)
    async with house.client() as browser:
        answer = await come_back(browser, fake)

    assert answer.status_code == 401
    assert COOKIE not in answer.cookies


async def test_account_of_another_kabupaten_is_not_let_in(
    house: Any, fake: FakeProvider, abroad: Any
) -> None:
    other = Account("kasi-8", "Kasi", "6305", grants=(Grant("kasi"),))
    house.store.add(StoredAccount(other, "hash"))
    abroad.pair("kasi-8", FAKE, "subjek-8")
    fake.spoil = changing(sub="subjek-8")
    async with house.client() as browser:
        answer = await come_back(browser, fake)

    assert answer.status_code == 401


@pytest.mark.parametrize(("status", "expected"), [(400, 401), (500, 503)])
async def test_provider_that_refuses_or_is_disturbed_is_said_so(
    house: Any, fake: FakeProvider, status: int, expected: int
) -> None:
    fake.status = status
    async with house.client() as browser:
        answer = await come_back(browser, fake)

    assert answer.status_code == expected


async def test_provider_that_calls_itself_otherwise_is_not_used(
    house: Any, fake: FakeProvider
) -> None:
    fake.issuer = "https://penyedia-lain.test"
    async with house.client() as browser:
        answer = await browser.get("/masuk/oidc")

    assert answer.status_code == 401


async def test_code_of_the_app_is_asked_for_after_the_provider(
    house: Any, fake: FakeProvider, factors: SecondFactors
) -> None:
    secret = new_secret()
    factors.enrol("kasi-1", secret, now=house.clock.instant)
    fake.spoil = changing(amr=["pwd", "otp"], auth_time=int(house.clock.instant.timestamp()))
    async with house.client() as browser:
        await come_back(browser, fake)
        me = (await browser.get("/api/v1/me")).json()
        refused = await browser.get("/api/v1/queue/counts")
        answer = await browser.post(
            "/api/v1/sessions/current/code",
            json={"code": code_of(secret, step_at(house.clock.instant))},
            headers={"Jamila-Csrf": me["csrf_token"]},
        )

    assert me["pending"] == "code"
    assert refused.json()["slug"] == "code-needed"
    assert answer.json()["capabilities"] == ["kasi"]


@pytest.mark.parametrize(
    ("claims", "is_proven"),
    [
        ({"amr": ["otp"], "age": 60}, True),
        ({"acr": "emas", "age": 60}, True),
        ({"amr": ["pwd"], "acr": "perak", "age": 60}, False),
        ({"amr": ["otp"], "age": 3600}, False),
        ({"amr": ["otp"]}, False),
        ({"amr": ["otp"], "age": -600}, True),
    ],
)
async def test_second_factor_of_the_provider_counts_only_as_configured_and_while_fresh(
    house: Any,
    abroad: Any,
    claims: dict[str, Any],
    is_proven: bool,  # noqa: FBT001
) -> None:
    provider = FakeProvider(house)
    known = abroad.settings(FAKE, second_factor_amr=("otp",), second_factor_acr=("emas",))
    said = dict(claims)
    age = said.pop("age", None)
    if age is not None:
        said["auth_time"] = int(house.clock.instant.timestamp()) - age
    provider.spoil = changing(**said)
    abroad.pair("kadis-1", FAKE, "subjek-1")
    async with httpx.AsyncClient(transport=httpx.MockTransport(provider.answer)) as http:
        abroad.use(known, http)
        async with house.client() as browser:
            asked = await leave(browser)
            answer = await come_back(browser, provider)
            me = (await browser.get("/api/v1/me")).json()

    assert answer.status_code == 200
    assert asked["max_age"] == "3600"
    assert (me["proven_until"] is not None) == is_proven
    if is_proven:
        assert datetime.fromisoformat(me["proven_until"]) <= house.clock.instant + HOUR


async def test_office_without_a_provider_has_no_such_door(house: Any) -> None:
    async with house.client() as browser:
        answers = [await browser.get(path) for path in ("/masuk/oidc", "/masuk/oidc/kembali")]

    assert [each.status_code for each in answers] == [404, 401]
