import base64
from pathlib import Path
from uuid import UUID

import pytest

from jamila_runtime.objects import ObjectCorruptError, ObjectMissingError, ObjectVault
from jamila_runtime.vault import (
    CaseKeyMissingError,
    CaseVault,
    SealBrokenError,
    read_master_key,
)

CASE = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
PERSON = {"name": "Siti Rahmah", "nik": "6311994102000001"}


@pytest.fixture
def vault(tmp_path: Path) -> CaseVault:
    vault = CaseVault(f"sqlite:///{tmp_path / 'vault.db'}", b"k" * 32)
    vault.create(CASE)
    return vault


@pytest.fixture
def objects(tmp_path: Path, vault: CaseVault) -> ObjectVault:
    return ObjectVault(f"file://{tmp_path / 'objects'}", vault)


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


def test_nothing_is_sealed_for_a_case_without_key(vault):
    with pytest.raises(CaseKeyMissingError):
        vault.seal(OTHER, PERSON)


def test_the_master_key_does_not_lie_beside_what_it_wraps(tmp_path, vault):
    vault.seal(CASE, PERSON)
    assert b"k" * 32 not in everything_under(tmp_path)


def test_a_paper_comes_back_as_it_was_put(objects):
    address = objects.put(CASE, b"a photo")
    assert objects.get(CASE, address) == b"a photo"


def test_a_paper_does_not_lie_in_the_open(tmp_path, objects):
    objects.put(CASE, b"NIK 6311994102000001")
    assert b"6311994102000001" not in everything_under(tmp_path)


def test_the_same_paper_is_stored_once(tmp_path, objects):
    assert objects.put(CASE, b"a photo") == objects.put(CASE, b"a photo")
    assert len([p for p in (tmp_path / "objects").rglob("*") if p.is_file()]) == 1


def test_a_paper_that_is_not_there_is_named(objects):
    with pytest.raises(ObjectMissingError):
        objects.get(CASE, "0" * 64)


def test_a_paper_stored_under_a_wrong_address_is_refused(tmp_path, objects):
    address = objects.put(CASE, b"a photo")
    stored = tmp_path / "objects" / str(CASE) / address
    stored.rename(stored.with_name("1" * 64))
    with pytest.raises(ObjectCorruptError):
        objects.get(CASE, "1" * 64)


def test_a_damaged_paper_is_refused(tmp_path, objects):
    address = objects.put(CASE, b"a photo")
    stored = tmp_path / "objects" / str(CASE) / address
    stored.write_bytes(stored.read_bytes()[:-1] + b"!")
    with pytest.raises(SealBrokenError):
        objects.get(CASE, address)


def test_a_master_key_of_the_wrong_length_stops_the_start(tmp_path):
    path = tmp_path / "master.key"
    path.write_text(base64.b64encode(b"short").decode())
    with pytest.raises(ValueError, match="32 bytes"):
        read_master_key(path)


def test_a_master_key_is_read_from_its_file(tmp_path):
    path = tmp_path / "master.key"
    path.write_text(base64.b64encode(b"k" * 32).decode() + "\n")
    assert read_master_key(path) == b"k" * 32
