"""The service at a real IPP printer: what it is told is what lies in the tray."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jamila_contracts.commands import ReportSpoiled, ResolvePrint
from jamila_testing.printers import RealPrinter, ipp_printer
from jamila_testing.servers import free_port
from printing.counter import HAND_OVER
from printing.ipp import IppPrinter
from printing.jobs import OUTCOME_UNKNOWN, PrinterSilentError, PrinterUnreachableError
from printing.sheets import PRINT

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

PDF = b"%PDF signed"
A4 = "iso_a4_210x297mm"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealPrinter]:
    with ipp_printer(tmp_path / "printer") as printer:
        yield printer


@pytest.fixture
def printer(real: RealPrinter) -> IppPrinter:
    """Takes the place of the scripted printer of the other tests."""
    return IppPrinter(real.url, A4)


def eventually(condition: Callable[[], bool], meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        meanwhile()
        time.sleep(0.05)


def until(room, condition: Callable[[], bool]) -> None:
    """Let the service do what is due until something holds."""
    eventually(condition, room.later)


def trouble(room) -> str | None:
    job = room.found().job
    return job.trouble if job else None


def at_the_counter(room) -> bool:
    return room.found().steps[HAND_OVER].is_open


def test_the_signed_bytes_lie_in_the_tray_once(room, real):
    room.ready()
    room.print_it()
    until(room, lambda: at_the_counter(room))
    assert real.tray == [PDF]


def test_paper_out_is_seen_and_the_print_goes_on_by_itself(room, real):
    real.will("out-of-paper")
    room.ready()
    room.print_it()
    until(room, lambda: trouble(room) == "kertas-habis")
    assert real.tray == []
    real.will("prints")
    until(room, lambda: at_the_counter(room))
    assert real.tray == [PDF]


def test_an_aborted_job_is_a_failed_print_that_may_be_repeated(room, real):
    real.will("aborts")
    room.ready()
    room.print_it()
    until(room, lambda: room.found().job is None)
    assert room.facts()[-1].reason_code == "pencetak-gagal"
    real.will("prints")
    room.print_it()
    until(room, lambda: at_the_counter(room))
    assert real.tray == [PDF]


def test_a_job_that_is_called_off_never_reaches_the_tray(room, real, printer):
    real.will("holds")
    room.ready()
    job = room.print_it().result["job_id"]
    room.run_effects()
    reference = printer.find(f"{job}-1")
    assert room.do(ReportSpoiled, reason_code="hasil-rusak", spoiled_sheets=0).problem is None
    room.later()
    real.will("prints")
    until(room, lambda: printer.report(reference).state == "dibatalkan")
    assert room.found().steps[PRINT].is_open


def test_a_job_cancelled_at_the_printer_is_a_failed_print(room, real, printer):
    real.will("holds")
    room.ready()
    job = room.print_it().result["job_id"]
    room.run_effects()
    printer.cancel(printer.find(f"{job}-1"))
    real.will("prints")
    until(room, lambda: room.found().job is None)
    assert room.facts()[-1].reason_code == "dibatalkan-di-pencetak"


def test_an_answer_that_got_lost_prints_no_second_sheet(room, real, monkeypatch):
    send = IppPrinter.send

    def cut_off(self: IppPrinter, name: str, document: bytes) -> str:
        send(self, name, document)
        raise PrinterSilentError("cut off")

    monkeypatch.setattr(IppPrinter, "send", cut_off)
    room.ready()
    room.print_it()
    until(room, lambda: at_the_counter(room))
    assert real.tray == [PDF]


def test_a_printer_that_lost_its_memory_needs_eyes(room, tmp_path, monkeypatch):
    port, send = free_port(), IppPrinter.send

    def cut_off(self: IppPrinter, name: str, document: bytes) -> str:
        send(self, name, document)
        raise PrinterSilentError("cut off")

    monkeypatch.setattr(IppPrinter, "send", cut_off)
    printer = IppPrinter(f"ipp://localhost:{port}/ipp/print", A4)
    room.printers["hvs-a4"] = printer
    room.ready()
    with ipp_printer(tmp_path / "other", port=port) as real:
        job = room.print_it().result["job_id"]
        room.run_effects()
        # The printer alone: the service must not look at it again before it has lost its memory.
        eventually(lambda: real.tray == [PDF], lambda: None)
    until(room, lambda: trouble(room) == "pencetak-tidak-terjangkau")
    with ipp_printer(tmp_path / "other", port=port) as real:
        assert printer.find(f"{job}-1") is None
        until(room, lambda: trouble(room) == OUTCOME_UNKNOWN)
        room.do(ResolvePrint, outcome="tercetak")
        until(room, lambda: at_the_counter(room))
        assert real.tray == [PDF]


def test_a_printer_that_is_off_has_been_handed_nothing():
    printer = IppPrinter(f"ipp://localhost:{free_port()}/ipp/print", A4, timeout_seconds=2)
    with pytest.raises(PrinterUnreachableError):
        printer.send("sheet", PDF)
    with pytest.raises(PrinterUnreachableError):
        printer.find("sheet")


def test_what_the_printer_never_heard_of_is_not_there(printer):
    assert printer.find("sheet") is None
    assert printer.report("999") is None
    printer.cancel("999")
