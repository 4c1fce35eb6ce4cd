"""The whole road through a cluster: quietly, while leaders die, and with one NATS node gone."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import pytest

from jamila_deploy.office import Office
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_ledger.recorded import Recorded
from jamila_runtime.places import postgres_url, schema_of
from jamila_testing import roads
from jamila_testing.roads import of_the_stages, told_to_the_resident, walk

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

TODAY = date(2026, 11, 23)
LEADERS = (
    *("intake", "ledger", "siak_adapter", "review", "notifier", "gateway", "signing"),
    *("printing", "notifier", "ledger", "printing", "intake"),
)
"""Whose leader dies before each stride."""
_GONE = 1
_PATIENCE_SECONDS = 60


@asynccontextmanager
async def office_of(cluster: Any) -> AsyncIterator[Office]:
    office = Office(cluster.address())
    try:
        yield office
    finally:
        office.close()


def facts_of(cluster: Any, monkeypatch: pytest.MonkeyPatch, case_id: str) -> list[Recorded]:
    for name, value in cluster.operator.items():
        monkeypatch.setenv(name, value)
    return roads.facts_of(postgres_url(schema=schema_of("ledger")), case_id)


def sent_to(office: Office, phone: str) -> list[dict[str, Any]]:
    url = f"{office.address.simulators_url}/_sim/whatsapp/sent"
    sent: list[dict[str, Any]] = httpx.get(url, params={"to": phone}, timeout=30).json()
    return sent


async def test_a_case_walks_through_replicas_that_die_and_a_cluster_that_shrinks(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[str] = []
    loop = asyncio.get_running_loop()

    def kill_the_leader(number: int) -> None:
        if 0 < number <= len(LEADERS):
            service = LEADERS[number - 1]
            name = cluster.leader(service) or f"{service}-1"
            killed.append(name)
            loop.call_soon_threadsafe(cluster.system.kill, name)

    async with office_of(cluster) as office:
        roads = [Road(office, Birth.of_couple(number, today=TODAY)) for number in range(3)]
        await walk(roads[0])
        await walk(roads[1], before=kill_the_leader)
        await cluster.system.wait_ready()
        await asyncio.to_thread(cluster.nats.stop, _GONE)
        await walk(roads[2])
        await asyncio.to_thread(cluster.nats.start, _GONE)
        await all_are_heard_of(cluster)
        stories = [facts_of(cluster, monkeypatch, road.case_id) for road in roads]
        messages = [sent_to(office, road.wish.phone) for road in roads]
        verified, said = await cluster.command("ledger", "verify")
        well, found = await cluster.command("doctor")

    assert (verified, "Utuh" in said) == (0, True), said
    assert well == 0, found
    assert len(killed) == len(LEADERS)
    quiet, *others = map(story, stories)
    assert all(each == quiet for each in others)
    for facts, sent in zip(stories, messages, strict=True):
        wishes = Counter(each["biz_opaque_callback_data"] for each in sent)
        assert [wish for wish, times in wishes.items() if wish and times > 1] == []
        assert told_to_the_resident(facts) == told_to_the_resident(stories[0])
    assert len(list((cluster.settings.home / "printed").iterdir())) == len(roads)


def story(facts: list[Recorded]) -> dict[str, list[str]]:
    """What each stage said, in its order, without what a rough day adds."""
    told: dict[str, list[str]] = defaultdict(list)
    for fact in of_the_stages(facts):
        told[fact.meta.source].append(fact.meta.type)
    return dict(told)


async def all_are_heard_of(cluster: Any) -> None:
    """Every process is there, and nothing waits for a person."""
    code, said = 1, ""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while code:
                code, said = await cluster.command("replay", "status")
    except TimeoutError:
        pytest.fail(said)
