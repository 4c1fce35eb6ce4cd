"""A backup is whole, proven, incremental, and says so when it is not."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from jamila_contracts import events as e
from jamila_deploy.backup.create import Wish, create
from jamila_deploy.backup.errors import (
    BackupDamagedError,
    BackupElsewhereError,
    BackupUnknownError,
    PlaceUnusableError,
    SecretsPlaceError,
)
from jamila_deploy.backup.manifest import backups_in, read_manifest
from jamila_deploy.backup.places import Places
from jamila_deploy.backup.verify import verify
from jamila_ledger.backup_watch import last_good_backup


@pytest.fixture
def vault_disk(tmp_path: Path) -> Path:
    return tmp_path / "cadangan"


def made(home, into: Path, **wish: object):
    return create(home.places, Wish(into=into, quiet_seconds=0, **wish))


def test_a_backup_holds_stores_papers_and_proofs_and_nothing_else(home, vault_disk: Path):
    backup = made(home, vault_disk)
    assert {each.name for each in backup.backup.iterdir()} == {
        *("manifest.json", "files.sha256", "stores", "objects", "vocabulary")
    }
    assert {each.name for each in (backup.backup / "stores").iterdir()} == {
        *("ledger.db", "ops.db", "vault.db", "checkpoints.jsonl", "checkpoint-keys.pem")
    }
    assert backup.objects == 2
    assert backup.ledger_position == home.position()
    found = verify(vault_disk)
    assert (found.ok, found.backup) == (True, backup.backup)


def test_no_secret_is_in_it(home, vault_disk: Path):
    backup = made(home, vault_disk).backup
    secrets = [each.read_bytes() for each in (home.folder / "secrets").iterdir() if each.is_file()]
    content = b"".join(each.read_bytes() for each in backup.rglob("*") if each.is_file())
    assert len(secrets) >= 3
    assert not any(each.strip() and each.strip() in content for each in secrets)


def test_it_can_be_checked_where_nothing_of_ours_is_installed(home, vault_disk: Path):
    backup = made(home, vault_disk).backup
    command = ["sha256sum", "--check", "--strict", "--quiet", "files.sha256"]
    assert subprocess.run(command, cwd=backup, check=False).returncode == 0  # noqa: S603 - fixed words


def test_the_second_backup_copies_only_what_is_new(home, vault_disk: Path):
    first = made(home, vault_disk)
    digest = home.paper(b"buku nikah")
    second = made(home, vault_disk)
    assert (first.objects_copied, second.objects_copied, second.objects) == (2, 1, 3)
    [kept] = (second.backup / "objects").glob(f"*/{digest}")
    assert kept.stat().st_nlink == 1
    shared = next(each for each in (first.backup / "objects").rglob("*") if each.is_file())
    assert shared.stat().st_nlink == 2
    assert verify(second.backup).ok


def test_only_the_newest_are_kept_and_what_was_abandoned_goes(home, vault_disk: Path):
    vault_disk.mkdir()
    (vault_disk / "20260101T000000000000Z.partial").mkdir()
    for _ in range(3):
        last = made(home, vault_disk, keep=2)
    assert backups_in(vault_disk)[-1] == last.backup
    assert len(list(vault_disk.glob("2*"))) == 2
    assert last.removed == 1
    assert verify(last.backup).ok


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["ledger.db", "ops.db", "vault.db", "checkpoints.jsonl"])
def test_a_changed_byte_is_found(home, vault_disk: Path, name: str):
    backup = made(home, vault_disk).backup
    spoil(backup / "stores" / name)
    found = verify(backup)
    assert not found.ok
    assert found.problems[0] == f"stores/{name}: was changed"


def test_what_is_missing_added_or_listed_falsely_is_found(home, vault_disk: Path):
    backup = made(home, vault_disk).backup
    lost = next(each for each in (backup / "objects").rglob("*") if each.is_file())
    lost.unlink()
    (backup / "stores" / "foreign.db").write_bytes(b"x")
    name = lost.relative_to(backup).as_posix()
    assert verify(backup).problems[:2] == (
        f"{name}: is missing",
        "stores/foreign.db: is not in the list",
    )
    with (backup / "files.sha256").open("a") as listed:
        listed.write(f"{'0' * 64}  {name}\n")
    assert verify(backup).problems == ("files.sha256: is not the list that was written",)


def test_a_ledger_that_does_not_hold_is_no_backup(home, vault_disk: Path):
    with sqlite3.connect(home.settings.stores / "ledger.db") as ledger:
        ledger.execute("UPDATE entries SET data = data || ' ' WHERE position = 2")
    ledger.close()
    with pytest.raises(BackupDamagedError):
        made(home, vault_disk)
    assert list(vault_disk.glob("2*")) == []
    assert last_good_backup(home.folder) is None


def test_a_good_backup_is_remembered_for_the_alarm(home, vault_disk: Path):
    assert last_good_backup(home.folder) is None
    assert made(home, vault_disk).cut_at == last_good_backup(home.folder)


def test_secrets_lie_apart_and_only_once(home, vault_disk: Path, tmp_path: Path):
    safe = tmp_path / "brankas"
    first = made(home, vault_disk, secrets=safe)
    ring = safe / "jamila-secrets" / "secrets" / "case-keys.ring"
    old = ring.read_bytes()
    home.vault.forget(home.story.case_id)
    made(home, vault_disk, secrets=safe)
    assert first.secrets == sum(each.is_file() for each in safe.rglob("*"))
    assert ring.read_bytes() != old
    assert [each.name for each in safe.iterdir()] == ["jamila-secrets"]
    assert {each.stat().st_mode & 0o777 for each in safe.rglob("*") if each.is_file()} == {0o600}


@pytest.mark.parametrize("place", [".", "rahasia", ".."])
def test_secrets_are_never_put_beside_the_data(home, vault_disk: Path, place: str):
    vault_disk.mkdir()
    with pytest.raises(SecretsPlaceError):
        made(home, vault_disk, secrets=vault_disk / place)
    assert list(vault_disk.iterdir()) == []


def test_a_database_server_is_not_silently_left_out(home, vault_disk: Path, monkeypatch):
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
    with pytest.raises(BackupElsewhereError):
        made(home, vault_disk)
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.postgres")
    half = Places(home=home.folder, vault_url="sqlite:///vault.db")
    with pytest.raises(BackupElsewhereError):
        create(half, Wish(into=vault_disk))
    monkeypatch.delenv("PERSISTENCE_MODULE")
    elsewhere = Places(home=home.folder, ledger_url="postgresql+psycopg://127.0.0.1/jamila")
    with pytest.raises(BackupElsewhereError) as caught:
        create(elsewhere, Wish(into=vault_disk))
    assert caught.value.data["named"] == ["JAMILA_LEDGER_URL"]


def test_objects_in_a_bucket_are_named_as_elsewhere(home, vault_disk: Path):
    bucket = Places(home=home.folder, objects_url="s3://jamila?endpoint=http://127.0.0.1:9")
    backup = create(bucket, Wish(into=vault_disk, quiet_seconds=0)).backup
    assert read_manifest(backup).objects_elsewhere
    assert not (backup / "objects").exists()


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(home, tmp_path: Path):
    (tmp_path / "berkas").write_text("no folder")
    with pytest.raises(PlaceUnusableError):
        made(home, tmp_path / "berkas")
    assert last_good_backup(home.folder) is None


def test_an_empty_home_is_refused(tmp_path: Path):
    with pytest.raises(BackupUnknownError):
        create(Places(home=tmp_path / "nowhere"), Wish(into=tmp_path / "cadangan"))


def test_the_manifest_says_where_every_log_ends(home, vault_disk: Path):
    manifest = json.loads((made(home, vault_disk).backup / "manifest.json").read_text())
    assert manifest["logs"] == {"ledger.db": 4, "ops.db": 2}
    assert manifest["tenant"] == "6311"
    assert os.fspath(home.folder) not in json.dumps(manifest)
    home.live(e.DraftDisetujui)
    assert read_manifest(made(home, vault_disk).backup).logs["ledger.db"] == 5
