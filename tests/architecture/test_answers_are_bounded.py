"""Whoever is asked outside is asked by a client that bounds the answer."""

import re

ASKS = re.compile(
    r"\b(httpx\.(Async)?Client|httpx\.(get|post|request|stream)|aiohttp\.ClientSession|urlopen)\("
)
TRYING = {"jamila_testing", "jamila_faults", "jamila_simulators"}
KNOWN = {
    "printing/ipp.py",  # pyipp speaks aiohttp; the class of its answers is bounded
    "gateway/client.py",  # asks the office's own gateway
    "jamila_deploy/office.py",  # asks the simulators of a demonstration
}


def test_only_bounded_clients_ask_somebody_outside(python_files):
    asking = {
        "/".join(path.parts[-2:])
        for path, text in python_files.items()
        if "src" in path.parts and not TRYING & set(path.parts) and ASKS.search(text)
    }

    assert asking == KNOWN
