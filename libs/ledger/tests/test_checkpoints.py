import sqlite3
from dataclasses import replace
from types import SimpleNamespace

import pytest

from jamila_ledger.checkpoints import Checkpoint, CheckpointFile, CheckpointsUnusableError
from jamila_ledger.checkpoints_check import check
from jamila_ledger.checkpoints_key import (
    KEY_FILE,
    Office,
    PublicKeys,
)
from jamila_ledger.checkpoints_signer import EVERY, CheckpointContradictedError, office_signer
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_testing.builders import Logs, happy_road

RECORDS = [
    record for logs in [Logs()] for n in range(15) for record in happy_road(f"k-{n}", logs=logs)
]


@pytest.fixture
def store(tmp_path):
    opened = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def grow(store, clock):
    """Records up to a position."""

    def to(position):
        store.append(RECORDS[store.head().position : position], now=clock.now())

    return to


def tamper(tmp_path, statement):
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute(statement)
    connection.close()


def positions(checkpoints):
    return [each.position for each in checkpoints.all()]


# When a checkpoint is signed


def test_the_first_entries_are_signed_at_once(store, grow, signer_of, checkpoints):
    grow(3)
    signer_of(store).offer()
    assert positions(checkpoints) == [3]


def test_a_ledger_is_signed_each_time_it_passes_a_multiple(store, grow, signer_of, checkpoints):
    signer = signer_of(store)
    for position in (1, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY - 1, 2 * EVERY + 7):
        grow(position)
        signer.offer()
    assert positions(checkpoints) == [1, EVERY, 2 * EVERY + 7]


def test_a_new_day_in_the_office_wants_its_checkpoint(store, grow, signer_of, checkpoints, clock):
    signer = signer_of(store)
    grow(5)
    signer.offer()
    clock.later(hours=13, minutes=59)  # 23:59 in Balangan
    grow(6)
    signer.offer()
    assert positions(checkpoints) == [5]
    clock.later(minutes=1)
    signer.offer()
    assert positions(checkpoints) == [5, 6]


def test_nothing_new_is_not_signed_again(store, grow, signer_of, checkpoints, clock):
    signer = signer_of(store)
    grow(5)
    signer.keep()
    clock.later(days=2)
    signer.offer()
    signer.keep()
    assert signer.sign() == checkpoints.last()
    assert positions(checkpoints) == [5]


def test_an_empty_ledger_has_nothing_to_sign(store, signer_of, checkpoints):
    signer = signer_of(store)
    signer.offer()
    assert signer.sign() is None
    assert positions(checkpoints) == []


def test_two_processes_add_to_one_file(store, grow, signer_of, checkpoints):
    first, second = signer_of(store), signer_of(store)
    for position in (10, 20, 30):
        grow(position)
        first.sign()
        second.sign()
    grow(40)
    second.sign()
    assert positions(checkpoints) == [10, 20, 30, 40]


# What it says


def test_a_checkpoint_names_head_root_office_time_and_key(store, grow, signer_of, clock):
    grow(20)
    checkpoint = signer_of(store).sign()
    assert checkpoint.hash == store.head().hash.hex()
    assert (checkpoint.tenant, checkpoint.position) == ("6311", 20)
    assert checkpoint.time == clock.now().isoformat(timespec="microseconds")
    assert checkpoint.key_id == signer_of.office.key.key_id
    assert checkpoint.is_genuine(signer_of.office.keys)


@pytest.mark.parametrize("field", ["tenant", "position", "hash", "root", "time", "key_id"])
def test_no_value_of_a_checkpoint_can_be_changed(store, grow, signer_of, field):
    grow(20)
    checkpoint = signer_of(store).sign()
    other = 21 if field == "position" else getattr(checkpoint, field)[:-1] + "x"
    assert not replace(checkpoint, **{field: other}).is_genuine(signer_of.office.keys)


@pytest.mark.parametrize("signature", ["", "no hex", "00" * 64])
def test_another_signature_is_not_genuine(store, grow, signer_of, signature):
    grow(20)
    forged = replace(signer_of(store).sign(), signature=signature)
    assert not forged.is_genuine(signer_of.office.keys)


def test_a_restarted_signer_goes_on_with_the_same_tree(store, grow, signer_of):
    grow(37)
    signer_of(store).sign()
    grow(90)
    resumed = signer_of(store).sign()
    elsewhere = CheckpointFile(signer_of.file._path.with_name("other.jsonl"))
    assert signer_of(store, file=elsewhere).sign().root == resumed.root


# What it refuses


def test_a_changed_ledger_is_not_signed(store, grow, signer_of, tmp_path, checkpoints):
    grow(20)
    signer = signer_of(store)
    signer.sign()
    tamper(tmp_path, "UPDATE entries SET hash = zeroblob(32) WHERE position = 20")
    grow(21)
    with pytest.raises(CheckpointContradictedError):
        signer.sign()
    signer.offer()
    signer.keep()
    assert positions(checkpoints) == [20]


def test_a_ledger_that_was_cut_off_is_not_signed(store, grow, signer_of, tmp_path):
    grow(20)
    signer = signer_of(store)
    signer.sign()
    tamper(tmp_path, "DELETE FROM entries WHERE position > 12")
    with pytest.raises(CheckpointContradictedError):
        signer.sign()


def test_a_ledger_with_a_hole_is_not_signed(store, grow, signer_of, tmp_path):
    grow(20)
    tamper(tmp_path, "DELETE FROM entries WHERE position = 7")
    with pytest.raises(CheckpointContradictedError):
        signer_of(store).sign()


def test_a_page_that_is_missing_altogether_ends_the_signing(store, grow, signer_of):
    grow(20)
    blind = SimpleNamespace(head=store.head, read=lambda **_: [])
    with pytest.raises(CheckpointContradictedError):
        signer_of(blind).sign()


def test_a_file_of_another_office_is_not_continued(store, grow, signer_of, offices, tmp_path):
    grow(5)
    (tmp_path / "other").mkdir()
    signer_of(store, office=offices(tmp_path / "other")).sign()
    with pytest.raises(CheckpointsUnusableError):
        signer_of(store).sign()
    signer_of.file._path.unlink()
    office = signer_of.office
    signer_of(store, office=Office("6309", office.key, office.keys)).sign()
    with pytest.raises(CheckpointsUnusableError):
        signer_of(store).sign()


def test_peaks_that_do_not_lead_to_the_root_are_not_continued(store, grow, signer_of):
    grow(5)
    file = signer_of.file
    last = signer_of(store).sign()
    for peaks in ((), ("00" * 32,) * 2, ("no hex", "")):
        file._path.write_bytes(replace(last, peaks=peaks).line())
        grow(6)
        with pytest.raises(CheckpointsUnusableError):
            signer_of(store).sign()


# The file


def test_a_line_torn_by_a_power_cut_is_no_checkpoint_and_does_no_harm(store, grow, signer_of):
    grow(5)
    signer_of(store).sign()
    with signer_of.file._path.open("ab") as file:
        file.write(b'{"tenant": "6311", "posi')
    assert positions(signer_of.file) == [5]
    grow(6)
    signer_of(store).sign()
    assert positions(signer_of.file) == [5, 6]


@pytest.mark.parametrize("line", ["", "no json", "7", "[]", '{"position": 1}'])
def test_a_damaged_file_is_refused(checkpoints, line):
    checkpoints._path.write_text(f"{line}\n")
    for read in (checkpoints.all, checkpoints.last):
        with pytest.raises(CheckpointsUnusableError):
            read()


@pytest.mark.parametrize("change", [{"position": "5"}, {"position": True}, {"hash": 5}])
def test_a_value_of_another_type_is_refused(store, grow, signer_of, change):
    grow(5)
    line = replace(signer_of(store).sign(), **change).line()
    with pytest.raises(CheckpointsUnusableError):
        Checkpoint.parse(line)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(CheckpointsUnusableError):
        CheckpointFile(tmp_path).all()


def test_a_time_that_is_none_is_refused(store, grow, signer_of, clock):
    grow(5)
    odd = replace(signer_of(store).sign(), time="yesterday")
    with pytest.raises(CheckpointsUnusableError):
        odd.day(clock.now().tzinfo)


def test_a_long_file_is_read_from_its_end(store, grow, signer_of):
    for position in range(1, 60):
        grow(position)
        signer_of(store).sign()
    assert signer_of.file.last().position == 59
    assert signer_of.file._path.stat().st_size > 16_384


# The key


def test_a_new_key_joins_the_old_ones_and_old_signatures_still_count(
    store, grow, signer_of, tmp_path, offices
):
    grow(5)
    old = signer_of(store).sign()
    (tmp_path / "secrets" / KEY_FILE).unlink()
    renewed = offices(tmp_path)
    grow(6)
    new = signer_of(store, office=renewed).sign()
    assert old.key_id != new.key_id
    assert check(store.scan(), signer_of.file.all(), renewed.keys).ok


def test_the_signer_of_an_office_makes_its_key_and_signs(store, grow, tmp_path, clock):
    settings = LedgerSettings(home=tmp_path, master_key_file=tmp_path / "unused")
    settings.stores.mkdir()
    grow(5)
    office_signer(store, settings, clock).keep()
    signed = CheckpointFile(settings.checkpoints_file).all()
    assert settings.office_key_file.exists()
    assert check(store.scan(), signed, PublicKeys.read(settings.public_keys_file)).ok


# The check


def signed_ledger(store, grow, signer_of):
    for position in (10, 20, 30):
        grow(position)
        signer_of(store).sign()
    return signer_of.file.all()


def test_entries_after_the_last_checkpoint_do_no_harm(store, grow, signer_of):
    checkpoints = signed_ledger(store, grow, signer_of)
    grow(34)
    report = check(store.scan(), checkpoints, signer_of.office.keys)
    assert (report.ok, report.entries) == (True, 34)


@pytest.mark.parametrize(
    "change", [{"position": "15"}, {"hash": "no bytes"}], ids=["place", "hash"]
)
def test_a_value_of_another_type_in_the_ledger_is_found(store, grow, signer_of, change):
    checkpoints = signed_ledger(store, grow, signer_of)
    entries = list(store.scan())
    entries[14] = entries[14]._replace(**change)
    report = check(entries, checkpoints, signer_of.office.keys)
    assert (report.problem.kind, report.problem.position) == ("edited", 15)
    assert report.head.position == 10


def test_roots_far_apart_are_checked_too(store, grow, signer_of, monkeypatch):
    checkpoints = signed_ledger(store, grow, signer_of)
    monkeypatch.setattr("jamila_ledger.checkpoints_check._LEAVES", 4)
    assert check(store.scan(), checkpoints, signer_of.office.keys).ok


def test_a_forged_checkpoint_is_found(store, grow, signer_of):
    first, second, third = signed_ledger(store, grow, signer_of)
    forged = replace(second, time="2020-01-01T00:00:00+00:00")
    report = check(store.scan(), [first, forged, third], signer_of.office.keys)
    assert (report.problem.kind, report.problem.position) == ("checkpoint", 20)
    assert report.head.position == 10


def test_checkpoints_out_of_order_are_found(store, grow, signer_of):
    first, second, third = signed_ledger(store, grow, signer_of)
    report = check(store.scan(), [first, third, second], signer_of.office.keys)
    assert (report.problem.kind, report.problem.position) == ("checkpoint", 20)


def test_a_root_that_was_signed_wrongly_is_found(store, grow, signer_of):
    first, second, third = signed_ledger(store, grow, signer_of)
    wrong = replace(second, root=first.root).signed(signer_of.office.key)
    report = check(store.scan(), [first, wrong, third], signer_of.office.keys)
    assert (report.problem.kind, report.problem.position) == ("checkpoint", 20)


def test_without_its_key_no_checkpoint_counts(store, grow, signer_of):
    report = check(store.scan(), signed_ledger(store, grow, signer_of), PublicKeys({}))
    assert (report.problem.kind, report.problem.position) == ("checkpoint", 10)
    assert report.head.position == 0


def test_a_head_kept_elsewhere_counts_too(store, grow, signer_of):
    checkpoints = signed_ledger(store, grow, signer_of)
    report = check(store.scan(), checkpoints, signer_of.office.keys, anchors={31: bytes(32)})
    assert (report.problem.kind, report.problem.position) == ("truncated", 31)
    assert report.head.position == 30
