"""The stand-alone verifier: it shares no code with the system and believes nothing."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile

import pytest
from typer.testing import CliRunner

from jamila_ledger.checkpoints_key import PUBLIC_FILE
from jamila_ledger.cli import ledger
from jamila_ledger.export import MANIFEST, SIGNATURE
from jamila_ledger.merkle import prove_consistency, prove_inclusion


@pytest.fixture
def store_file(office_home):
    return office_home.settings.stores / "ledger.db"


@pytest.fixture
def exported(office_home):
    path = office_home.path / "ekspor.zip"
    words = ["export", str(office_home.case_id), "--out", str(path)]
    assert CliRunner().invoke(ledger, words).exit_code == 0
    return path


@pytest.fixture
def key(office_home):
    return office_home.settings.stores / PUBLIC_FILE


@pytest.fixture
def judge(verifier, capsys):
    """Gives the exit code and what is said."""

    def run(*words):
        code = verifier.main([str(word) for word in words])
        return code, capsys.readouterr().out

    return run


def files_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def resigned(files, office):
    """As somebody would who holds the key of another office."""
    signature = office.key.sign(b"jamila-ekspor-v1\n" + files[MANIFEST]).hex()
    text = json.dumps({"key_id": office.key.key_id, "signature": signature})
    return files | {SIGNATURE: text.encode(), "kunci.pem": office.key.public_pem}


# The whole ledger


def test_a_whole_ledger_is_said_to_be_whole(judge, store_file, key):
    code, said = judge(store_file, "--key", key)
    whole = "UTUH: 61 catatan, 3 titik periksa; 3 catatan terakhir belum bertanda tangan\n"
    assert (code, said) == (0, whole)


def test_it_warns_when_the_key_lay_beside_the_ledger(judge, store_file):
    code, said = judge(store_file)
    assert (code, "Perhatian" in said) == (0, True)


def test_it_runs_without_the_system(store_file, key, verifier_path, tmp_path):
    alone = tmp_path / "alone" / "jamila_verify.py"
    alone.parent.mkdir()
    shutil.copy(verifier_path, alone)
    probe = f"import sys; sys.argv = {[str(alone), str(store_file), '--key', str(key)]!r}\n"
    probe += f"import runpy\ntry:\n runpy.run_path({str(alone)!r}, run_name='__main__')\n"
    probe += "except SystemExit as end:\n assert end.code == 0\n"
    probe += "assert not [name for name in sys.modules if name.startswith('jamila')]\n"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("UTUH: 61 catatan")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entries SET data = '{}' WHERE position = 9", "catatan 9 diubah"),
        ("UPDATE entries SET data = X'7b7d' WHERE position = 9", "catatan 9 diubah"),
        ("UPDATE entries SET meta = CAST(X'ff' AS TEXT) WHERE position = 9", "catatan 9 diubah"),
        ("UPDATE entries SET type = 'Diserahkan' WHERE position = 9", "bertentangan"),
        ("UPDATE entries SET case_position = 99 WHERE position = 9", "catatan 9"),
        ("DELETE FROM entries WHERE position = 9", "catatan 9 hilang"),
        ("DELETE FROM entries WHERE position > 50", "dipotong: dulu sampai 58, kini sampai 50"),
        ("UPDATE entries SET previous_hash = zeroblob(32) WHERE position = 9", "rantai putus"),
    ],
    ids=range(8),
)
def test_a_changed_ledger_ends_with_1_and_names_the_place(judge, store_file, statement, said):
    with sqlite3.connect(store_file) as connection:
        connection.execute(statement)
    connection.close()
    code, verdict = judge(store_file)
    assert code == 1
    assert verdict.startswith("TIDAK UTUH: ")
    assert said in verdict


@pytest.mark.parametrize(
    ("old", "new"),
    [('"position":45', '"position":46'), ('"tenant"', '"tenan"'), ('"time":"2', '"time":"3')],
    ids=["position", "name", "time"],
)
def test_a_forged_checkpoint_ends_with_1(judge, store_file, checkpoints, old, new):
    text = checkpoints._path.read_text()
    checkpoints._path.write_text(text.replace(old, new))
    code, said = judge(store_file)
    assert (code, "titik periksa" in said) == (1, True)


def test_checkpoints_of_another_key_end_with_1(judge, store_file, offices, tmp_path):
    (tmp_path / "other").mkdir()
    offices(tmp_path / "other")
    code, said = judge(store_file, "--key", tmp_path / "other" / "stores" / PUBLIC_FILE)
    assert (code, "palsu" in said) == (1, True)


def test_without_checkpoints_the_end_of_a_ledger_is_not_proved(judge, store_file, checkpoints):
    head = json.loads(checkpoints._path.read_text().splitlines()[1])
    checkpoints._path.unlink()
    assert judge(store_file)[0] == 2
    assert judge(store_file, "--expect", f"45:{head['hash']}")[0] == 0
    assert judge(store_file, "--expect", f"45:{'00' * 32}")[0] == 1
    assert judge(store_file, "--expect", f"99:{head['hash']}")[0] == 1


def test_the_ledger_is_not_changed_by_being_checked(judge, store_file):
    before = store_file.read_bytes()
    judge(store_file)
    assert store_file.read_bytes() == before


@pytest.mark.parametrize("content", [None, b"", b"neither nor" * 99, b"SQLite format 3\0" * 99])
def test_what_is_neither_ledger_nor_export_ends_with_2(judge, tmp_path, content):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    code, said = judge(path)
    assert (code, said.startswith("TIDAK DAPAT DIPERIKSA: ")) == (2, True)


def test_a_file_without_a_key_ends_with_2(judge, store_file, key, tmp_path):
    (tmp_path / "empty.pem").write_bytes(b"")
    assert judge(store_file, "--key", tmp_path / "empty.pem")[0] == 2
    key.unlink()
    assert judge(store_file)[0] == 2


def test_a_head_of_another_form_is_refused(verifier, store_file):
    with pytest.raises(SystemExit) as end:
        verifier.main([str(store_file), "--expect", "x"])
    assert end.value.code == 2


# The export of a case


def test_a_genuine_export_is_said_to_be_whole(judge, exported, key, office_home):
    code, said = judge(exported, "--key", key)
    assert code == 0
    assert f"UTUH: permohonan {office_home.case_id}, 17 catatan" in said
    assert "lengkap sampai posisi 58" in said


def test_an_export_agrees_with_a_checkpoint_kept_elsewhere(judge, exported, checkpoints):
    first, covering, latest = checkpoints.all()
    assert judge(exported, "--expect", f"58:{latest.hash}")[0] == 0
    assert judge(exported, "--expect", f"45:{covering.hash}")[0] == 0
    assert judge(exported, "--expect", f"58:{covering.hash}")[0] == 1
    assert judge(exported, "--expect", f"20:{first.hash}")[0] == 2


def test_every_bit_that_is_changed_in_a_file_of_an_export_is_found(judge, exported, key):
    files = files_of(exported)
    chance = random.Random("bit")  # noqa: S311 - a test, not a secret
    for name, content in files.items():
        for _ in range(20):
            place = chance.randrange(len(content))
            flipped = bytes([content[place] ^ 1 << chance.randrange(8)])
            pack(exported, files | {name: content[:place] + flipped + content[place + 1 :]})
            code, said = judge(exported, "--key", key)
            # Of the signature itself another spelling (A for a) means the same.
            assert code == 1 or (name == SIGNATURE and json_is_same(files, exported)), said


def json_is_same(files, exported):
    changed, genuine = files_of(exported)[SIGNATURE], files[SIGNATURE]
    return json.loads(changed.decode().lower()) == json.loads(genuine)


@pytest.mark.parametrize("name", ["catatan.jsonl", MANIFEST, SIGNATURE, "bukti.json", "jejak.txt"])
def test_a_file_that_is_missing_or_added_is_found(judge, exported, key, name):
    files = files_of(exported)
    pack(exported, {each: files[each] for each in files if each != name})
    assert judge(exported, "--key", key)[0] == 1
    pack(exported, files | {"tambahan.txt": b"x"})
    assert judge(exported, "--key", key)[0] == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_found(judge, exported, key):
    with zipfile.ZipFile(exported, "a") as archive:
        archive.writestr("jejak.txt", b"jejak lain")
    assert judge(exported, "--key", key)[0] == 1


def test_an_export_signed_by_somebody_else_is_found(judge, exported, key, offices, tmp_path):
    (tmp_path / "other").mkdir()
    pack(exported, resigned(files_of(exported), offices(tmp_path / "other")))
    assert judge(exported, "--key", key)[0] == 1
    # Even who believes the enclosed key finds checkpoints that this key did not sign.
    assert judge(exported)[0] == 1


def changed_manifest(content, **changes):
    manifest = json.loads(content[MANIFEST]) | changes
    return content | {MANIFEST: json.dumps(manifest).encode()}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"entries": 16}, "jumlah"),
        ({"format": "lain"}, "bentuk"),
        ({"tenant": "6309"}, "kantor lain"),
        ({"ledger_position": 99}, "tertukar"),
        ({"case_id": "lain"}, "permohonan lain"),
        ({"papers": [{"sha256": "00" * 32}]}, "tidak disebut"),
        ({"papers": 5}, "tidak terbaca"),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_even_a_manifest_the_office_signed_must_agree_with_the_entries(
    judge, exported, office, changes, said
):
    files = changed_manifest(files_of(exported), **changes)
    pack(exported, resigned(files, office))
    code, verdict = judge(exported)
    assert (code, said in verdict) == (1, True), verdict


def with_file(files, office, name, content):
    """A file is exchanged and the manifest signed anew, as only the office itself could."""
    files = files | {name: content}
    digests = json.loads(files[MANIFEST])["files"] | {name: digest_of(content)}
    return resigned(changed_manifest(files, files=digests), office)


def digest_of(content):
    from hashlib import sha256  # noqa: PLC0415 - of this one place

    return sha256(content).hexdigest()


def test_even_the_office_cannot_leave_out_change_or_move_an_entry(judge, exported, key, office):
    files = files_of(exported)
    lines = files["catatan.jsonl"].split(b"\n")[:-1]
    forgeries = {
        "first left out": (lines[1:], 16),
        "middle left out": (lines[:5] + lines[6:], 16),
        "twice": ([*lines, lines[-1]], 18),
        "exchanged": ([lines[1], lines[0], *lines[2:]], 17),
        "moved": ([line.replace(b'"position":20,', b'"position":19,') for line in lines], 17),
        "no base64": ([line.replace(b'"data":"', b'"data":"!') for line in lines], 17),
    }
    for name, (forged, count) in forgeries.items():
        content = b"".join(line + b"\n" for line in forged)
        made = with_file(changed_manifest(files, entries=count), office, "catatan.jsonl", content)
        pack(exported, made)
        assert judge(exported, "--key", key)[0] == 1, name


def test_even_the_office_cannot_bend_the_proof(judge, exported, key, office):
    files = files_of(exported)
    proof = json.loads(files["bukti.json"])
    some = next(iter(proof["paths"]))
    path = proof["paths"][some]
    bent = [
        proof | {"paths": proof["paths"] | {some: path[:-1]}},
        proof | {"paths": proof["paths"] | {some: [*path, path[0]]}},
        proof | {"paths": proof["paths"] | {some: path[::-1]}},
        proof | {"paths": {}},
        proof | {"consistency": []},
        proof | {"consistency": proof["consistency"][::-1]},
        proof | {"checkpoint": proof["latest"], "latest": proof["checkpoint"]},
        proof | {"latest": proof["checkpoint"]},
        proof | {"checkpoint": proof["latest"]},
    ]
    for number, each in enumerate(bent):
        made = with_file(files, office, "bukti.json", json.dumps(each).encode())
        pack(exported, made)
        assert judge(exported, "--key", key)[0] == 1, number


def test_another_document_in_place_of_the_signed_one_is_found(judge, exported, key, office):
    files = files_of(exported)
    name = next(name for name in files if name.startswith("dokumen/"))
    pack(exported, with_file(files, office, name, b"%PDF palsu"))
    code, said = judge(exported, "--key", key)
    assert (code, "bukan dokumen yang ditandatangani" in said) == (1, True)


# Its own arithmetic against the library's


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21])
def test_it_climbs_the_same_trees(verifier, size):
    leaves = [bytes([n]) * 32 for n in range(size)]
    proofs = prove_inclusion(leaves, range(size))
    for index, path in proofs.paths.items():
        climbed = verifier.climb(index, size - 1, verifier.leaf_hash(leaves[index]), path)
        assert climbed[1] == proofs.root
    for first in range(1, size + 1):
        older = {"position": first, "root": prove_inclusion(leaves[:first], []).root.hex()}
        newer = {"position": size, "root": proofs.root.hex()}
        proof = prove_consistency(leaves, first, size)
        verifier.check_consistency(older, newer, proof)
        with pytest.raises(verifier.TamperedError):
            verifier.check_consistency(older | {"root": "00" * 32}, newer, proof)
