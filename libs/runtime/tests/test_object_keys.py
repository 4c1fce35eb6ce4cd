"""Where objects lie is made of a case and a digest, whatever somebody asks for."""

from uuid import UUID

import pytest

from jamila_runtime.objects import ObjectMissingError, ObjectVault
from jamila_testing.vaults import new_vault

CASE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def objects(tmp_path):
    vault = new_vault(tmp_path)
    for case in (CASE, OTHER):
        vault.create(case)
    return ObjectVault(f"file://{tmp_path / 'objects'}", vault)


TRICKS = (
    *("", ".", "..", "../x", "/etc/passwd", "..%2f..%2fx", "%2e%2e/", "a\0b", "A" * 64, "g" * 64),
    *("a" * 63, "a" * 65, "a" * 64 + "\n", "a" * 64 + "/..", "\uff41" * 64),
)


@pytest.mark.parametrize("trick", [*TRICKS, f"../{OTHER}/" + "a" * 64], ids=ascii)
def test_address_that_is_no_digest_leads_nowhere(objects, trick):
    for ask in (objects.get, objects.get_upload, objects.drop_upload):
        with pytest.raises(ObjectMissingError):
            ask(CASE, trick)


def test_digest_of_another_case_leads_to_nothing_here(objects):
    digest = objects.put(OTHER, b"berkas orang lain")

    with pytest.raises(ObjectMissingError):
        objects.get(CASE, digest)
