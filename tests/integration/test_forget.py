"""A whole case on the real system, then a search through everything.

While it lives, nothing personal and no secret can be read where it does not belong; forgotten, it
is nowhere, and opens with no key.
"""

import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from intake.epochs import EpochDrawer
from intake.inbox_store import metadata
from intake.sealing import Drawer
from jamila_deploy.nats import config_path
from jamila_deploy.nats_names import ADMIN, USERS
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.secrets import nats_password_file
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system
from jamila_ledger.checkpoints_key import KEY_FILE as OFFICE_KEY
from jamila_ledger.recorded import recorded
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.errors import JamilaError
from jamila_runtime.key_ring import FILE_NAME, KeyRing
from jamila_runtime.sql import open_engine
from jamila_runtime.vault import CaseVault, read_master_key
from jamila_simulators.pki import ensure_demo_pki
from jamila_testing.leaks import (
    command_lines_of,
    documents_of,
    found_below,
    found_in,
    messages_of,
)

pytestmark = [pytest.mark.connected, pytest.mark.timeout(400)]

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
ADDRESS = "JALAN MERANTI NOMOR 17 PARINGIN KOTA"
OUTSIDE = {"simulators", "pki"}
"""What plays WhatsApp, SIAK and the certificate authority is not the office."""
NOT_BACKED_UP = {*OUTSIDE, "secrets", "printed"}
PURPOSES = ("intake/contacts/v1", "intake/inbox/v1", "intake/answers/v1")
COLLECTION = re.compile(r"kode pengambilan ([A-Z0-9]{8})")
TOKEN = re.compile(rb"v1\.[A-Za-z0-9_-]{40,}")


def office_of(system: RunningSystem) -> Office:
    return Office(OfficeAddress.of(system))


def personal_road(office: Office, number: int) -> Road:
    """A case whose papers also have a telling file name and caption."""
    birth = Birth.of_couple(number, today=TODAY)
    road = Road(office, birth)
    road._messages[1]["caption"] = f"Kartu keluarga, {ADDRESS}"
    road._messages[3]["filename"] = f"surat lahir {birth.mother.name} {birth.mother.nik}.pdf"
    return road


def submitted(road: Road) -> None:
    next(road.strides()).go()


def secrets_of(road: Road) -> dict[str, bytes]:
    """Everything that must not be found, by what it is."""
    birth = road.wish
    entry = birth.entry()["documents"]["akta-kelahiran"]
    papers = road.look("loket-1")["papers"]
    client = road.office.client("loket-1")
    found = {
        "mother": birth.mother.name.encode(),
        "mother as WhatsApp tells it": birth.mother.name.title().encode(),
        "father": birth.father.name.encode(),
        "child": birth.child_name.encode(),
        "nik of the mother": birth.mother.nik.encode(),
        "nik of the father": birth.father.nik.encode(),
        "nik of the child": entry["child_nik"].encode(),
        "family card": birth.father.no_kk.encode(),
        "phone": birth.phone.encode(),
        "address": ADDRESS.encode(),
        "certificate number": entry["certificate_number"].encode(),
    }
    for paper in papers:
        content = client.paper(road.case_id, paper["sha256"])
        found[f"paper {paper['sha256'][:8]}"] = content[len(content) // 2 :][:48]
    for document in road.look("loket-1")["signed"]:
        content = client.document(road.case_id, document["signed_sha256"])
        found["signed document"] = content[len(content) // 3 :][:48]
    return found


def secrets_in_use(system: RunningSystem, road: Road) -> dict[str, bytes]:
    """What opens doors: of the office, of its people, of the applicant, and of this very run."""
    home, office = system.settings.home, road.office
    folder = home / "secrets"
    found = {
        f"secrets/{name}": (folder / name).read_bytes().strip()
        for name in (
            *("whatsapp-app-secret", "whatsapp-access-token", "whatsapp-verify-token"),
            *("siak-password", "master.key"),
        )
    }
    for user in USERS:
        password = nats_password_file(system.settings, user).read_bytes().strip()
        found[f"NATS password of {user}"] = password
    nodes = json.loads((folder / FILE_NAME).read_bytes())["nodes"]
    found["ring of case keys"] = bytes.fromhex(next(iter(nodes.values())))
    found["master key"] = read_master_key(folder / "master.key")
    found["passphrase"] = ensure_demo_pki(home / "pki").passphrase
    found["office key"] = b"".join((folder / OFFICE_KEY).read_bytes().splitlines()[1:-1])
    address = office.address
    found |= {f"password of {name}": each.encode() for name, each in address.passwords.items()}
    found |= {f"factor of {name}": each.encode() for name, each in address.totp_secrets.items()}
    for account in address.passwords:
        token = office.client(account)._http.headers["Authorization"].split()[1]
        found[f"token of {account}"] = token.encode()
    told = " ".join(office.received(road.wish.phone))
    found["collection code"] = COLLECTION.findall(told)[0].encode()
    return found


async def leaks_of(system: RunningSystem, secrets: Mapping[str, bytes]) -> set[str]:
    """Where any of them can be read while the system runs, but for where it belongs."""
    home = system.settings.home
    found = await asyncio.to_thread(found_below, home, secrets, without=NOT_BACKED_UP)
    # The server itself has to be told its passwords, and nobody else may read them there.
    told_to_nats = config_path(system.settings)
    assert told_to_nats.stat().st_mode & 0o077 == 0
    there = {f"NATS password of {user} in run/{told_to_nats.name}" for user in USERS}
    told = {
        "mongod": await asyncio.to_thread(documents_of, system.url("mongod")),
        "streams": await messages_of(
            system.url("nats"),
            user=ADMIN,
            password=nats_password_file(system.settings, ADMIN).read_text(),
        ),
        "command lines": command_lines_of(each.pid for each in system.processes.values()),
        "figures": await asyncio.to_thread(figures_of, system),
    }
    return (found - there) | {
        f"{name} in {place}"
        for place, content in told.items()
        for name in found_in(content, secrets)
    }


def figures_of(system: RunningSystem) -> bytes:
    """The metrics and the readiness of every process that has them."""
    urls = [each.url for each in system.processes.values() if each.url.startswith("http")]
    with httpx.Client(timeout=30) as http:
        pages = (http.get(f"{url}/{page}") for url in urls for page in ("metrics", "readyz"))
        return b"\n".join(page.content for page in pages)


def backup_of(home: Path, target: Path) -> Path:
    """A copy of all files as they lie there; the folder of secrets is never copied with them."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        return NOT_BACKED_UP & set(names) if Path(folder) == home else set()

    shutil.copytree(home, target, ignore=left_out, ignore_dangling_symlinks=True)
    return target


def jamila(system: RunningSystem, *words: str) -> subprocess.CompletedProcess[str]:
    home = system.settings.home
    environment = {
        **os.environ,
        "JAMILA_HOME": str(home),
        "JAMILA_NATS_URL": system.url("nats"),
        "COLUMNS": "100",
    }
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "jamila_deploy", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def until(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - other processes write
            await asyncio.sleep(0.3)


def is_settled(home: Path) -> bool:
    """Nothing waits any more in intake, notifier and printing, and old epochs have ended."""
    stores = home / "stores"
    for name in ("intake", "notifier", "printing", "privacy"):
        with closing(sqlite3.connect(stores / f"{name}.db")) as store:
            # An application that waits to be fetched is chased days later: of another case.
            if store.execute("SELECT count(*) FROM effects WHERE kind <> 'chase'").fetchone()[0]:
                return False
    with closing(sqlite3.connect(stores / "intake-inbox.db")) as store:
        return store.execute("SELECT count(*) FROM drawer_epochs").fetchone()[0] == len(PURPOSES)


def told_goodbye(home: Path, case_id: str) -> bool:
    facts = facts_of(home, case_id)
    return any(getattr(each.event, "about_event", "") == "Diserahkan" for each in facts)


def facts_of(home: Path, case_id: str) -> list[Any]:
    store = SqlLedgerStore.open_existing(f"sqlite:///{home / 'stores' / 'ledger.db'}")
    try:
        return recorded(store.read_case(UUID(case_id)))
    finally:
        store.close()


def vault_of(stores: Path, secrets: Path) -> CaseVault:
    ring = KeyRing(secrets / FILE_NAME, read_master_key(secrets / "master.key"))
    return CaseVault(f"sqlite:///{stores / 'vault.db'}", ring)


def opened_with_any_key(stores: Path, objects: Path, secrets: Path, case_id: str) -> list[str]:
    """Try every key that still can be had on everything sealed: what of the case opens."""
    vault = vault_of(stores, secrets)
    with closing(sqlite3.connect(stores / "vault.db")) as store:
        owners = [UUID(row[0]) for row in store.execute("SELECT case_id FROM case_keys")]
    tokens = {
        token.decode()
        for entry in (stores / "ledger.db").parent.glob("*.db*")
        for token in TOKEN.findall(entry.read_bytes())
    }
    papers = [path.read_bytes() for path in (objects / case_id).glob("*")]
    opened = []
    for owner in owners:
        opened += [f"token of {owner}" for token in tokens if opens(vault.open, owner, token)]
        opened += [f"object by {owner}" for each in papers if opens(vault.open_bytes, owner, each)]
    return opened


def opens(how: Any, *what: Any) -> bool:
    try:
        how(*what)
    except (JamilaError, ValueError):
        return False
    return True


def opened_in_inbox(stores: Path, secrets: Path) -> list[bytes]:
    """Contacts and bodies of the inbox that any key still opens."""
    engine = open_engine(f"sqlite:///{stores / 'intake-inbox.db'}", metadata)
    vault, master = vault_of(stores, secrets), read_master_key(secrets / "master.key")
    with closing(sqlite3.connect(stores / "intake-inbox.db")) as store:
        sealed = [row[0] for row in store.execute("SELECT sealed FROM contacts")]
        sealed += [row[0] for row in store.execute("SELECT sealed FROM bodies")]
    found = []
    for purpose in PURPOSES:
        drawers = [Drawer(master, purpose)]
        if stores.parent.name != "backup":
            drawers.append(EpochDrawer(master, purpose, engine=engine, vault=vault))
        else:
            drawers.append(old_epochs(engine, master, purpose, vault))
        found += [
            drawer.open(each) for drawer in drawers for each in sealed if opens(drawer.open, each)
        ]
    engine.dispose()
    return found


def old_epochs(engine: Any, master: bytes, purpose: str, vault: CaseVault) -> EpochDrawer:
    """A drawer that only opens: with whatever keys the backup itself holds."""
    drawer = EpochDrawer.__new__(EpochDrawer)
    Drawer.__init__(drawer, master, purpose)
    drawer._engine, drawer._vault, drawer._keys = engine, vault, {}
    return drawer


def refusals(road: Road) -> dict[str, Any]:
    """What the gateway answers about a forgotten case."""
    client, case = road.office.client("loket-1"), road.case_id
    digest = road.view()["papers"][0]["sha256"]
    answers = {
        "view": client._http.get(f"/api/v1/cases/{case}"),
        "paper": client._http.get(f"/api/v1/cases/{case}/papers/{digest}"),
        "trail": client._http.get(f"/api/v1/cases/{case}/trail"),
        "sla": client._http.get(f"/api/v1/cases/{case}/sla"),
    }
    return {name: (each.status_code, each.json()) for name, each in answers.items()}


@pytest.mark.usefixtures("socket_enabled")
async def test_a_forgotten_case_is_found_nowhere_and_the_chain_still_verifies(
    tmp_path: Path,
) -> None:
    settings = free_ports(LauncherSettings(home=tmp_path / "home"))
    home = settings.home
    async with running_system(settings) as system:
        office = office_of(system)
        road, other = personal_road(office, 3), personal_road(office, 4)
        await asyncio.to_thread(road.walk, detours=True)
        await asyncio.to_thread(submitted, other)
        await until(lambda: told_goodbye(home, road.case_id))
        secrets = await asyncio.to_thread(secrets_of, road)
        keys = await asyncio.to_thread(secrets_in_use, system, road)
        assert await leaks_of(system, {**secrets, **keys}) == set()
        backup = backup_of(home, tmp_path / "backup")
        # The search finds what it looks for, where it may stand.
        assert found_below(home / "simulators", secrets)
        assert found_below(home / "secrets", keys)
        before = opened_with_any_key(
            backup / "stores", backup / "objects", home / "secrets", road.case_id
        )
        assert {each for each in before if road.case_id in each}

        open_case = await asyncio.to_thread(
            jamila, system, *("case", "forget", other.case_id, "--reason", "retensi", "--yes")
        )
        words = ("case", "forget", road.receipt_code, "--reason", "permintaan-subjek")
        dry = await asyncio.to_thread(jamila, system, *words, "--dry-run")
        assert (open_case.returncode, "masih berjalan" in open_case.stderr) == (1, True)
        assert (dry.returncode, "nama pengirim ikut dihapus" in dry.stdout) == (0, True)
        done = await asyncio.to_thread(jamila, system, *words, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "sudah dihapus" in done.stdout
        await until(lambda: is_settled(home))
        await until(lambda: road.look("loket-1")["personal_data"] == "erased")
        answers = await asyncio.to_thread(refusals, road)
        documents = await asyncio.to_thread(documents_of, system.url("mongod"))
        kept = other.look("loket-1")
        reads = jamila(system, "case", "reads", road.case_id, "--json")
        office.close()

    assert (answers["view"][0], answers["view"][1]["personal_data"]) == (200, "erased")
    assert (answers["paper"][0], answers["paper"][1]["slug"]) == (410, "personal-data-forgotten")
    assert (answers["trail"][0], answers["sla"][0]) == (200, 200)
    assert kept["applicant"]["phone"] == other.wish.phone
    readers = {(each["account"], each["what"]) for each in json.loads(reads.stdout)}
    assert {("kasi-1", "dokumen"), ("kadis-1", "data-pemohon"), ("loket-1", "berkas")} <= readers

    assert not (home / "objects" / road.case_id).exists()
    assert found_in(documents, secrets) == set()
    assert found_below(home, secrets, without=OUTSIDE) == set()
    assert found_below(backup, secrets) == set()
    folder = home / "secrets"
    for stores, objects in ((home, home), (backup, backup)):
        opened = opened_with_any_key(stores / "stores", objects / "objects", folder, road.case_id)
        assert [each for each in opened if road.case_id in each or "object" in each] == []
        assert [each for each in opened if other.case_id in each]
    inbox = opened_in_inbox(home / "stores", folder)
    assert found_in(b"".join(inbox), secrets) == set()
    assert found_in(b"".join(inbox), {"phone": other.wish.phone.encode()})
    assert opened_in_inbox(backup / "stores", folder) == []
    assert_verified(home)


def assert_verified(home: Path) -> None:
    """By the system's own command, and by the one file that shares no code with it."""
    ledger = home / "stores" / "ledger.db"
    commands = (
        [sys.executable, "-m", "jamila_deploy", "ledger", "verify", "--url", f"sqlite:///{ledger}"],
        [sys.executable, str(ROOT / "deploy" / "verifier" / "jamila_verify.py"), str(ledger)],
    )
    for command in commands:
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        assert result.returncode == 0, result.stdout + result.stderr
