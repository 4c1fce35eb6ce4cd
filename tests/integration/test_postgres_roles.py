"""Roles of PostgreSQL, tried: who writes the ledger can never change or remove an entry."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from jamila_deploy.postgres import OPERATOR, OWNED, role_of, roles_sql
from jamila_ledger.chain import verify
from jamila_ledger.ops import RunOrder, create
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_replay.runs import Runs
from jamila_replay.settings import ReplaySettings
from jamila_runtime.looking import stores_with
from jamila_runtime.places import event_store, schema_of
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import CaseVault, open_vault
from jamila_testing.builders import Logs, happy_road
from jamila_testing.databases import postgres_variables
from jamila_testing.servers import postgres

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
CHANGES = (
    "UPDATE jamila_ledger.entries SET type = 'Lain'",
    "UPDATE jamila_ledger.entries SET type = type WHERE false",
    "DELETE FROM jamila_ledger.entries",
    "DELETE FROM jamila_ledger.entries WHERE false",
    "TRUNCATE jamila_ledger.entries",
    "DROP TABLE jamila_ledger.entries",
    "DROP SCHEMA jamila_ledger CASCADE",
    "ALTER TABLE jamila_ledger.entries ADD COLUMN catatan text",
    "ALTER TABLE jamila_ledger.entries RENAME TO lama",
    "ALTER TABLE jamila_ledger.entries OWNER TO jamila_ledger",
    "CREATE TABLE jamila_ledger.entries_baru (position bigint)",
    "CREATE RULE ubah AS ON INSERT TO jamila_ledger.entries DO INSTEAD NOTHING",
    "CREATE TRIGGER ubah BEFORE INSERT ON jamila_ledger.entries EXECUTE FUNCTION now()",
    "SELECT * FROM jamila_ledger.entries FOR UPDATE",
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    # Of its own: roles belong to the whole server.
    with postgres() as url:
        for _ in range(2):
            # Again it changes nothing.
            with psycopg.connect(plain(url), autocommit=True) as admin:
                admin.execute(roles_sql())
        yield url


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def acting_as(server: str, monkeypatch: pytest.MonkeyPatch):
    def act(service: str) -> str:
        for name, value in postgres_variables(server, user=role_of(service)).items():
            monkeypatch.setenv(name, value)
        return plain(server).replace("jamila@", f"{role_of(service)}@")

    return act


@pytest.fixture
def settings(tmp_path: Path) -> LedgerSettings:
    (tmp_path / "master.key").write_text("4Wm9Zc0Hq1v0k3m3kqg9m7y3m0b1b7o5b2Y0b0xk5mE=")
    return LedgerSettings(home=tmp_path, master_key_file=tmp_path / "master.key")


@pytest.mark.parametrize("role", ["ledger", OPERATOR, "review", "gateway"])
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_the_ledger(acting_as, role, change):
    with (
        psycopg.connect(acting_as(role), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(change)


def test_the_ledger_is_written_and_read_by_its_role(acting_as, settings):
    acting_as("ledger")
    store = SqlLedgerStore.open(settings.ledger)
    records = happy_road(f"kasus-{uuid4()}", logs=Logs())
    assert len(store.append(records, now=NOW).appended) == len(records)
    assert store.append(records, now=NOW).duplicates == len(records)
    assert verify(store.scan()).ok
    store.close()


def test_a_service_makes_and_reaches_its_own_stores_only(acting_as):
    for service, stores in OWNED.items():
        with psycopg.connect(acting_as(service), autocommit=True) as connection:
            for store in stores:
                connection.execute(f"CREATE TABLE {schema_of(store)}.uji (nomor int)")
                connection.execute(f"DROP TABLE {schema_of(store)}.uji")
            others = {each for name, own in OWNED.items() if name != service for each in own}
            for other in others:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"CREATE TABLE {schema_of(other)}.uji (nomor int)")
            with pytest.raises(InsufficientPrivilege):
                connection.execute("CREATE TABLE public.uji (nomor int)")


def test_case_keys_are_made_by_intake_read_by_all_and_removed_by_nobody(acting_as, settings):
    case_id = uuid4()
    acting_as("intake")
    vault = vault_of(settings)
    vault.create(case_id)
    sealed = vault.seal(case_id, "Siti Contoh")
    vault.close()
    acting_as("printing")
    vault = vault_of(settings)
    assert vault.open(case_id, sealed) == "Siti Contoh"
    vault.close()
    for service in (*OWNED, OPERATOR):
        with psycopg.connect(acting_as(service), autocommit=True) as connection:
            with pytest.raises(InsufficientPrivilege):
                connection.execute("DELETE FROM jamila_vault.case_keys")
            if service not in ("intake", "signing", "ledger"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute("UPDATE jamila_vault.case_keys SET wrapped_key = NULL")
    acting_as("ledger")
    vault = vault_of(settings)
    vault.forget(case_id)
    vault.close()


def vault_of(settings: RuntimeSettings) -> CaseVault:
    return open_vault(RuntimeSettings(**settings.model_dump(include={"home", "master_key_file"})))


def test_commands_typed_by_hand_read_every_store_and_write_the_book_of_runs(acting_as, tmp_path):
    acting_as("ledger")
    create(event_store("ops", tmp_path)).close()
    acting_as(OPERATOR)
    runs = Runs(ReplaySettings(home=tmp_path))
    with runs.recorded("rebuild", "uji peran") as run:
        run.result["entries"] = 0
    runs.close()
    assert "ops" in [store for store, _ in stores_with("outbox", tmp_path)]
    acting_as("review")
    with pytest.raises(Exception, match="permission denied"):
        create({**event_store("ops", tmp_path), "CREATE_TABLE": "no"}).begin(
            uuid4(), RunOrder("rebuild", "tanpa hak", "siapa")
        )


def test_the_sql_in_the_folder_is_what_the_command_prints():
    file = Path(__file__).parents[2] / "deploy" / "postgres" / "roles.sql"
    assert file.read_text(encoding="utf-8") == roles_sql()
