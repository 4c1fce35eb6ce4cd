"""An office in PostgreSQL is backed up at one instant, proven, and put back into another server."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from jamila_contracts import events as e
from jamila_deploy.backup.create import Wish as ToMake
from jamila_deploy.backup.create import create
from jamila_deploy.backup.dumped import DUMP, entries
from jamila_deploy.backup.errors import (
    BackupElsewhereError,
    BackupForeignError,
    BackupOlderError,
    HomeInUseError,
)
from jamila_deploy.backup.manifest import IN_POSTGRES, read_manifest
from jamila_deploy.backup.places import Places
from jamila_deploy.backup.restore import Wish, restore
from jamila_deploy.backup.verify import verify
from jamila_deploy.postgres import roles_sql
from jamila_ledger.ops import create as ops
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime import places
from jamila_runtime.effects import Effect
from jamila_runtime.restored import restored_of
from jamila_runtime.vault import open_vault
from jamila_testing.builders import ROAD
from jamila_testing.databases import postgres_variables

pytestmark = [
    pytest.mark.connected,
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("socket_enabled"),
]

Moving = Callable[[], None]


@contextmanager
def admin(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def move(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moving]:
    """Goes to another, empty server of the office; the first one is lost with its machine."""
    made: list[str] = []

    def go() -> None:
        made.append(f"kantor_{uuid4().hex}")
        with admin(postgres_url) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]}")
        url = postgres_url.rpartition("/")[0] + f"/{made[-1]}"
        with admin(url) as connection:
            connection.execute(roles_sql())
        for name, value in postgres_variables(url).items():
            monkeypatch.setenv(name, value)

    go()
    yield go
    with admin(postgres_url) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def home(move: Moving, new_home: Any) -> Iterator[Any]:  # noqa: ARG001 - it makes the database
    """An office with one case in mid-road, its stores in PostgreSQL."""
    book().close()
    made = new_home("home")
    made.live(e.PermohonanDiajukan, *ROAD[:3])
    made.paper(b"kartu keluarga")
    # Nobody runs it: its connections are opened again when somebody asks.
    made.vault.close()
    yield made
    made.vault.close()


def back_up(home: Any, backups: Path, safe: Path) -> Any:
    return create(home.places, ToMake(into=backups, secrets=safe, quiet_seconds=0))


def put_back(folder: Path, backups: Path, safe: Path) -> Any:
    wish = Wish(backup=backups, reason="cakram rusak", secrets=safe)
    return restore(Places(home=folder), wish)


def book() -> Any:
    return ops(places.event_store("ops", Path()))


def ledger() -> SqlLedgerStore:
    return SqlLedgerStore.open_existing(places.postgres_url(schema=places.schema_of("ledger")))


def test_a_lost_office_comes_back_from_another_server(home, backups, safe, move, tmp_path):
    now = datetime.now(UTC)
    with closing(book()) as runs:
        due = (now - timedelta(minutes=1), now + timedelta(days=3))
        wishes = [Effect(id=uuid4(), kind="send", case_id=uuid4(), due_at=at) for at in due]
        runs.recorder.insert_events([], scheduled=wishes)
    made = back_up(home, backups, safe)
    before = home.position()
    shutil.rmtree(home.folder)
    move()

    done = put_back(tmp_path / "baru", backups, safe)

    assert read_manifest(made.backup).format == IN_POSTGRES
    assert (done.ledger_position, done.ledger_head) == (before, made.ledger_head)
    assert done.doubted == 1
    assert restored_of(tmp_path / "baru").cut_at == made.cut_at
    with closing(ledger()) as store:
        assert store.head().hash.hex() == made.ledger_head
        # The case goes on where it was.
        home.story.tell(ROAD[3])
        assert store.append(home.story.records, now=now).appended
    with closing(book()) as runs:
        waiting = runs.store.waiting_effects(["send"])
        assert [each.is_doubted for each in waiting] == [True, False]
        assert runs.store.checkpoint().position == 0


def test_papers_and_keys_come_back_and_are_opened_by_the_secrets(
    home, backups, safe, move, tmp_path
):
    sealed = home.vault.seal(home.story.case_id, "Siti Contoh")
    home.vault.close()
    back_up(home, backups, safe)
    move()
    put_back(tmp_path / "baru", backups, safe)
    key_file = tmp_path / "baru" / "secrets" / "master.key"
    settings = home.settings.model_copy(
        update={"home": tmp_path / "baru", "master_key_file": key_file}
    )

    with closing(open_vault(settings)) as vault:
        assert vault.open(home.story.case_id, sealed) == "Siti Contoh"


def test_who_may_do_what_comes_back_too(home, backups, safe, move, tmp_path):
    asked = """
        SELECT has_table_privilege('jamila_ledger', 'jamila_ledger.entries', 'INSERT'),
               has_table_privilege('jamila_ledger', 'jamila_ledger.entries', 'UPDATE'),
               has_table_privilege('jamila_gateway', 'jamila_vault.case_keys', 'UPDATE'),
               pg_get_userbyid(nspowner)
        FROM pg_namespace WHERE nspname = 'jamila_review'
    """
    back_up(home, backups, safe)
    move()
    put_back(tmp_path / "baru", backups, safe)

    with admin(places.postgres_url()) as connection:
        assert connection.execute(asked).fetchone() == (True, False, False, "jamila_review")


def test_the_backup_proves_itself_without_a_server(home, backups, safe, move):
    made = back_up(home, backups, safe)
    with closing(ledger()) as store:
        known = list(store.scan())
    move()

    assert verify(backups).ok
    assert list(entries(made.backup / "stores" / DUMP)) == known
    dump = made.backup / "stores" / DUMP
    dump.write_bytes(dump.read_bytes()[:-100])
    assert verify(backups).problems == (f"stores/{DUMP}: was changed",)


def test_newer_facts_are_never_written_over_and_another_office_neither(
    home, backups, safe, move, new_home
):
    back_up(home, backups, safe)
    home.live(ROAD[3])
    with pytest.raises(BackupOlderError) as refused:
        put_back(home.folder, backups, safe)
    assert refused.value.data["store"] == "ledger"

    move()
    book().close()
    other = new_home("lain")
    other.story = type(other.story)("kelahiran-lain")
    other.live(e.PermohonanDiajukan)
    other.vault.close()
    with pytest.raises(BackupForeignError):
        put_back(home.folder, backups, safe)


def test_what_is_replaced_is_put_aside(home, backups, safe):
    position = back_up(home, backups, safe).ledger_position
    put_back(home.folder, backups, safe)

    with admin(places.postgres_url()) as connection:
        kept = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%ledger'"
        ).fetchall()
        counted = SQL("SELECT count(*) FROM {}").format(Identifier(kept[0][0], "entries"))
        (before,) = connection.execute(counted).fetchone()
    assert (len(kept), before) == (1, position)


def test_a_running_office_is_not_replaced(home, backups, safe):
    back_up(home, backups, safe)
    with admin(places.postgres_url()), pytest.raises(HomeInUseError):
        put_back(home.folder, backups, safe)


def test_a_backup_of_files_is_not_put_into_a_database_nor_the_other_way(
    home, backups, safe, monkeypatch, tmp_path
):
    back_up(home, backups, safe)
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.sqlite")
    with pytest.raises(BackupElsewhereError):
        put_back(tmp_path / "baru", backups, safe)
