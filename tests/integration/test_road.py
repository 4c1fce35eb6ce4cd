"""The whole road on real servers: once undisturbed, once while everything is killed once."""

import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import nats
import pytest

from jamila_deploy.mongo import mongo_url
from jamila_deploy.nats import nats_url
from jamila_deploy.nats_names import ADMIN
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.secrets import nats_password_file
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system
from jamila_ledger.recorded import Recorded
from jamila_runtime.streams import ALL_EVENTS
from jamila_testing import roads
from jamila_testing.roads import STAGES, of_the_stages, told_to_the_resident, walk

pytestmark = [pytest.mark.connected, pytest.mark.timeout(400)]

TODAY = date(2026, 11, 23)
KILLED = (
    *("intake", "ledger", "siak_adapter", "nats", "gateway", "review", "mongod", "signing"),
    *("notifier", "simulators", "printing"),
)
FACTS_THAT_STAY = (
    *("attempt", "step", "service_id", "reasons", "problems", "method", "medium", "proof"),
    *("reason_code", "channel"),
)


@asynccontextmanager
async def office_of(system: RunningSystem) -> AsyncIterator[Office]:
    office = Office(OfficeAddress.of(system))
    try:
        yield office
    finally:
        office.close()


def facts_of(home: Path, case_id: str) -> list[Recorded]:
    return roads.facts_of(f"sqlite:///{home / 'stores' / 'ledger.db'}", case_id)


def stories(facts: list[Recorded]) -> dict[str, list[Any]]:
    """What each stage said, in its order, without what differs from run to run."""
    told = defaultdict(list)
    for fact in of_the_stages(facts):
        said = json.loads(fact.event.model_dump_json(include=set(FACTS_THAT_STAY)))
        for reason in said.get("reasons", ()):
            reason.pop("note")
        told[fact.meta.source].append((fact.meta.type, said))
    return dict(told)


def chain_of(story: dict[str, list[Any]]) -> str:
    """The chain over what was said, so that two runs can be compared entry by entry."""
    link = hashlib.sha256()
    for source in STAGES:
        for said in story[source]:
            link.update(json.dumps([source, said], sort_keys=True).encode())
    return link.hexdigest()


async def repeat_what_passes(settings: LauncherSettings, seed: int) -> None:
    """Deliver events again, late and out of order, under ids that JetStream does not know."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable bad day, not a secret
    client = await nats.connect(
        nats_url(settings),
        user=ADMIN,
        password=nats_password_file(settings, ADMIN).read_text(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
    )
    seen: list[Any] = []

    async def remember(message: Any) -> None:
        if "Nats-Msg-Id" in (message.headers or {}):
            seen.append(message)

    await client.subscribe(ALL_EVENTS, cb=remember)
    try:
        while True:
            await asyncio.sleep(0.1)
            for message in chance.sample(seen, min(3, len(seen))):
                headers = {k: v for k, v in message.headers.items() if k != "Nats-Msg-Id"}
                if client.is_connected:
                    await client.publish(message.subject, message.data, headers=headers)
    finally:
        await client.close()


@pytest.mark.usefixtures("socket_enabled")
async def test_a_day_of_kills_repeats_and_disorder_ends_like_a_quiet_one(tmp_path: Path) -> None:
    settings = free_ports(LauncherSettings(home=tmp_path / "home"))
    async with running_system(settings) as system, office_of(system) as office:
        quiet = Road(office, Birth.of_couple(0, today=TODAY))
        await walk(quiet)
        await system.wait_ready()

        killed: list[str] = []

        def kill_one(number: int) -> None:
            if 0 < number <= len(KILLED):
                killed.append(KILLED[number - 1])
                system.kill(killed[-1])

        loop = asyncio.get_running_loop()
        rough = Road(office, Birth.of_couple(1, today=TODAY))
        repeating = asyncio.create_task(repeat_what_passes(settings, seed=1))
        await walk(rough, before=partial(loop.call_soon_threadsafe, kill_one))
        repeating.cancel()
        await system.wait_ready()
        await messages_settle(system, rough)
        await all_are_heard_of(settings)
        drill = json.loads((await replay(settings, "drill")).stdout)

    assert drill["ok"], drill["steps"][-1]
    assert [step["detail"] for step in drill["steps"] if step["skipped"]] == []
    assert not list(settings.home.rglob("restored.db"))
    assert killed == list(KILLED)
    quiet_facts = facts_of(settings.home, quiet.case_id)
    rough_facts = facts_of(settings.home, rough.case_id)
    assert stories(rough_facts) == stories(quiet_facts)
    assert chain_of(stories(rough_facts)) == chain_of(stories(quiet_facts))
    assert told_to_the_resident(rough_facts) == told_to_the_resident(quiet_facts)
    assert len(list((settings.home / "printed").iterdir())) == 2


async def replay(settings: LauncherSettings, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the operators' tool beside the system."""
    environment = {
        **os.environ,
        "JAMILA_HOME": str(settings.home),
        "JAMILA_MONGO_URL": mongo_url(settings),
    }
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "jamila_deploy", "replay", *words, "--json"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
    )


async def all_are_heard_of(settings: LauncherSettings) -> None:
    """A process that just came back gives its next sign of life a little later."""
    async with asyncio.timeout(60):
        while (await replay(settings, "status")).returncode:  # noqa: ASYNC110 - other processes sign
            await asyncio.sleep(1)


async def messages_settle(system: RunningSystem, road: Road) -> None:
    """Messages go their own way: wait until the last one about the case is on record."""

    def said_goodbye() -> bool:
        facts = facts_of(system.settings.home, road.case_id)
        return "Diserahkan" in told_to_the_resident(facts)

    async with asyncio.timeout(60):
        while not said_goodbye():  # noqa: ASYNC110 - another process writes the ledger
            await asyncio.sleep(0.5)
