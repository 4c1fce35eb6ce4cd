"""Papers come back as they were put, from a folder and from a real S3 server alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from jamila_runtime.errors import RetryableError
from jamila_runtime.objects import ObjectCorruptError, ObjectMissingError, ObjectVault
from jamila_runtime.vault import CaseVault, SealBrokenError
from jamila_testing.buckets import KEY_ID, SECRET, Bucket, s3_server
from jamila_testing.servers import free_port
from jamila_testing.vaults import new_vault

CASE = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")


@dataclass(frozen=True)
class Shelf:
    """An object store, and the folder in which its bytes lie in the end."""

    papers: ObjectVault
    folder: Path

    def raw(self, path: str) -> bytes:
        """What really lies there."""
        return bytes(self.papers._store.get(path).bytes())

    def lay(self, path: str, content: bytes) -> None:
        """Put something there past the vault, as a careless hand would."""
        self.papers._store.put(path, content)

    def files(self) -> list[Path]:
        return [each for each in self.folder.rglob("*") if each.is_file()]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    with s3_server(tmp_path_factory.mktemp("s3")) as started:
        yield started


@pytest.fixture
def vault(tmp_path: Path) -> CaseVault:
    vault = new_vault(tmp_path)
    vault.create(CASE)
    return vault


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.connected)])
def shelf(request: pytest.FixtureRequest, tmp_path: Path, vault: CaseVault, monkeypatch) -> Shelf:
    if request.param == "folder":
        folder = tmp_path / "objects"
        return Shelf(ObjectVault(folder.as_uri(), vault), folder)
    request.getfixturevalue("socket_enabled")
    bucket = request.getfixturevalue("bucket")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    # Each test has a shelf of its own in the one bucket.
    url = bucket.url.replace("?", f"/{tmp_path.name}/6311?")
    return Shelf(ObjectVault(url, vault), bucket.folder / tmp_path.name / "6311")


def test_a_paper_comes_back_as_it_was_put(shelf):
    address = shelf.papers.put(CASE, b"a photo")
    assert shelf.papers.get(CASE, address) == b"a photo"


def test_a_paper_of_many_megabytes_comes_back(shelf):
    scan = bytes(range(256)) * 65_536
    assert shelf.papers.get(CASE, shelf.papers.put(CASE, scan)) == scan


def test_a_paper_does_not_lie_in_the_open(shelf):
    shelf.papers.put(CASE, b"NIK 6311994102000001")
    assert not any(b"6311994102000001" in each.read_bytes() for each in shelf.files())


def test_the_same_paper_is_stored_once(shelf):
    assert shelf.papers.put(CASE, b"a photo") == shelf.papers.put(CASE, b"a photo")
    assert len(shelf.files()) == 1


def test_a_paper_that_is_not_there_is_named(shelf):
    with pytest.raises(ObjectMissingError):
        shelf.papers.get(CASE, "0" * 64)


def test_a_paper_stored_under_a_wrong_address_is_refused(shelf):
    shelf.lay(f"{CASE}/{'1' * 64}", shelf.raw(f"{CASE}/{shelf.papers.put(CASE, b'a photo')}"))
    with pytest.raises(ObjectCorruptError):
        shelf.papers.get(CASE, "1" * 64)


def test_a_damaged_paper_is_refused(shelf):
    address = shelf.papers.put(CASE, b"a photo")
    shelf.lay(f"{CASE}/{address}", shelf.raw(f"{CASE}/{address}")[:-1] + b"!")
    with pytest.raises(SealBrokenError):
        shelf.papers.get(CASE, address)


def test_papers_of_a_forgotten_case_are_thrown_away_and_no_others(shelf, vault):
    vault.create(OTHER)
    address = shelf.papers.put(CASE, b"a photo")
    shelf.papers.put(CASE, b"another photo")
    other = shelf.papers.put(OTHER, b"a photo")
    shelf.papers.forget(CASE)
    shelf.papers.forget(CASE)
    with pytest.raises(ObjectMissingError):
        shelf.papers.get(CASE, address)
    assert shelf.papers.get(OTHER, other) == b"a photo"
    assert [each.parent.name for each in shelf.files()] == [str(OTHER)]


def test_an_upload_is_kept_apart_and_destroyed_quietly(shelf):
    address = shelf.papers.put_upload(CASE, b"an upload")
    assert shelf.papers.get_upload(CASE, address) == b"an upload"
    with pytest.raises(ObjectMissingError):
        shelf.papers.get(CASE, address)
    shelf.papers.drop_upload(CASE, address)
    shelf.papers.drop_upload(CASE, address)
    assert shelf.files() == []


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
def test_a_server_that_is_away_is_asked_again_later(vault, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    papers = ObjectVault(f"s3://jamila?endpoint=http://127.0.0.1:{free_port()}&region=id-1", vault)
    for attempt in (
        lambda: papers.put(CASE, b"a photo"),
        lambda: papers.get(CASE, "0" * 64),
        lambda: papers.forget(CASE),
    ):
        with pytest.raises(RetryableError):
            attempt()


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
def test_a_server_that_does_not_know_us_takes_nothing(bucket, vault, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not the secret")
    with pytest.raises(RetryableError):
        ObjectVault(bucket.url, vault).put(CASE, b"a photo")


def test_a_folder_with_a_blank_in_its_name_is_that_folder(tmp_path, vault):
    folder = tmp_path / "kantor kami"
    ObjectVault(folder.as_uri(), vault).put(CASE, b"a photo")
    assert folder.is_dir()


@pytest.mark.parametrize(
    "url",
    [
        *("https://objects.example/jamila", "jamila", "s3://jamila?acl=public-read"),
        *("s3://key:secret@jamila", "s3://jamila?endpoint"),
    ],
)
def test_an_address_of_another_form_stops_the_start(vault, url):
    with pytest.raises(ValueError, match=r"object store|bad query"):
        ObjectVault(url, vault)
