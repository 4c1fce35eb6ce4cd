import base64
import csv
import io
import json
import re
import zlib
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from typer.testing import CliRunner

from jamila_contracts import events as e
from jamila_contracts.sop import load_sop
from jamila_ledger.cli_sla import sla
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_testing.builders import Logs, Story, happy_story

SHIPPED = files("jamila_ledger") / "data"

NOW = datetime(2026, 4, 7, 2, 0, tzinfo=UTC)
APRIL = ("--from", "2026-04-01", "--to", "2026-04-30")


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "stores").mkdir()
    logs = Logs()
    slow = Story("lambat", logs=logs)
    slow.tell(e.PermohonanDiajukan)
    slow.work(e.BerkasDiterima, wait=2, handle=9)
    stories = [slow, *(happy_story(f"kasus-{n}", logs=logs) for n in range(4))]
    canary = Story("kenari", logs=logs)
    canary.tell(e.SlaTerlampaui, canary=True)
    store = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'stores' / 'ledger.db'}")
    for story in [*stories, canary]:
        store.append(story.records, now=NOW)
    store.close()
    monkeypatch.setenv("JAMILA_HOME", str(tmp_path))
    return tmp_path


def text_of(path):
    """What is drawn on the pages: the strings of their content streams."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL)
    drawn = b"".join(zlib.decompress(_plain(each)) for each in streams)
    return "".join(re.findall(r"\(((?:[^()\\]|\\.)*)\) Tj", drawn.decode("latin-1")))


def _plain(stream):
    """Without ASCII85, which reportlab uses until some document of the process said otherwise."""
    body = stream.strip()
    return base64.a85decode(body[:-2]) if body.endswith(b"~>") else stream


def run(*arguments):
    return CliRunner().invoke(sla, list(arguments))


def test_every_report_carries_the_newest_signed_checkpoint(home, tmp_path, signer_of):
    store = SqlLedgerStore.open_existing(f"sqlite:///{home / 'stores' / 'ledger.db'}")
    signed = signer_of(store).sign()
    store.close()
    kept = json.loads(run("report", *APRIL, "--format", "json").output)["checkpoint"]
    assert run("report", *APRIL, "--format", "pdf", "--out", str(tmp_path / "l.pdf")).exit_code == 0

    assert (kept["position"], kept["head"]) == (signed.position, signed.hash)
    assert kept["signature"] == signed.signature
    assert f"verify --expect {signed.position}:{signed.hash}" in run("report", *APRIL).output
    assert f"{signed.position}:{signed.hash}" in text_of(tmp_path / "l.pdf").replace(" ", "")


@pytest.mark.usefixtures("home")
def test_a_report_of_an_unsigned_ledger_says_so():
    assert json.loads(run("report", *APRIL, "--format", "json").output)["checkpoint"] is None
    assert "belum ada yang ditandatangani" in run("report", *APRIL).output


@pytest.mark.usefixtures("home")
def test_the_table_tells_the_office_its_steps_and_its_officers():
    result = run("report", *APRIL)
    assert result.exit_code == 0, result.output
    assert "Seluruh kantor" in result.output
    assert "1. Memeriksa kelengkapan" in result.output
    assert all(len(line) <= 80 for line in result.output.splitlines())
    assert "80,0 %" in result.output
    assert "kasi-1, langkah 4" in result.output


@pytest.mark.usefixtures("home")
def test_the_json_holds_the_figures():
    found = json.loads(run("report", *APRIL, "--format", "json").output)
    rows = {(row["scope"], row["key"], row["step"]): row for row in found["rows"]}
    office, first = rows["kantor", "-", 0], rows["langkah", "-", 1]
    assert (office["n"], office["on_time_rate"], office["first_time_right_rate"]) == (4, 1.0, 1.0)
    assert (first["n"], first["on_time_rate"], first["budget"]) == (5, 0.8, 300)
    assert abs(first["p99"] - 660) <= 7
    assert (first["waiting_mean"], first["handling_mean"]) == (72.0, 252.0)
    assert [day["day"] for day in found["days"]] == ["2026-04-06"]


@pytest.mark.usefixtures("home")
def test_the_csv_has_a_line_for_each_row():
    rows = list(csv.DictReader(io.StringIO(run("report", *APRIL, "--format", "csv").output)))
    # Whole office, one service, eight steps, and the officers at their steps.
    assert len(rows) == 1 + 1 + 8 + 8
    assert rows[0]["scope"] == "kantor"


def test_the_csv_ends_with_the_newest_signed_checkpoint(home, signer_of):
    store = SqlLedgerStore.open_existing(f"sqlite:///{home / 'stores' / 'ledger.db'}")
    signed = signer_of(store).sign()
    store.close()
    *_, last = csv.DictReader(io.StringIO(run("report", *APRIL, "--format", "csv").output))
    assert (last["scope"], last["key"]) == ("titik-periksa", f"{signed.position}:{signed.hash}")
    assert signed.signature in last["label"]


def test_the_pdf_is_for_the_head_of_the_office(home):
    target = home / "laporan.pdf"
    result = run("report", *APRIL, "--format", "pdf", "--out", str(target))
    assert result.exit_code == 0, result.output
    text = text_of(target)
    assert "Laporan SLA 01-04-2026 sampai 30-04-2026" in text
    assert "Tepat waktu per langkah" in text
    assert "4 permohonan selesai" in text


@pytest.mark.usefixtures("home")
def test_a_canary_is_in_no_figure():
    output = run("report", *APRIL, "--format", "json").output
    assert sum(row["n"] for row in json.loads(output)["rows"] if row["scope"] == "langkah") == 33


def test_reads_and_stock_are_in_no_report(tmp_path):
    def reported(name, *aside):
        logs = Logs()
        story = happy_story(logs=logs)
        stock = Story("blangko-kia", logs=logs)
        for event_class in aside:
            (stock if issubclass(event_class, e.StockEvent) else story).tell(event_class)
        url = f"sqlite:///{tmp_path / name}.db"
        store = SqlLedgerStore.open(url)
        store.append([*story.records, *stock.records], now=NOW)
        store.close()
        said = run("report", *APRIL, "--format", "json", "--url", url)
        return {**json.loads(said.output), "made_at": None}

    more = (e.DataPribadiDibaca, e.DokumenDilihat, e.BlangkoDiterima, e.KartuDitarik)
    assert reported("with", *more) == reported("without")


@pytest.mark.usefixtures("home")
def test_days_without_anything_are_said_to_be_empty(tmp_path):
    result = run("report", "--from", "2026-01-01", "--to", "2026-01-31")
    assert (result.exit_code, "Tidak ada" in result.output) == (0, True)
    empty = tmp_path / "kosong.pdf"
    days = ("--from", "2026-01-01", "--to", "2026-01-31")
    assert run("report", *days, "--format", "pdf", "--out", str(empty)).exit_code == 0
    assert "Tidak ada yang selesai" in text_of(empty)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "--format", "pdf"), "perlu --out"),
        (("report", "--from", "2026-05-01", "--to", "2026-04-01"), "sesudah"),
        (("report", "--calendar", "tidak-ada"), "tidak ada kalender"),
        (("report", "--calendar", "tidak-ada.json"), "tidak ada kalender"),
        (("report", "--format", "json", "--out", "tidak/ada/x.json"), "tidak dapat ditulis"),
        (("report", "--url", "sqlite:///tidak-ada.db"), "tidak ada buku besar"),
        (("what-if",), "sebutkan --sop"),
        (("what-if", "--sop", "tidak-ada.json"), "tidak ada SOP"),
    ],
)
def test_what_cannot_be_worked_out_ends_with_2_and_a_reason(arguments, said):
    result = run(*arguments)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def other_sop(home, **minutes):
    steps = [step.model_dump(mode="json") for step in load_sop().steps]
    for step in steps:
        step["budget_minutes"] = minutes.get(f"step_{step['number']}", step["budget_minutes"])
    data = {**load_sop().model_dump(mode="json"), "id": "sop-andai", "steps": steps}
    path = home / "andai.json"
    path.write_text(json.dumps(data))
    return str(path)


def test_with_other_budgets_other_steps_would_have_been_late(home):
    sop = other_sop(home, step_1=12, step_3=2)
    found = json.loads(run("what-if", "--sop", sop, *APRIL, "--json").output)
    steps = {each["label"][0]: each for each in found["differences"] if each["scope"] == "langkah"}
    assert (steps["1"]["on_time_before"], steps["1"]["on_time_after"]) == (0.8, 1.0)
    assert (steps["3"]["on_time_before"], steps["3"]["on_time_after"]) == (1.0, 0.0)
    assert (steps["3"]["budget_before"], steps["3"]["budget_after"]) == (900, 120)
    assert found["after"]["sop_id"] == "sop-andai"


def test_the_difference_is_told_in_points(home):
    result = run("what-if", "--sop", other_sop(home, step_3=2), *APRIL)
    assert (result.exit_code, "-100,0 poin" in result.output) == (0, True), result.output


def test_with_a_day_off_the_same_work_took_no_working_time(home):
    shipped = json.loads((SHIPPED / "kalender-balangan.json").read_text(encoding="utf-8"))
    off = {"date": "2026-04-06", "name": "Libur mendadak", "hours": []}
    path = home / "libur.json"
    path.write_text(json.dumps({**shipped, "version": "2026.2", "days": [off]}))
    found = json.loads(run("what-if", "--calendar", str(path), *APRIL, "--json").output)
    office = found["differences"][0]
    assert (office["p95_before"] > 0, office["p95_after"]) == (True, 0.0)
    assert found["after"]["calendar"] == "kalender-balangan 2026.2"


def test_a_broken_sop_is_refused_with_the_place(home):
    path = home / "rusak.json"
    path.write_text('{"id": "x"}')
    result = run("what-if", "--sop", str(path))
    assert (result.exit_code, "steps" in result.output) == (2, True)
    path.write_text("bukan json")
    assert run("what-if", "--sop", str(path)).exit_code == 2


def test_the_same_rules_make_no_difference(home):
    same = json.loads(run("what-if", "--sop", other_sop(home), *APRIL, "--json").output)
    assert {each["on_time_before"] == each["on_time_after"] for each in same["differences"]} == {
        True
    }
    assert timedelta(seconds=same["before"]["rows"][0]["budget"]) == load_sop().total
