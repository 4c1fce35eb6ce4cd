"""Dashboards ask for what is counted, in expressions that Prometheus can read."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parents[1]
BOARDS = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((DEPLOY / "grafana").glob("*.json"))
}
PANELS = {
    f"{name}-{panel['id']}": panel for name, board in BOARDS.items() for panel in board["panels"]
}
OF_OTHERS = {"up", "process_resident_memory_bytes"}
"""Of Prometheus and of its client library."""


def expressions(panel: dict) -> list[str]:
    return [target["expr"] for target in panel["targets"]]


def metrics_of(expression: str) -> set[str]:
    """Names that stand before a selector, or alone."""
    return set(re.findall(r"\b(?:jamila_[a-z_]+|up|process_[a-z_]+)\b", expression))


def test_there_is_a_board_for_the_office_the_pipeline_and_the_machine():
    assert set(BOARDS) == {"kantor", "jalur", "kesehatan"}
    assert {board["uid"] for board in BOARDS.values()} == {f"jamila-{name}" for name in BOARDS}


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())
def test_panel_asks_for_what_is_counted(panel, counted):
    for expression in expressions(panel):
        asked = metrics_of(expression)
        assert asked
        assert asked <= counted | OF_OTHERS


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())
def test_panel_has_a_title_and_lies_in_the_grid_alone(panel):
    place, board = panel["gridPos"], board_of(panel)
    assert panel["title"]
    assert place["x"] + place["w"] <= 24
    for other in board["panels"]:
        assert other is panel or not overlap(place, other["gridPos"])


def board_of(panel: dict) -> dict:
    return next(board for board in BOARDS.values() if panel in board["panels"])


def overlap(one: dict, other: dict) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "w"), ("y", "h"))
    )


def test_facts_that_a_panel_names_exist():
    from jamila_contracts.events import EVENTS  # noqa: PLC0415 - only this test needs them

    named = set()
    for panel in PANELS.values():
        for expression in expressions(panel):
            for types in re.findall(r'\{type=~?"([^"]+)"\}', expression):
                named |= set(types.split("|"))
    assert "Diserahkan" in named
    assert named <= EVENTS.keys()


def promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - fixed words
        ["promtool", *map(str, words)],  # noqa: S607 - Debian's, wherever it lies
        capture_output=True,
        text=True,
        check=False,
    )


def test_prometheus_reads_every_expression_of_every_panel(tmp_path: Path):
    rules = [
        {"record": f"panel:{name.replace('-', '_')}:{place}", "expr": expression}
        for name, panel in PANELS.items()
        for place, expression in enumerate(expressions(panel))
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules)} rules found" in done.stdout + done.stderr


def test_prometheus_reads_the_alerts_and_tells_what_is_late_or_dead(tmp_path: Path):
    alerts = DEPLOY / "monitoring" / "alerts.yml"
    assert promtool("check", "rules", alerts).returncode == 0
    # The clock of these tests begins at 1970: an instant of 0 is "now", and "never" as well.
    (tmp_path / "alerts.yml").write_bytes(alerts.read_bytes())
    (tmp_path / "tests.yml").write_text(RULE_TESTS, encoding="utf-8")
    done = promtool("test", "rules", tmp_path / "tests.yml")
    assert done.returncode == 0, done.stdout + done.stderr


RULE_TESTS = """
rule_files: [alerts.yml]
evaluation_interval: 10m
tests:
  - interval: 10m
    input_series:
      - series: 'jamila_backup_last_good_seconds{instance="ledger"}'
        values: '0x300'
    alert_rule_test:
      - { eval_time: 26h, alertname: CadanganTerlambat, exp_alerts: [] }
      - eval_time: 27h
        alertname: CadanganTerlambat
        exp_alerts:
          - exp_labels: { severity: segera, instance: ledger }
            exp_annotations: { summary: "Cadangan terakhir yang utuh berumur 1d 3h 0m 0s" }
  - interval: 10m
    input_series:
      - series: 'jamila_backup_last_good_seconds{instance="ledger"}'
        values: '0x120 72000x180'
    alert_rule_test:
      - { eval_time: 27h, alertname: CadanganTerlambat, exp_alerts: [] }
  - interval: 10m
    input_series:
      - series: 'jamila_silent_replicas{instance="ledger-1", process="review"}'
        values: '0x3 1x20'
    alert_rule_test:
      - { eval_time: 30m, alertname: ReplikaDiam, exp_alerts: [] }
      - eval_time: 60m
        alertname: ReplikaDiam
        exp_alerts:
          - exp_labels: { severity: segera, process: review }
            exp_annotations:
              summary: "1 replika review diam; kantor jalan terus tanpa cadangannya"
"""
