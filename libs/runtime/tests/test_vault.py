import base64
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from jamila_runtime.key_ring import FILE_NAME, KeyRing, KeyRingMissingError
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import (
    CaseKeyMissingError,
    CaseVault,
    SealBrokenError,
    open_vault,
    read_master_key,
)
from jamila_testing.vaults import MASTER_KEY, new_vault

CASE = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
PERSON = {"name": "Siti Rahmah", "nik": "6311994102000001"}


@pytest.fixture
def vault(tmp_path: Path) -> CaseVault:
    vault = new_vault(tmp_path)
    vault.create(CASE)
    return vault


def everything_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_was_sealed_can_be_opened(vault):
    assert vault.open(CASE, vault.seal(CASE, PERSON)) == PERSON


def test_the_same_value_is_sealed_differently_each_time(vault):
    assert vault.seal(CASE, PERSON) != vault.seal(CASE, PERSON)


def test_making_a_key_twice_keeps_the_first(vault):
    sealed = vault.seal(CASE, PERSON)
    vault.create(CASE)
    assert vault.open(CASE, sealed) == PERSON


def test_what_was_sealed_for_one_case_cannot_be_opened_for_another(vault):
    vault.create(OTHER)
    with pytest.raises(SealBrokenError):
        vault.open(OTHER, vault.seal(CASE, PERSON))


def test_a_changed_seal_is_refused(vault):
    sealed = vault.seal(CASE, PERSON)
    changed = sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB")
    with pytest.raises(SealBrokenError):
        vault.open(CASE, changed)


def test_a_forgotten_case_can_never_be_opened_again(vault):
    sealed = vault.seal(CASE, PERSON)
    vault.forget(CASE)
    with pytest.raises(CaseKeyMissingError):
        vault.open(CASE, sealed)


def test_a_forgotten_case_gets_no_key_again(vault):
    vault.forget(CASE)
    with pytest.raises(CaseKeyMissingError):
        vault.create(CASE)


def test_forgetting_twice_or_what_never_was_is_quiet(vault):
    vault.forget(CASE)
    vault.forget(CASE)
    vault.forget(OTHER)


def test_forgetting_one_case_leaves_the_others_readable(vault):
    vault.create(OTHER)
    sealed = vault.seal(OTHER, PERSON)
    vault.forget(CASE)
    assert vault.open(OTHER, sealed) == PERSON


def test_a_vault_restored_from_a_backup_does_not_open_a_forgotten_case(tmp_path, vault):
    vault.create(OTHER)
    sealed, other = vault.seal(CASE, PERSON), vault.seal(OTHER, PERSON)
    for file in tmp_path.glob("vault.db*"):
        shutil.copy(file, tmp_path / f"yesterday{file.name.removeprefix('vault')}")
    vault.forget(CASE)
    ring = KeyRing(tmp_path / "secrets" / FILE_NAME, MASTER_KEY)
    restored = CaseVault(f"sqlite:///{tmp_path / 'yesterday.db'}", ring)
    with pytest.raises(CaseKeyMissingError):
        restored.open(CASE, sealed)
    assert restored.open(OTHER, other) == PERSON


def test_a_restored_vault_gives_no_new_case_the_place_of_a_forgotten_one(tmp_path, vault):
    ring = KeyRing(tmp_path / "secrets" / FILE_NAME, MASTER_KEY)
    vault.forget(CASE)
    emptied = CaseVault(f"sqlite:///{tmp_path / 'empty.db'}", ring)
    emptied.create(OTHER)
    assert emptied.open(OTHER, emptied.seal(OTHER, PERSON)) == PERSON


def test_a_process_follows_what_another_one_destroys(tmp_path, vault):
    sealed = vault.seal(CASE, PERSON)
    ring = KeyRing(tmp_path / "secrets" / FILE_NAME, MASTER_KEY)
    elsewhere = CaseVault(f"sqlite:///{tmp_path / 'vault.db'}", ring)
    assert elsewhere.open(CASE, sealed) == PERSON
    vault.forget(CASE)
    with pytest.raises(CaseKeyMissingError):
        elsewhere.open(CASE, sealed)


def test_a_vault_without_its_ring_is_not_opened(tmp_path):
    key = tmp_path / "secrets" / "master.key"
    key.parent.mkdir()
    key.write_text(base64.b64encode(MASTER_KEY).decode())
    settings = RuntimeSettings(home=tmp_path, master_key_file=key)
    open_vault(settings).create(CASE)
    key.with_name(FILE_NAME).unlink()
    with pytest.raises(KeyRingMissingError):
        open_vault(settings)


def test_nothing_is_sealed_for_a_case_without_key(vault):
    with pytest.raises(CaseKeyMissingError):
        vault.seal(OTHER, PERSON)


def test_the_master_key_does_not_lie_beside_what_it_wraps(tmp_path, vault):
    vault.seal(CASE, PERSON)
    assert MASTER_KEY not in everything_under(tmp_path)


def test_a_master_key_of_the_wrong_length_stops_the_start(tmp_path):
    path = tmp_path / "master.key"
    path.write_text(base64.b64encode(b"short").decode())
    with pytest.raises(ValueError, match="32 bytes"):
        read_master_key(path)


def test_a_master_key_is_read_from_its_file(tmp_path):
    path = tmp_path / "master.key"
    path.write_text(base64.b64encode(b"k" * 32).decode() + "\n")
    assert read_master_key(path) == b"k" * 32
