"""Who may say and hear what, tried at a real nats-server: every user with every event."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nats.aio.client import Client

from jamila_contracts.commands import COMMANDS, TaskCommand, command_subject
from jamila_contracts.events import EVENTS
from jamila_contracts.publish import recorder_of
from jamila_contracts.publish.recorders import STEP_OWNER
from jamila_contracts.sop import load_sop
from jamila_deploy.nats import Node, node_config
from jamila_deploy.nats_names import ADMIN, LEDGER, LODGERS, OPERATOR, SERVICES, USERS
from jamila_deploy.nats_users import users_config
from jamila_runtime.connecting import connect, inbox_of
from jamila_runtime.owner_desk import rewind_subject
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.streams import STREAM, ensure_consumer, ensure_stream
from jamila_testing.servers import free_port, nats_server

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

TENANT = "6311"
CASE = uuid4()
OWNERS = {step.service for step in load_sop().steps}
STAGES = tuple(each for each in SERVICES if each not in ("gateway", LEDGER))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("nats"), free_port()
    node = Node(
        name="uji",
        listen=f"127.0.0.1:{port}",
        monitor=f"127.0.0.1:{free_port()}",
        store=folder / "jetstream",
    )
    users = users_config({user: f"sandi-{user}" for user in USERS}, tenant=TENANT)
    with nats_server(folder, port=port, config=node_config(node, users)) as started:
        yield started


class Guest:
    """Somebody connected, and what the server forbade him."""

    def __init__(self) -> None:
        self.client: Client
        self.refused: list[str] = []

    async def on_error(self, error: Exception) -> None:
        self.refused.append(str(error))

    async def tries(self, *subjects: str) -> list[str]:
        """Publish on subjects; the refusals, once all are answered."""
        self.refused.clear()
        for subject in subjects:
            await self.client.publish(subject, b"{}")
        await self.settle()
        return self.refused

    async def settle(self) -> None:
        """Wait until the server has answered everything that was said."""
        # nats-py sends the ping of a flush before what is pending: the second one counts.
        await self.client.flush()
        await self.client.flush()


@asynccontextmanager
async def guest(url: str, user: str, tmp_path: Path) -> AsyncIterator[Guest]:
    visitor = Guest()
    settings = RuntimeSettings(
        home=tmp_path,
        master_key_file=tmp_path / "unused",
        nats_url=url,
        nats_user=user,
        nats_password=f"sandi-{user}",
    )
    visitor.client = await connect(settings, "test", error_cb=visitor.on_error)
    try:
        yield visitor
    finally:
        await visitor.client.close()


def subject_of(event: str) -> str:
    return f"permohonan.{TENANT}.{CASE}.{event}"


def recorded_by(user: str) -> set[str]:
    """From the contracts, not from what is tested."""
    speaks_for = set(LODGERS) if user == LEDGER else {user}
    own = speaks_for | ({STEP_OWNER} if user in OWNERS else set())
    return {name for name, event in EVENTS.items() if recorder_of(event) in own}


@pytest.mark.parametrize("user", [*SERVICES, OPERATOR])
async def test_a_user_publishes_its_own_facts_and_nobody_elses(url, user, tmp_path):
    arrived: list[str] = []

    async def on_fact(message: Any) -> None:
        arrived.append(message.subject)

    async with guest(url, ADMIN, tmp_path) as listener, guest(url, user, tmp_path) as service:
        await listener.client.subscribe("permohonan.>", cb=on_fact)
        await listener.settle()
        refused = await service.tries(*map(subject_of, EVENTS))
        await listener.settle()
        mine = recorded_by(user)
        assert set(arrived) == set(map(subject_of, mine))
        assert len(refused) == len(EVENTS) - len(mine)
        assert all("permissions violation" in each.lower() for each in refused)


async def test_between_them_the_services_can_say_everything_there_is():
    assert set().union(*map(recorded_by, SERVICES)) == set(EVENTS)


async def test_no_service_speaks_for_another_kabupaten(url, tmp_path):
    async with guest(url, "review", tmp_path) as review:
        assert len(await review.tries(f"permohonan.6372.{CASE}.Diverifikasi")) == 1


@pytest.mark.parametrize("user", [*SERVICES, OPERATOR])
async def test_only_the_gateway_asks_commands(url, user, tmp_path):
    subjects = {
        command_subject(owner, name)
        for name, command in COMMANDS.items()
        for owner in (OWNERS if issubclass(command, TaskCommand) else {command.SERVICE})
    }
    async with guest(url, user, tmp_path) as asker:
        refused = await asker.tries(*subjects)
    privacy = {each for each in subjects if each.startswith("perintah.privacy.")}
    may = {"gateway": subjects, OPERATOR: privacy}.get(user, set())
    assert len(refused) == len(subjects - may)


@pytest.mark.parametrize("user", STAGES)
async def test_a_stage_reads_through_its_own_consumer_alone(url, user, tmp_path):
    async with guest(url, ADMIN, tmp_path) as admin:
        await ensure_stream(admin.client.jetstream())
    other = next(each for each in STAGES if each != user)
    async with guest(url, user, tmp_path) as stage:
        js = stage.client.jetstream(timeout=10)
        await ensure_consumer(js, durable=user, subjects=["permohonan.*.*.BerkasDiterima"])
        assert (await js.consumer_info(STREAM, user)).name == user
        api = ("CONSUMER.MSG.NEXT", "CONSUMER.INFO", "CONSUMER.DELETE", "CONSUMER.DURABLE.CREATE")
        forbidden = [f"$JS.API.{each}.{STREAM}.{other}" for each in api]
        forbidden += [f"$JS.API.STREAM.{each}.{STREAM}" for each in ("DELETE", "PURGE", "UPDATE")]
        forbidden += [f"$JS.API.STREAM.MSG.DELETE.{STREAM}", rewind_subject(other)]
        assert len(await stage.tries(*forbidden)) == len(forbidden)


async def test_nobody_hears_the_answers_or_questions_of_another(url, tmp_path):
    others = (f"{inbox_of('gateway')}.>", "_INBOX.>", "perintah.signing.*", "permohonan.>", ">")
    async with guest(url, "review", tmp_path) as review:
        for subject in others:
            await review.client.subscribe(subject)
        await review.settle()
        assert len(review.refused) == len(others)


async def test_a_stage_answers_whoever_asked_it_and_nobody_unasked(url, tmp_path):
    async with guest(url, "gateway", tmp_path) as asker, guest(url, "review", tmp_path) as stage:

        async def on_command(message: Any) -> None:
            await message.respond(b"dijawab")

        await stage.client.subscribe("perintah.review.*", cb=on_command)
        await stage.settle()
        answer = await asker.client.request("perintah.review.TakeTask", b"{}", timeout=25)
        assert answer.data == b"dijawab"
        assert len(await stage.tries(f"{inbox_of('gateway')}.tebakan")) == 1


@pytest.mark.parametrize("said", [{"user": "review", "pass": "salah"}, {"user": "siapa"}, {}])
async def test_nobody_comes_in_without_his_password(url, said):
    host, _, port = url.removeprefix("nats://").partition(":")
    # By hand: nats-py leaves the connection open when it is refused.
    reader, writer = await asyncio.open_connection(host, int(port))
    await reader.readline()
    writer.write(f"CONNECT {json.dumps({'verbose': False, **said})}\r\nPING\r\n".encode())
    assert b"Authorization Violation" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()
