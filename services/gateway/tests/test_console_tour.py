"""The tour: offered once, remembered by the account, skipped for good, begun again at will."""

import re
from typing import Any

import httpx
import pytest

from gateway.console.words_tour import STOPS, shown, stops_for

INVITATION = "Baru di sini?"
PART = {"HX-Request": "true"}


async def page_of(client: httpx.AsyncClient, path: str = "/antrean") -> str:
    return (await client.get(path)).text


async def go(client: httpx.AsyncClient, stop: int, **headers: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]*)"', await page_of(client))
    assert found is not None
    said = {"csrf": found[1], "perhentian": str(stop)}
    return await client.post("/tur", data=said, headers=headers)


async def test_new_account_is_offered_the_tour_on_its_first_page_only(house: Any) -> None:
    async with house.console() as client:
        assert INVITATION in await page_of(client)
        assert INVITATION not in await page_of(client, "/panduan")


async def test_tour_goes_from_stop_to_stop_and_is_over_at_its_end(house: Any) -> None:
    titles = [each.title for each in stops_for({"kasi"})]
    async with house.console() as client:
        for number, title in enumerate(titles, start=1):
            answer = await go(client, number)
            assert answer.headers["location"] == "/antrean"
            assert f"{number} dari {len(titles)}</span> {title}" in await page_of(client)
        await go(client, len(titles) + 1)
        assert 'class="tur card"' not in await page_of(client)


async def test_skipped_tour_is_not_offered_again_but_can_be_begun_again(house: Any) -> None:
    async with house.console() as client:
        await go(client, 0)
    async with house.console() as client:
        assert INVITATION not in await page_of(client)
        await go(client, 1)
        assert STOPS[0].text in await page_of(client)


async def test_tour_of_one_account_is_not_that_of_another(house: Any) -> None:
    async with house.console("kasi-1") as client:
        await go(client, 0)
    async with house.console("kasi-2") as client:
        assert INVITATION in await page_of(client)


async def test_script_gets_the_next_stop_alone(house: Any) -> None:
    async with house.console() as client:
        answer = await go(client, 2, **PART)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert stops_for({"kasi"})[1].title in answer.text


async def test_tour_goes_back_to_the_page_it_was_asked_on(house: Any) -> None:
    async with house.console() as client:
        answer = await go(client, 1, Referer="https://kantor.test/panduan")
        away = await go(client, 1, Referer="https://jahat.example/")

    assert answer.headers["location"] == "https://kantor.test/panduan"
    assert away.headers["location"] == "/antrean"


async def test_form_of_another_session_moves_nothing(house: Any) -> None:
    async with house.console() as client:
        answer = await client.post("/tur", data={"csrf": "x", "perhentian": "0"})

    assert answer.status_code == 403
    assert house.store.find("kasi-1").tour_stop is None


async def test_stop_that_is_no_number_is_refused(house: Any) -> None:
    async with house.console() as client:
        found = re.search(r'name="csrf" value="([^"]*)"', await page_of(client))
        assert found is not None
        answer = await client.post("/tur", data={"csrf": found[1], "perhentian": "akhir"})

    assert answer.status_code == 422


async def test_tour_ends_no_session_and_keeps_the_password(house: Any) -> None:
    before = house.store.find("kasi-1")
    async with house.console() as client:
        await go(client, 1)
        assert (await client.get("/antrean")).status_code == 200
    after = house.store.find("kasi-1")

    assert (before.password_hash, after.tour_stop) == (after.password_hash, 1)


@pytest.mark.parametrize("capability", ["ops", "admin"])
def test_who_has_no_step_is_not_told_of_tasks(capability: str) -> None:
    assert not any(each.is_of_steps for each in stops_for({capability}))


def test_stop_beyond_the_last_one_shows_nothing() -> None:
    assert shown(99, {"kasi"}, is_home=True) is None
