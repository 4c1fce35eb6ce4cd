"""The office's phone on the real system: a read stands in the ledger before words are shown."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.client import GatewayClient
from jamila_contracts import events as e
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system
from jamila_ledger.recorded import recorded
from jamila_ledger.sql_store import SqlLedgerStore

pytestmark = [pytest.mark.connected, pytest.mark.timeout(240)]

PHONE = "0800-6311-0777"
ANSWERS = "/api/v1/manual/answers"


def office_of(system: RunningSystem) -> Office:
    return Office(OfficeAddress.of(system))


def pasted(client: GatewayClient, text: str) -> dict[str, Any]:
    """What staff do with a message on the office's phone; the answer that waits for its sender."""
    case_id = uuid4()
    client.command("begin-entry", case_id, {"channel": "manual"})
    said = {"phone": PHONE, "text": text}
    done = client.command("relay-message", case_id, {"said": said})
    answer: dict[str, Any] = done["result"]["answers"][-1]
    return answer


@contextmanager
def halted(system: RunningSystem, name: str) -> Iterator[None]:
    """A process that is there and answers nothing."""
    pid = system.processes[name].pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def reads_of(home: Path, contact_id: str) -> list[e.DataPribadiDibaca]:
    store = SqlLedgerStore.open_existing(f"sqlite:///{home / 'stores' / 'ledger.db'}")
    facts = recorded(store.read_case(UUID(contact_id)))
    store.close()
    return [each.event for each in facts if isinstance(each.event, e.DataPribadiDibaca)]


async def until(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - other processes write
            await asyncio.sleep(0.2)


@pytest.mark.usefixtures("socket_enabled")
async def test_words_of_an_answer_are_shown_once_the_read_stands_and_never_without(
    tmp_path: Path,
) -> None:
    settings = free_ports(LauncherSettings(home=tmp_path / "home"))
    async with running_system(settings) as system:
        office = office_of(system)
        client = await asyncio.to_thread(office.client, "loket-1")
        answer = await asyncio.to_thread(pasted, client, "halo")
        get, contact_id = client._http.get, answer["contact_id"]
        place = f"{ANSWERS}/{contact_id}/{answer['answer_id']}"
        listed = await asyncio.to_thread(get, ANSWERS)
        with halted(system, "ledger"):
            refused = await asyncio.to_thread(get, place)
        words = await asyncio.to_thread(get, place)
        await until(lambda: reads_of(settings.home, contact_id))
        office.close()

    assert [each["answer_id"] for each in listed.json()["answers"]] == [answer["answer_id"]]
    assert (refused.status_code, refused.json()["slug"]) == (503, "read-not-recorded")
    digits = PHONE.replace("-", "")[1:]
    told = [digits in each.text or "GRATIS" in each.text for each in (listed, refused, words)]
    assert told == [False, False, True]
    assert "GRATIS" in words.json()["text"]
    for read in reads_of(settings.home, contact_id):
        assert (read.what, str(read.message_id)) == ("jawaban-chat", answer["answer_id"])
