"""The gateway opens personal data in one module only: the one that records the read first."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GATEWAY = ROOT / "services" / "gateway" / "src" / "gateway"
OPENS = re.compile(r"\b(?:vault\.open|vault\.open_bytes|objects\.get)\b")


def test_only_the_module_that_records_reads_opens_anything():
    opening = {path.name for path in GATEWAY.rglob("*.py") if OPENS.search(path.read_text())}

    assert opening == {"disclosure.py"}
