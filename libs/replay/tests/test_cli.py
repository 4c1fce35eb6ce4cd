import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from jamila_ledger.ops import create
from jamila_ledger.views import CASES
from jamila_replay.cli import replay
from jamila_replay.lock import ModelLock
from jamila_replay.settings import ReplaySettings
from jamila_runtime.clock import SystemClock
from jamila_runtime.signs import (
    ALL,
    HEARTBEATS,
    SILENT_AFTER,
    ConsumerLag,
    Heartbeat,
    Replica,
    Seen,
    expected,
)
from jamila_testing.builders import named_id
from jamila_testing.servers import free_port

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.timeout(120),
]
WHY = ("--reason", "latihan bulanan")


def runs(tmp_path):
    application = create(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(tmp_path / "ops.db")}
    )
    told = [
        (type(event).__name__, event.action, getattr(event, "outcome", None))
        for event in map(
            application.mapper.to_domain_event,
            application.recorder.select_notifications(0, 100, inclusive_of_start=False),
        )
    ]
    application.close()
    return told


def test_the_whole_way_from_plan_to_rollback(live, office, jamila, tmp_path):
    live(office)
    planned = jamila("plan")
    assert (planned["events"], planned["chain_ok"]) == (len(office), True)
    shadow = jamila("rebuild", *WHY)["id"]
    assert jamila("diff", shadow, *WHY)["differences"] == 0
    assert jamila("catch-up", shadow, *WHY)["projected"] == 0
    assert jamila("swap", shadow, *WHY)["live"] == shadow
    models = {each["name"]: each for each in jamila("status", code=6)["models"]}
    assert models["live"]["position"] == len(office)
    assert jamila("rollback", *WHY)["collections"][CASES] == CASES
    jamila("drop", shadow, *WHY, code=2)
    told = runs(tmp_path)
    assert told[:2] == [
        ("PemutaranUlangDimulai", "rebuild", None),
        ("PemutaranUlangSelesai", "rebuild", "selesai"),
    ]
    assert told[-1] == ("PemutaranUlangSelesai", "drop", "gagal")


def test_a_run_without_a_reason_does_nothing(live, office, jamila, stores, tmp_path):
    live(office)
    assert jamila("rebuild", code=2)["error"] == "reason-needed"
    refused = jamila("rebuild", "--reason", "NIK 6311991234567890 salah", code=2)
    assert refused["error"] == "reason-needed"
    assert stores.database.shadows() == []
    assert runs(tmp_path) == []


def test_a_difference_is_an_exit_code_and_its_digest_opens_the_way(live, office, jamila, stores):
    live(office)
    where = {"_id": str(named_id("kasus-1"))}
    stores.database.table(CASES).update_one(where, {"$set": {"status": "rusak"}})
    shadow = jamila("rebuild", *WHY)["id"]
    report = jamila("diff", shadow, *WHY, code=1)
    assert report["by_field"] == {"cases.status": 1}
    assert jamila("swap", shadow, *WHY, code=2)["digest"] == report["digest"]
    jamila("swap", shadow, *WHY, "--accept-diff", report["digest"])


def test_a_dry_run_leaves_every_store_as_it_was(live, office, jamila, stores):
    live(office)
    folder = stores.settings.home
    before = everything(folder, stores)
    assert jamila("rebuild", "--dry-run")["events"] == len(office)
    jamila("plan")
    jamila("status", code=6)
    assert everything(folder, stores) == before


def everything(folder, stores):
    files = {
        path.name: path.read_bytes()
        for path in folder.glob("*")
        # The shared memory of a reader; empty logs hold nothing.
        if not path.name.endswith("-shm") and path.stat().st_size
    }
    names = sorted(stores.database._database.list_collection_names())
    documents = {name: [bytes(raw.raw) for raw in stores.database.scan(name)] for name in names}
    return files, documents


@pytest.fixture
def signs(stores):
    """Writes the signs of life of all processes, as the ledger's process keeps them."""

    def written(*dead, age=timedelta(), **ready):
        now = datetime.now(tz=UTC) - age
        told = {
            name: Heartbeat(
                process=name,
                beat_at=now,
                ready=ready,
                consumer=ConsumerLag(pending=7, unacknowledged=2),
                lags={"outbox": 3},
            )
            for name in expected()
        }
        plain = {
            name: Seen(heartbeat=sign, seen_at=now).model_dump() for name, sign in told.items()
        }
        table = stores.database.table(HEARTBEATS)
        missed = [
            Replica(process=name, replica="mesin-2:8703", seen_at=now - SILENT_AFTER * 2)
            for name in dead
        ]
        document = {"processes": plain, "replicas": [each.model_dump() for each in missed]}
        table.replace_one({"_id": ALL}, document, upsert=True)

    return written


def test_status_tells_the_lag_of_every_consumer_and_silence_is_an_error(
    live, office, jamila, signs
):
    live(office)
    heard = {each["process"]: each for each in jamila("status", code=6)["processes"]}
    assert set(heard) >= {"intake", "siak-adapter", "review", "signing", "printing", "ledger"}
    assert heard["review"]["state"] == "belum-terdengar"
    signs(nats=True)
    (review,) = [p for p in jamila("status")["processes"] if p["process"] == "review"]
    assert (review["state"], review["pending"], review["unacknowledged"]) == ("hidup", 7, 2)
    assert review["lags"] == {"outbox": 3}
    signs(nats=False)
    (review,) = [p for p in jamila("status")["processes"] if p["process"] == "review"]
    assert (review["state"], review["failing"]) == ("tidak-siap", ["nats"])
    signs(age=timedelta(seconds=31), nats=True)
    assert {each["state"] for each in jamila("status", code=6)["processes"]} == {"diam"}


def test_people_are_shown_who_is_silent(live, office, jamila, signs):
    live(office)
    assert jamila("status", code=6)["processes"]
    shown = CliRunner().invoke(replay, ["status"])
    assert shown.exit_code == 6
    assert "GALAT: tanpa tanda hidup: gateway, intake" in shown.output
    signs(nats=True)
    shown = CliRunner().invoke(replay, ["status"])
    assert shown.exit_code == 0
    assert "outbox 3" in shown.output
    signs("review", nats=True)
    shown = CliRunner().invoke(replay, ["status"])
    assert shown.exit_code == 6
    assert "GALAT: replika diam: review di mesin-2:8703" in shown.output


def test_while_another_run_is_on_nothing_else_runs(live, office, jamila, stores):
    live(office)
    shadow = jamila("rebuild", *WHY)["id"]
    with ModelLock(stores.database, uuid4(), SystemClock()).held():
        for command in (
            ("rebuild",),
            ("catch-up", shadow),
            ("diff", shadow),
            ("swap", shadow),
            ("rollback",),
            ("drop", shadow),
        ):
            assert jamila(*command, *WHY, code=4)["error"] == "replay-running"
        assert jamila("plan")["chain_ok"]
    assert jamila("drop", shadow, *WHY)["dropped"] == shadow


@pytest.mark.usefixtures("ledger")
def test_nothing_is_parked_and_a_strange_key_is_refused(jamila):
    assert jamila("parked", "list") == []
    for command in ("show", "retry", "discard"):
        assert jamila("parked", command, "review/intake:1", code=2)["error"] == "point-unknown"
        assert jamila("parked", command, "../etc", code=2)["error"] == "point-unknown"


def test_people_are_told_in_words_and_programs_in_json(live, office, jamila):
    live(office)
    assert jamila("plan")["chain_ok"] is True
    told = CliRunner().invoke(replay, ["plan"])
    assert "rantai utuh: ya" in told.stdout
    assert f"sampai posisi: {len(office)}" in told.stdout
    assert "None" not in told.stdout


def test_one_case_up_to_a_time_can_be_looked_at(live, office, jamila):
    live(office)
    case = str(named_id("kasus-1"))
    to = "2026-04-06T23:00:00+08:00"
    shadow = jamila("rebuild", "--case", case, "--to", to, *WHY)["id"]
    assert jamila("diff", shadow, *WHY)["differences"] == 0
    assert jamila("swap", shadow, *WHY, code=2)["error"] == "shadow-unfit"
    assert jamila("rebuild", "--case", named_id("nobody"), *WHY, code=2)["error"] == "point-unknown"
    assert jamila("rebuild", "--to", "kemarin", *WHY, code=2)["error"] == "point-unknown"
    assert jamila("rebuild", "--model", "tiada", *WHY, code=2)["error"] == "point-unknown"


def test_an_export_is_read_back_byte_for_byte(live, office, jamila, ledger, tmp_path):
    live(office)
    file, copy = tmp_path / "buku.jsonl.zst", f"sqlite:///{tmp_path / 'copy.db'}"
    head = jamila("export", file)["head"]
    assert jamila("import", file, "--verify")["head"] == head
    assert jamila("import", file, "--into", copy, *WHY)["head"] == head == str(ledger.head())
    assert jamila("import", file, "--into", copy, *WHY, code=2)["error"] == "file-unusable"
    assert jamila("export", file, code=2)["error"] == "file-unusable"
    whole = file.read_bytes()
    assert whole.startswith(bytes.fromhex("28b52ffd")), "any zstd reads it"
    for spoiled in (whole[:-60], whole[:999] + b"?" + whole[1000:], b"", b"{}"):
        file.write_bytes(spoiled)
        assert jamila("import", file, "--verify", code=2)["error"] == "file-unusable"


def test_a_drill_does_everything_on_a_copy(live, office, jamila, stores):
    live(office)
    before = stores.database._client.list_database_names()
    report = jamila("drill")
    assert report["ok"], report
    practised = [step for step in report["steps"] if not step["skipped"]]
    assert [step["ok"] for step in practised] == [True] * 10
    assert [step["name"] for step in report["steps"] if step["skipped"]] == [
        "siarkan ulang",
        "tanya pemilik peristiwa tertahan",
        "pulihkan buku besar",
    ]
    assert stores.database._client.list_database_names() == before
    assert stores.database.shadows() == []


@pytest.mark.usefixtures("ledger")
def test_a_missing_ledger_and_a_server_that_is_away_have_their_codes(jamila, monkeypatch):
    before = os.environ["JAMILA_LEDGER_URL"]
    monkeypatch.setenv("JAMILA_LEDGER_URL", "sqlite:////nirgends/ledger.db")
    assert jamila("status", code=2)["error"] == "ledger-unusable"
    monkeypatch.setenv("JAMILA_LEDGER_URL", before)
    monkeypatch.setenv(
        "JAMILA_MONGO_URL", f"mongodb://127.0.0.1:{free_port()}/?directConnection=true"
    )
    assert jamila("status", code=3)["error"] == "temporarily-unavailable"


def test_the_tool_knows_no_credential_that_could_publish_send_or_print():
    known = set(ReplaySettings.model_fields)
    assert known == {
        "home",
        "tenant",
        "stores_dir",
        "ledger_url",
        "mongo_url",
        "mongo_database",
        "calendar",
    }


def test_ctrl_c_is_given_back_after_a_run(live, office, jamila):
    live(office)
    before = signal.getsignal(signal.SIGINT)
    jamila("rebuild", *WHY)
    assert signal.getsignal(signal.SIGINT) is before
    assert Path.cwd().exists()
