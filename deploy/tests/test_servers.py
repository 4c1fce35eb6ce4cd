"""The real nats-server and mongod under the real supervisor."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pymongo import MongoClient

from jamila_deploy.errors import HomeLockedError, PortSharedError, PortTakenError
from jamila_deploy.nats import config_path, nats_config
from jamila_deploy.nats_names import USERS
from jamila_deploy.plan import PYTHON_PROCESSES, ProcessSpec, find_programs, plan
from jamila_deploy.ports import check_ports, free_ports
from jamila_deploy.readiness import HttpReady
from jamila_deploy.secrets import Secrets
from jamila_deploy.settings import LauncherSettings, Ports
from jamila_deploy.status import ProcessState, read_status, status_path
from jamila_deploy.system import RunningSystem, starting_system

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def settings(tmp_path: Path) -> LauncherSettings:
    return free_ports(LauncherSettings(home=tmp_path / "home"))


@asynccontextmanager
async def servers(settings: LauncherSettings) -> AsyncIterator[RunningSystem]:
    folder = settings.home / "run"
    folder.mkdir(parents=True, exist_ok=True)
    passwords = {user: user for user in USERS}
    config_path(settings).write_text(nats_config(settings, passwords))
    unused = Secrets(
        master_key_file=folder,
        whatsapp_app_secret="",
        whatsapp_access_token="",
        whatsapp_verify_token="",
        siak_password="",
        pkcs12_file=folder,
        passphrase_file=folder,
        trust_roots_file=folder,
        nats_passwords=passwords,
    )
    specs = tuple(
        each
        for each in plan(settings, unused, programs=find_programs())
        if each.name not in PYTHON_PROCESSES
    )
    async with starting_system(settings, specs=specs) as system:
        await system.wait_ready()
        yield system


def connect(settings: LauncherSettings) -> MongoClient:
    port = settings.ports.mongo
    return MongoClient("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=5000)


async def test_both_servers_become_usable_and_nothing_is_left_after_them(
    settings: LauncherSettings,
):
    async with servers(settings) as system:
        pids = [each.pid for each in system.processes.values()]
        with connect(settings) as client, client.start_session() as session:
            # Only a replica set's primary accepts a transaction.
            session.with_transaction(
                lambda s: client.jamila.cases.insert_one({"_id": 1}, session=s)
            )
        assert await HttpReady("127.0.0.1", settings.ports.nats_monitor, "/jsz").passes()
        assert system.cold_start_seconds < 30
        memory = system.memory_bytes()
        assert 50 * 2**20 < memory["nats"] + memory["mongod"] < 400 * 2**20
        assert read_status(settings).cold_start_seconds == system.cold_start_seconds

    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    check_ports(settings.ports)
    states = {each.state for each in read_status(settings).processes}
    assert states == {ProcessState.STOPPED}


async def test_a_second_start_on_other_ports_keeps_the_data(settings: LauncherSettings):
    async with servers(settings):
        with connect(settings) as client:
            client.jamila.cases.insert_one({"_id": "kept"})

    moved = free_ports(settings)
    async with servers(moved):
        with connect(moved) as client:
            assert client.jamila.cases.count_documents({"_id": "kept"}) == 1


async def test_a_killed_mongod_is_a_primary_again_with_its_data(settings: LauncherSettings):
    async with servers(settings) as system:
        with connect(settings) as client:
            client.jamila.cases.insert_one({"_id": "kept"})
        system.kill("mongod")
        await system.wait_ready("mongod")
        with connect(settings) as client:
            assert client.jamila.cases.count_documents({}) == 1
        assert system.processes["mongod"].last_exit.signal == "SIGKILL"


async def test_a_second_launcher_on_the_same_home_starts_nothing(settings: LauncherSettings):
    async with starting_system(settings, specs=()):
        with pytest.raises(HomeLockedError):
            async with starting_system(free_ports(settings), specs=()):
                pytest.fail("two launchers on one home")


async def test_a_taken_port_names_the_setting_to_change(settings: LauncherSettings):
    taken = socket.create_server(("127.0.0.1", settings.ports.review))
    with taken, pytest.raises(PortTakenError) as caught:
        async with starting_system(settings, specs=()):
            pytest.fail("started on a taken port")
    assert caught.value.setting == "JAMILA_PORT_REVIEW"
    assert caught.value.port == settings.ports.review


def test_one_port_for_two_processes_names_both_settings():
    with pytest.raises(PortSharedError) as caught:
        check_ports(Ports(review=8700))
    assert caught.value.settings == ("JAMILA_PORT_GATEWAY", "JAMILA_PORT_REVIEW")


def test_free_ports_are_all_different(settings: LauncherSettings):
    numbers = settings.ports.model_dump().values()
    assert len(set(numbers)) == len(Ports.model_fields)


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False),
        (b"SSH-2.0-OpenSSH\r\n", False),
        (b"x" * 200_000, False),
        (b"", False),
    ],
)
async def test_only_a_200_counts_as_ready(answer: bytes, *, passes: bool):
    async def reply(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(reply, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await HttpReady("127.0.0.1", port).passes() is passes


async def test_processes_are_kept_up_also_while_their_state_cannot_be_written(
    settings: LauncherSettings, tmp_path: Path
):
    argv = (sys.executable, "-S", "-c", "import time; time.sleep(60)")
    spec = ProcessSpec(name="one", argv=argv, log_path=tmp_path / "one.log")
    async with starting_system(settings, specs=(spec,)) as system:
        await system.wait_ready()
        # In the way of the file, as a full disk would be.
        status_path(system.settings).with_name("status.json.new").mkdir()
        system.kill("one")
        await system.wait_ready()

        assert system.processes["one"].restarts == 1
