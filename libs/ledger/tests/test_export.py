import hashlib
import json
import sqlite3
import zipfile
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from jamila_ledger.checkpoints_key import KEY_FILE
from jamila_ledger.cli import ledger
from jamila_ledger.export_proof import NotProvableError, prove_case
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.commanding import ServiceUnavailableError
from jamila_testing.builders import named_id


@pytest.fixture
def export(office_home):
    """Exports a case by the command; gives its result and the files of the export."""

    def run(*options, case_id=None, out="ekspor.zip"):
        path = office_home.path / out
        words = ["export", str(case_id or office_home.case_id), "--out", str(path), *options]
        result = CliRunner().invoke(ledger, words)
        files = {}
        if result.exit_code == 0:
            with zipfile.ZipFile(path) as archive:
                files = {name: archive.read(name) for name in archive.namelist()}
        return SimpleNamespace(code=result.exit_code, said=result.output, files=files, path=path)

    return run


def manifest_of(made):
    return json.loads(made.files["ekspor.json"])


def tamper(office_home, statement):
    with sqlite3.connect(office_home.settings.stores / "ledger.db") as connection:
        connection.execute(statement)
    connection.close()


def test_an_export_holds_the_case_alone_with_proof_trail_key_and_document(export, office_home):
    made = export()
    assert (made.code, "17 catatan, titik periksa 58" in made.said) == (0, True)
    document = next(name for name in made.files if name.startswith("dokumen/"))
    assert made.files[document] == office_home.pdf
    manifest = manifest_of(made)
    assert manifest["case_id"] == str(office_home.case_id)
    assert (manifest["entries"], manifest["ledger_position"]) == (17, 58)
    assert manifest["files"] == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in made.files.items()
        if name not in {"ekspor.json", "tanda-tangan.json"}
    }
    assert "Kepala Dinas" in made.files["jejak.txt"].decode()
    assert str(office_home.case_id) in made.files["BACA-SAYA.txt"].decode()


def test_nothing_of_another_case_is_in_it(export):
    everything = b"".join(export().files.values())
    for other in ("kasus-0", "kasus-2", "kasus-3"):
        assert str(named_id(other)).encode() not in everything


def test_only_its_owner_may_read_it(export):
    assert export().path.stat().st_mode & 0o777 == 0o600


def test_papers_are_named_by_their_digests_only(export):
    papers = manifest_of(export())["papers"]
    assert [paper["item_id"] for paper in papers] == ["doc.kk", "doc.nikah", "doc.sk_lahir"]


def test_the_proof_leads_to_the_first_checkpoint_that_covers_the_case_and_to_the_newest(export):
    proof = json.loads(export().files["bukti.json"])
    assert (proof["checkpoint"]["position"], proof["latest"]["position"]) == (45, 58)
    assert sorted(map(int, proof["paths"])) == list(range(18, 35))


def test_entries_that_no_checkpoint_covers_are_signed_first(export, office_home, checkpoints):
    made = export(case_id=named_id("kasus-3"), out="lain.zip")
    assert (made.code, manifest_of(made)["entries"]) == (0, 10)
    assert [each.position for each in checkpoints.all()] == [20, 45, 58, 61]
    assert office_home


def test_a_program_gets_the_proof_as_json(export):
    said = json.loads(export("--json").said)
    assert (said["entries"], said["latest"]["position"]) == (17, 58)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda home: home.vault.forget(home.case_id), "data pribadi permohonan ini sudah dihapus"),
        (
            lambda home: (home.path / "secrets" / "master.key").unlink(),
            "kunci data pribadi tidak terbaca di komputer ini",
        ),
    ],
    ids=["forgotten", "no master key"],
)
def test_without_its_key_the_document_is_left_out_and_it_says_why(export, office_home, harm, why):
    harm(office_home)
    made = export()
    document = manifest_of(made)["documents"][0]
    assert (document["file"], document["missing_because"]) == (None, why)
    assert document["signed_sha256"] == hashlib.sha256(office_home.pdf).hexdigest()


def test_a_document_that_is_gone_or_damaged_is_left_out_and_it_says_why(export, office_home):
    sha256 = hashlib.sha256(office_home.pdf).hexdigest()
    stored = office_home.path / "objects" / str(office_home.case_id) / sha256
    stored.write_bytes(b"something else")
    assert "rusak" in manifest_of(export())["documents"][0]["missing_because"]
    stored.unlink()
    gone = export(out="lagi.zip")
    assert "tidak ada" in manifest_of(gone)["documents"][0]["missing_because"]


def test_documents_can_be_left_out(export, office_home):
    made = export("--no-documents")
    assert office_home.pdf not in made.files.values()
    assert manifest_of(made)["documents"][0]["missing_because"] == "tidak diminta"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET hash = zeroblob(32) WHERE position = 3",
        "DELETE FROM entries WHERE position > 40",
        "UPDATE entries SET hash = zeroblob(32) WHERE position = 52",
    ],
    ids=["before", "cut off", "after"],
)
def test_a_ledger_that_was_changed_is_not_exported(export, office_home, statement):
    tamper(office_home, statement)
    made = export()
    assert (made.code, made.path.exists()) == (1, False)
    assert "TIDAK UTUH" in made.said


def test_a_forged_checkpoint_stops_the_export(export, checkpoints):
    text = checkpoints._path.read_text()
    checkpoints._path.write_text(text.replace('"position":45', '"position":44'))
    assert export().code == 1


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda home: (home.path / "secrets" / KEY_FILE).unlink(), "kunci kantor"),
        (
            lambda home: (home.settings.checkpoints_file).write_text("x\n"),
            "titik periksa rusak",
        ),
        (lambda home: (home.path / "ekspor.zip").write_text("lama"), "sudah ada"),
        (lambda home: (home.settings.stores / "ledger.db").unlink(), "tidak ada buku besar"),
    ],
    ids=["no key", "damaged checkpoints", "file there", "no ledger"],
)
def test_what_cannot_be_exported_ends_with_2_and_says_why(export, office_home, harm, said):
    harm(office_home)
    made = export()
    assert made.code == 2
    assert said in made.said


def test_evidence_is_never_overwritten(export, office_home):
    (office_home.path / "ekspor.zip").write_text("lama")
    export()
    assert (office_home.path / "ekspor.zip").read_text() == "lama"


@pytest.mark.parametrize("case_id", ["x", "00000000-0000-4000-8000-000000000000"])
def test_a_case_that_is_not_there_ends_with_2(export, case_id):
    assert export(case_id=case_id).code == 2


def test_a_folder_that_is_not_there_ends_with_2(export):
    assert export(out="tidak/ada.zip").code == 2


def test_without_a_home_there_is_no_key(export, monkeypatch):
    monkeypatch.delenv("JAMILA_HOME")
    assert "JAMILA_HOME" in export().said


def test_a_case_that_no_checkpoint_covers_is_not_provable(office_home, checkpoints):
    store = SqlLedgerStore.open_existing(office_home.settings.ledger)
    entries = store.read_case(named_id("kasus-3"))
    with pytest.raises(NotProvableError):
        prove_case(store, entries, checkpoints.all())
    store.close()


def test_documents_are_exported_after_their_reading_is_recorded(export, office_home):
    export()
    [command] = office_home.asked
    assert (command.what, command.via, command.case_id) == ("ekspor", "cli", office_home.case_id)
    assert command.actor.capability == "admin"


def test_an_export_without_documents_reads_nothing_personal(export, office_home):
    assert export("--no-documents").code == 0
    assert office_home.asked == []


def test_documents_whose_reading_cannot_be_recorded_are_not_exported(export, monkeypatch):
    def nobody(_command, _url):
        raise ServiceUnavailableError("nobody answers")

    monkeypatch.setattr("jamila_ledger.cli_export.ask", nobody)
    made = export()
    assert (made.code, made.path.exists()) == (2, False)
    assert "--no-documents" in made.said
