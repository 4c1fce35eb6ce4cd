"""Alerts ask for metrics that somebody counts, watch every process, and each leads to a page."""

import re
from pathlib import Path

import pytest
import yaml

from jamila_deploy.settings import Ports

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
RUNBOOK = (ROOT / "docs" / "runbook" / "README.md").read_text(encoding="utf-8")
RULES = [
    rule
    for group in yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
WITHOUT_METRICS = {"simulators", "nats", "nats_monitor", "mongo"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alert_asks_for_what_is_counted(rule, counted):
    asked = set(re.findall(r"jamila_[a-z_]+", rule["expr"]))
    assert asked <= counted
    assert asked or rule["expr"].startswith("up{")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alert_says_how_urgent_it_is_and_what_to_do(rule):
    _, after = RUNBOOK.split(f"\n## {rule['alert']}\n")
    section = after.split("\n## ")[0]
    assert rule["labels"]["severity"] in {"darurat", "segera", "biasa"}
    assert rule["annotations"]["summary"]
    assert {"*Artinya:*", "*Lakukan:*"} <= set(re.findall(r"\*\w+:\*", section))


def test_runbook_has_no_page_for_an_alert_that_is_gone():
    pages = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)
    assert pages == [rule["alert"] for rule in RULES]


def test_every_process_with_metrics_is_watched():
    jobs = yaml.safe_load((MONITORING / "prometheus.yml").read_text())["scrape_configs"]
    watched = {
        target for job in jobs for each in job["static_configs"] for target in each["targets"]
    }
    ports = Ports.model_fields.items()
    assert watched == {
        f"127.0.0.1:{field.default}" for name, field in ports if name not in WITHOUT_METRICS
    }
