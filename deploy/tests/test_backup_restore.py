"""A restore gives back what was there, never overwrites what is newer, and repeats nothing."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from jamila_contracts import events as e
from jamila_deploy.backup.create import Wish as ToMake
from jamila_deploy.backup.create import create
from jamila_deploy.backup.errors import (
    BackupDamagedError,
    BackupForeignError,
    BackupOlderError,
    HomeInUseError,
    SecretsWrongError,
)
from jamila_deploy.backup.places import Places
from jamila_deploy.backup.restore import PutBack, Wish, restore
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import locked_home
from jamila_ledger.backup_watch import last_good_backup
from jamila_ledger.ops import OpsRun, ReasonNeededError
from jamila_ledger.ops import create as ops
from jamila_runtime.effects import Effect
from jamila_runtime.objects import ObjectVault
from jamila_runtime.restored import restored_of
from jamila_runtime.vault import open_vault
from jamila_runtime.vocabulary import FOLDER, HomeNewerError, claim, contract_words

REASON = "cakram rusak"


def back_up(home, backups: Path, safe: Path) -> Path:
    return create(home.places, ToMake(into=backups, secrets=safe, quiet_seconds=0)).backup


def put_back(folder: Path, backups: Path, safe: Path | None) -> PutBack:
    return restore(Places(home=folder), Wish(backup=backups, reason=REASON, secrets=safe))


def test_a_lost_office_comes_back_with_its_papers_and_keys(home, backups, safe, tmp_path):
    digest = home.paper(b"akta nikah")
    back_up(home, backups, safe)
    position = home.position()
    shutil.rmtree(home.folder)

    done = put_back(tmp_path / "baru", backups, safe)

    assert (done.ledger_position, done.put_aside) == (position, None)
    settings = home.settings.model_copy(
        update={
            "home": tmp_path / "baru",
            "master_key_file": tmp_path / "baru" / "secrets" / "master.key",
        }
    )
    papers = ObjectVault(settings.objects, open_vault(settings))
    assert papers.get(home.story.case_id, digest) == b"akta nikah"
    assert last_good_backup(tmp_path / "baru") == done.cut_at


def test_the_restored_office_knows_that_it_is_one(home, backups, safe, tmp_path):
    back_up(home, backups, safe)
    done = put_back(tmp_path / "baru", backups, safe)
    said = restored_of(tmp_path / "baru")
    assert said is not None
    assert said.cut_at == done.cut_at
    runs = ops({"SQLITE_DBNAME": str(tmp_path / "baru" / "stores" / "ops.db")} | SQLITE)
    facts = [runs.mapper.to_domain_event(each) for each in runs.recorder.select_notifications(0, 9)]
    runs.close()
    assert [type(each).__name__ for each in facts[-2:]] == [
        OpsRun.PemutaranUlangDimulai.__name__,
        OpsRun.PemutaranUlangSelesai.__name__,
    ]
    assert (facts[-2].action, facts[-2].reason) == ("restore-backup", REASON)


SQLITE = {"PERSISTENCE_MODULE": "eventsourcing.sqlite"}


def wishes(home, *due: datetime) -> None:
    """Things to do outside that wait in a store, the outbox at its end."""
    runs = ops({"SQLITE_DBNAME": str(home.settings.stores / "ops.db")} | SQLITE)
    effects = [Effect(id=uuid4(), kind="send", case_id=uuid4(), due_at=at) for at in due]
    runs.recorder.insert_events([], scheduled=effects)
    runs.close()
    with closing(sqlite3.connect(home.settings.stores / "ops.db")) as store, store:
        store.execute("INSERT INTO outbox VALUES (1, 2, 2)")


def test_what_was_due_is_doubted_and_everything_is_published_anew(home, backups, safe, tmp_path):
    now = datetime.now(UTC)
    wishes(home, now - timedelta(minutes=1), now + timedelta(days=3))
    back_up(home, backups, safe)
    assert put_back(tmp_path / "baru", backups, safe).doubted == 1
    runs = ops({"SQLITE_DBNAME": str(tmp_path / "baru" / "stores" / "ops.db")} | SQLITE)
    waiting = runs.store.waiting_effects(["send"])
    checkpoint = runs.store.checkpoint()
    runs.close()
    assert [each.is_doubted for each in waiting] == [True, False]
    assert checkpoint.position == 0


def test_an_older_backup_is_never_put_over_a_newer_ledger(home, backups, safe):
    back_up(home, backups, safe)
    home.live(e.DraftDisetujui)
    with pytest.raises(BackupOlderError) as caught:
        put_back(home.folder, backups, safe)
    assert caught.value.data == {"store": "ledger.db", "home": 5, "backup": 4}
    assert home.position() == 5
    assert not (home.folder / "restoring").exists()


def test_an_older_state_is_put_aside_not_deleted(home, backups, safe, tmp_path):
    shutil.copytree(home.folder, tmp_path / "kemarin")
    home.live(e.DraftDisetujui)
    back_up(home, backups, safe)
    (tmp_path / "kemarin" / "nats").mkdir()
    done = put_back(tmp_path / "kemarin", backups, safe)
    assert done.put_aside is not None
    assert {each.name for each in done.put_aside.iterdir()} == {
        *("stores", "objects", "nats", FOLDER)
    }
    assert done.ledger_position == 5
    assert not (tmp_path / "kemarin" / "nats").exists()


def test_another_office_is_not_overwritten(home, new_home, backups, safe):
    back_up(home, backups, safe)
    other = new_home("lain")
    other.story.now += timedelta(hours=1)
    other.live(e.PermohonanDiajukan)
    with pytest.raises(BackupForeignError):
        put_back(other.folder, backups, None)


def test_a_running_office_is_left_alone(home, backups, safe):
    back_up(home, backups, safe)
    with locked_home(LauncherSettings(home=home.folder)), pytest.raises(HomeInUseError):
        put_back(home.folder, backups, safe)


def test_without_its_keys_nothing_is_restored(home, backups, safe, tmp_path):
    back_up(home, backups, safe)
    with pytest.raises(SecretsWrongError):
        put_back(tmp_path / "baru", backups, None)
    (safe / "jamila-secrets" / "secrets" / "master.key").write_text("A" * 43 + "=")
    with pytest.raises(SecretsWrongError):
        put_back(tmp_path / "baru", backups, safe)
    assert not (tmp_path / "baru" / "stores").exists()
    assert not (tmp_path / "baru" / "secrets").exists()


def test_a_damaged_backup_is_not_restored(home, backups, safe, tmp_path):
    backup = back_up(home, backups, safe)
    paper = next(each for each in (backup / "objects").rglob("*") if each.is_file())
    paper.write_bytes(b"x")
    with pytest.raises(BackupDamagedError):
        put_back(tmp_path / "baru", backups, safe)
    assert not (tmp_path / "baru").exists()


def test_a_backup_of_newer_software_is_not_restored(home, backups, safe, tmp_path):
    claim(home.folder, "ledger", contract_words() | {"BerkasDiarsipkan/1"})
    back_up(home, backups, safe)
    with pytest.raises(HomeNewerError):
        put_back(tmp_path / "baru", backups, safe)


def test_nobody_restores_without_a_reason(home, backups, safe, tmp_path):
    back_up(home, backups, safe)
    with pytest.raises(ReasonNeededError):
        restore(Places(home=tmp_path / "baru"), Wish(backup=backups, reason="", secrets=safe))
    assert not (tmp_path / "baru").exists()


def test_a_restore_that_was_stopped_half_way_is_begun_again(home, backups, safe, tmp_path):
    back_up(home, backups, safe)
    half = tmp_path / "baru" / "restoring" / "stores"
    half.mkdir(parents=True)
    (half / "ledger.db").write_bytes(b"half of it")
    done = put_back(tmp_path / "baru", backups, safe)
    assert not half.exists()
    assert json.loads(done.model_dump_json())["ledger_position"] == 4
