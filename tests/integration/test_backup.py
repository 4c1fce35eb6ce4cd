"""The machine of an office burns down in mid-road; the case is finished on a new one."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system
from jamila_ledger.chain import verify
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.sql_store import SqlLedgerStore

pytestmark = [pytest.mark.connected, pytest.mark.timeout(400)]

FAMILY = Birth.of_couple(0, today=date(2026, 11, 23))
BACKED_UP_AFTER = 4
"""Submitted, complete, matched with SIAK, entered: the draft waits for the Kasi."""


async def jamila(home: Path, *words: str) -> dict[str, Any]:
    """Type a command, as an operator does; what it answers."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "jamila_deploy", "backup", *words, "--json"],
        env={**os.environ, "JAMILA_HOME": str(home)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    said: dict[str, Any] = json.loads(done.stdout)
    return said


async def walk(system: RunningSystem, case: Road | None, *, start: int, until: int | None) -> Road:
    """Some strides of the one case, with staff who log in here."""

    def go() -> Road:
        with closing(Office(OfficeAddress.of(system))) as office:
            road = Road(office, FAMILY)
            if case is not None:
                road.case_id, road.receipt_code = case.case_id, case.receipt_code
            for stride in list(road.strides(detours=False))[start:until]:
                stride.go()
            return road

    return await asyncio.to_thread(go)


def ledger_of(home: Path) -> SqlLedgerStore:
    return SqlLedgerStore.open_existing(f"sqlite:///{home / 'stores' / 'ledger.db'}")


def facts_of(home: Path, case_id: str) -> list[Recorded]:
    with closing(ledger_of(home)) as store:
        return recorded(store.read_case(UUID(case_id)))


async def told(home: Path, case_id: str, about: str) -> None:
    """Wait until the resident was told of something."""

    def is_told() -> bool:
        facts = facts_of(home, case_id)
        return any(getattr(each.event, "about_event", "") == about for each in facts)

    async with asyncio.timeout(60):
        while not is_told():  # noqa: ASYNC110 - another process writes the ledger
            await asyncio.sleep(0.2)


def received(system: RunningSystem) -> list[str]:
    """What lies on the phone of the resident, in words: ids of two equal messages would differ."""
    with closing(Office(OfficeAddress.of(system))) as office:
        messages = [json.loads(each) for each in office.received(FAMILY.phone)]
    return [json.dumps(each[each["type"]], sort_keys=True) for each in messages]


def burn_down(home: Path, new: Path) -> None:
    """Everything is gone but the world outside: WhatsApp's servers, and paper already printed."""
    new.mkdir(mode=0o700)
    for outside in ("simulators", "printed"):
        if (home / outside).exists():
            shutil.move(home / outside, new / outside)
    shutil.rmtree(home)


@pytest.mark.usefixtures("socket_enabled")
async def test_a_case_in_mid_road_is_finished_on_a_new_machine(tmp_path: Path) -> None:
    home, new = tmp_path / "lama", tmp_path / "baru"
    backups, safe = tmp_path / "cadangan", tmp_path / "brankas"
    async with running_system(free_ports(LauncherSettings(home=home))) as system:
        case = await walk(system, None, start=0, until=BACKED_UP_AFTER)
        await told(home, case.case_id, "PermohonanDiajukan")
        made = await jamila(home, "create", str(backups), "--secrets", str(safe))
        # Lost: the Kasi approved after the backup, and has to do it again.
        await walk(system, case, start=BACKED_UP_AFTER, until=BACKED_UP_AFTER + 1)
        before = await asyncio.to_thread(received, system)
    burn_down(home, new)

    reason = ("--reason", "komputer kantor terbakar")
    done = await jamila(new, "restore", str(backups), "--secrets", str(safe), *reason)
    async with running_system(free_ports(LauncherSettings(home=new))) as system:
        await walk(system, case, start=BACKED_UP_AFTER, until=None)
        await told(new, case.case_id, "Diserahkan")
        after = await asyncio.to_thread(received, system)

    assert done["ledger_head"] == made["ledger_head"]
    with closing(ledger_of(new)) as store:
        assert verify(store.scan()).ok
        assert store.entry_at(made["ledger_position"]).hash.hex() == made["ledger_head"]
    facts = Counter(each.meta.type for each in facts_of(new, case.case_id))
    assert facts["DraftDisetujui"] == facts["Diserahkan"] == facts["Dicetak"] == 1
    assert before
    assert after[: len(before)] == before
    assert [words for words, times in Counter(after).items() if times > 1] == []
    assert len(list((new / "printed").iterdir())) == 1
