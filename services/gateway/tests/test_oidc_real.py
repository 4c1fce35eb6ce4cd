"""Log-in by an identity provider that is a process of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from jamila_testing.identity_provider import PERSON, IdentityProvider, identity_provider

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]
BACK = "https://kantor.test/masuk/oidc/kembali"
AWAY = "__Secure-jamila-oidc"


def queried(answer: httpx.Response) -> dict[str, str]:
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    with identity_provider(tmp_path_factory.mktemp("idp"), redirect_uri=BACK) as provider:
        yield provider


async def visit(real: IdentityProvider, browser: httpx.AsyncClient) -> Any:
    """Leave for the real provider, log in there, and come back."""
    away = await browser.get("/masuk/oidc")
    async with httpx.AsyncClient() as elsewhere:
        back = await real.log_in(elsewhere, away.headers["location"])
    return await browser.get(str(back))


async def test_real_provider_lets_the_paired_account_in_and_nobody_else(
    house: Any, abroad: Any, real: IdentityProvider
) -> None:
    house.clock.instant = datetime.now(tz=UTC)
    async with httpx.AsyncClient() as http:
        abroad.use(abroad.settings(real.issuer), http)
        async with house.client() as browser:
            before = await visit(real, browser)
            abroad.pair("kasi-1", real.issuer, PERSON)
            after = await visit(real, browser)
            me = (await browser.get("/api/v1/me")).json()

    assert (before.status_code, after.status_code) == (403, 200)
    assert (me["account"], me["proven_until"]) == ("kasi-1", None)


async def test_real_provider_tells_how_somebody_proved_himself(
    house: Any, abroad: Any, real: IdentityProvider
) -> None:
    house.clock.instant = datetime.now(tz=UTC)
    abroad.pair("kadis-1", real.issuer, PERSON)
    async with httpx.AsyncClient() as http:
        # What a real office would name is "otp"; the person of the test has a password only.
        abroad.use(abroad.settings(real.issuer, second_factor_amr=("pwd",)), http)
        async with house.client() as browser:
            await visit(real, browser)
            me = (await browser.get("/api/v1/me")).json()

    assert me["account"] == "kadis-1"
    assert me["proven_until"] is not None


async def test_real_provider_redeems_a_code_once_and_only_for_its_verifier(
    house: Any, abroad: Any, real: IdentityProvider
) -> None:
    house.clock.instant = datetime.now(tz=UTC)
    abroad.pair("kasi-1", real.issuer, PERSON)
    async with httpx.AsyncClient() as http, house.client() as browser:
        abroad.use(abroad.settings(real.issuer), http)
        away = await browser.get("/masuk/oidc")
        kept = browser.cookies[AWAY]
        async with httpx.AsyncClient() as elsewhere, house.client() as thief:
            back = await real.log_in(elsewhere, away.headers["location"])
            first = await browser.get(str(back))
            # Another departure: the code is bound to a verifier that this browser does not have.
            theirs = await thief.get("/masuk/oidc")
            stolen = await real.log_in(elsewhere, theirs.headers["location"])
        browser.cookies.set(AWAY, kept, domain="kantor.test", path="/masuk/oidc")
        again = await browser.get(str(back))
        other = queried(await browser.get("/masuk/oidc"))
        code = parse_qs(urlsplit(str(stolen)).query)["code"][0]
        said = {"state": other["state"], "code": code}
        foreign = await browser.get("/masuk/oidc/kembali", params=said)

    assert [each.status_code for each in (first, again, foreign)] == [200, 401, 401]
