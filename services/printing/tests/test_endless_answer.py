"""A printer may answer without end: nobody knows what it did, and nothing hangs or fills up."""

import pytest

from printing.ipp import IppPrinter
from printing.jobs import PrinterSilentError

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

BUFFERS = 48 * 1_048_576


@pytest.mark.parametrize("question", ["send", "find"])
def test_printer_without_end_is_silent(endless, question):
    seconds = 20 if endless.answering == "floods" else 1
    printer = IppPrinter(f"ipp://{endless.authority}/ipp", "iso_a4_210x297mm", seconds)
    ask = {
        "send": lambda: printer.send("jamila-1", b"%PDF"),
        "find": lambda: printer.find("jamila-1"),
    }[question]

    with pytest.raises(PrinterSilentError):
        ask()

    assert endless.asked == 1
    assert endless.poured < BUFFERS
