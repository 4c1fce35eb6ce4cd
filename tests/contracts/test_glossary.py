"""Every word the system says to people is explained."""

import re
from pathlib import Path

import pytest

from jamila_contracts.events import EVENTS
from jamila_contracts.sop import load_sop
from jamila_ledger import wording

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
EXPLAINED = set(re.findall(r"`([^`]+)`", "\n".join(ROWS)))


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_in_the_glossary(name):
    assert [row for row in ROWS if row.startswith(f"| `{name}` |")]


def test_the_glossary_puts_each_step_event_at_its_step():
    for row in ROWS:
        name, step = (cell.strip(" `") for cell in row.split("|")[1:3])
        if name in EVENTS and step.isdigit():
            assert int(step) == EVENTS[name].STEP


def test_every_role_of_the_sop_is_in_the_glossary():
    roles = {role for step in load_sop().steps for role in (step.capability, step.escalate_to)}

    assert roles <= EXPLAINED


@pytest.mark.parametrize(
    "codes", ["CAPABILITIES", "REASONS", "CHANNELS", "MEDIA", "HANDOVERS", "PROOFS"]
)
def test_every_code_that_staff_read_in_words_is_in_the_glossary(codes):
    assert set(getattr(wording, codes)) - EXPLAINED == set()
