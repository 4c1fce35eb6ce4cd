"""Pages about accounts without a browser: who may what, what is shown once, and what is refused."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from gateway.accounts import Grant
from gateway.totp import code_of, step_at, unwritten
from jamila_testing.forms import hidden

PASSWORD = "kata-sandi-untuk-uji"
PART = {"HX-Request": "true"}


def secret_of(page: str) -> bytes:
    found = re.search(r"<code class=\"key-text\">([A-Z2-7]+)</code>", page)
    assert found is not None
    return unwritten(found[1])


async def send(client: httpx.AsyncClient, path: str, *, at: str, **said: Any) -> httpx.Response:
    """Send a form of the page ``at``."""
    csrf = hidden((await client.get(at)).text, "csrf")
    return await client.post(path, data={"csrf": csrf, **said})


async def enrol(house: Any, client: httpx.AsyncClient) -> httpx.Response:
    shown = await send(client, "/akun-saya/autentikator", at="/akun-saya", sandi=PASSWORD)
    code = code_of(secret_of(shown.text), step_at(house.clock.instant))
    csrf = hidden(shown.text, "csrf")
    return await client.post("/akun-saya/autentikator/aktif", data={"csrf": csrf, "kode": code})


@pytest.fixture
async def admin(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of an administrator who just proved the second factor."""
    async with house.console("admin-1") as client:
        assert (await enrol(house, client)).status_code == 200
        yield client


def grants_of(house: Any, account: str) -> list[Grant]:
    found = house.store.find(account)
    assert found is not None
    return list(found.account.grants)


@pytest.mark.parametrize("account", ["loket-1", "kasi-1", "kabid-1", "it-1"])
async def test_accounts_are_for_administrators(house: Any, account: str) -> None:
    async with house.console(account) as client:
        answers = [await client.get(each) for each in ("/akun", "/akun/kasi-1", "/akun/riwayat")]
        own = await client.get("/akun-saya")

    assert [each.status_code for each in answers] == [403, 403, 403]
    assert own.status_code == 200
    assert 'href="/akun"' not in own.text


async def test_without_a_proof_nothing_is_changed_and_the_page_says_how(house: Any) -> None:
    async with house.console("admin-1") as client:
        page = (await client.get("/akun")).text
        answer = await send(client, "/akun", at="/akun", akun="kasi-3", sebutan="Kasi")

    assert "pasang dahulu aplikasi autentikator" in page
    assert (answer.status_code, house.store.find("kasi-3")) == (403, None)


async def test_new_account_is_made_with_a_password_shown_once(house: Any, admin: Any) -> None:
    said = {"akun": "kasi-3", "sebutan": "Kasi Identitas", "kewenangan": ["kasi", "ops"]}
    answer = await send(admin, "/akun", at="/akun", **said)
    found = re.search(r'class="secret"><code>([^<]+)</code>', answer.text)
    page = (await admin.get("/akun/kasi-3")).text

    assert found is not None
    assert {each.capability for each in grants_of(house, "kasi-3")} == {"kasi", "ops"}
    assert found[1] not in page
    assert "belum membuat kata sandinya" in page


async def test_answer_that_is_shown_once_takes_the_place_of_the_page(admin: Any) -> None:
    csrf = hidden((await admin.get("/akun")).text, "csrf")
    said = {"csrf": csrf, "akun": "kasi-4", "sebutan": "Kasi"}
    answer = await admin.post("/akun", data=said, headers=PART)

    assert answer.headers["hx-retarget"] == "#isi"
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"akun": "Budi Santoso", "sebutan": "x"}, 422),
        ({"akun": "kasi-1", "sebutan": "Kasi"}, 409),
        ({"akun": "kasi-7", "sebutan": "6311990101010001"}, 422),
    ],
)
async def test_unfit_account_is_refused(admin: Any, said: Any, status: int) -> None:
    answer = await send(admin, "/akun", at="/akun", **said)

    assert answer.status_code == status
    assert 'class="secret"' not in answer.text


async def test_stand_in_is_given_for_whole_days_and_taken_again(house: Any, admin: Any) -> None:
    said = {
        "kewenangan": "kabid",
        "cara": "plh",
        "untuk": "kabid-1",
        "mulai": "2026-04-06",
        "sampai": "2026-04-10",
        "surat": "800.1.11.1/123/2026",
    }
    given = await send(admin, "/akun/kasi-1/kewenangan", at="/akun/kasi-1", **said)
    [grant] = [each for each in grants_of(house, "kasi-1") if each.stand_in]
    page = (await admin.get("/akun/kasi-1")).text
    taken = await send(admin, "/akun/kasi-1/cabut", at="/akun/kasi-1", kewenangan=grant.id)

    assert given.headers["location"] == "/akun/kasi-1?kabar=kewenangan-diberi"
    assert grant.valid_from == datetime.fromisoformat("2026-04-06T00:00:00+08:00")
    assert grant.valid_until == datetime.fromisoformat("2026-04-11T00:00:00+08:00")
    assert "Plh atas nama kabid-1" in page
    assert taken.status_code == 303
    assert not any(each.stand_in for each in grants_of(house, "kasi-1"))


@pytest.mark.parametrize("said", [{"sampai": "31-12-2026"}, {"cara": "plh", "untuk": "kabid-1"}])
async def test_unfit_grant_is_refused(house: Any, admin: Any, said: dict[str, str]) -> None:
    before = grants_of(house, "kasi-1")
    form = {"kewenangan": "kabid", **said}
    answer = await send(admin, "/akun/kasi-1/kewenangan", at="/akun/kasi-1", **form)

    assert answer.status_code == 422
    assert grants_of(house, "kasi-1") == before


async def test_own_account_is_changed_by_another_administrator(admin: Any) -> None:
    page = (await admin.get("/akun/admin-1")).text
    answer = await send(admin, "/akun/admin-1/tutup", at="/akun/admin-1")

    assert "Ini akun Anda" in page
    assert "/akun/admin-1/tutup" not in page
    assert answer.status_code == 403


async def test_who_cannot_log_in_is_helped_and_it_is_on_record(admin: Any) -> None:
    here = "/akun/kasi-2"
    password = await send(admin, f"{here}/sandi", at=here)
    phone = await send(admin, f"{here}/autentikator", at=here)
    closed = await send(admin, f"{here}/tutup", at=here)
    history = (await admin.get("/akun/riwayat?account=kasi-2&cursor=")).headers["location"]
    page = (await admin.get(history)).text

    assert 'class="secret"' in password.text
    assert (phone.status_code, closed.status_code) == (303, 303)
    assert history == "/akun/riwayat?account=kasi-2"
    assert "kata sandi sementara diberikan" in page
    assert "akun ditutup" in page


async def test_authenticator_is_enrolled_and_codes_for_paper_are_shown_once(house: Any) -> None:
    async with house.console("kasi-1") as client:
        answer = await enrol(house, client)
        page = (await client.get("/akun-saya")).text

    assert answer.text.count("<li><code>") == 10
    assert "Sisa kode pemulihan: <strong>10</strong>" in page


async def test_wrong_password_shows_no_secret(house: Any) -> None:
    async with house.console("kasi-1") as client:
        answer = await send(client, "/akun-saya/autentikator", at="/akun-saya", sandi="salah")

    assert (answer.status_code, "<svg xmlns" in answer.text) == (401, False)


async def test_new_recovery_codes_need_the_proof(house: Any) -> None:
    async with house.console("kasi-1") as client:
        refused = await send(client, "/akun-saya/kode-pemulihan", at="/akun-saya")
        await enrol(house, client)
        given = await send(client, "/akun-saya/kode-pemulihan", at="/akun-saya")

    assert (refused.status_code, given.status_code) == (403, 200)
    assert given.text.count("<li><code>") == 10


async def test_own_password_is_changed_and_the_session_goes_on(house: Any) -> None:
    said = {"lama": PASSWORD, "baru": " sandi baru panjang ", "ulang": " sandi baru panjang "}
    async with house.console("kasi-1") as other, house.console("kasi-1") as client:
        answer = await send(client, "/akun-saya/sandi", at="/akun-saya", **said)
        after = await client.get(answer.headers["location"])
        elsewhere = await other.get("/antrean")

    assert "Kata sandi diganti." in after.text
    assert elsewhere.status_code == 303


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"lama": PASSWORD, "baru": "sandi-baru-panjang", "ulang": "lain-sama-sekali"}, 422),
        ({"lama": "salah", "baru": "sandi-baru-panjang", "ulang": "sandi-baru-panjang"}, 401),
        ({"lama": PASSWORD, "baru": "pendek", "ulang": "pendek"}, 422),
    ],
)
async def test_unfit_change_of_password_is_refused(house: Any, said: Any, status: int) -> None:
    async with house.console("kasi-1") as client:
        answer = await send(client, "/akun-saya/sandi", at="/akun-saya", **said)
        page = await client.get("/akun-saya")

    assert (answer.status_code, page.status_code) == (status, 200)


async def test_sessions_are_listed_and_ended(house: Any) -> None:
    async with house.console("kasi-1") as other, house.console("kasi-1") as client:
        page = (await client.get("/akun-saya")).text
        one = await send(client, "/akun-saya/sesi", at="/akun-saya", sesi=hidden(page, "sesi"))
        elsewhere = await other.get("/antrean")
        rest = await send(client, "/akun-saya/sesi", at="/akun-saya")
        here = await client.get("/antrean")

    assert page.count('class="tag">sesi ini') == 1
    assert (one.status_code, rest.status_code) == (303, 303)
    assert (elsewhere.status_code, here.status_code) == (303, 200)
