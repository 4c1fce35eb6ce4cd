"""A job on its way through real trouble: nothing is printed twice, and nothing waits in silence."""

import pytest

from jamila_contracts.commands import ReportSpoiled, ResolvePrint
from printing.counter import HAND_OVER
from printing.jobs import (
    OUTCOME_UNKNOWN,
    JobReport,
    PrinterRefusedError,
    PrinterSilentError,
    PrinterUnreachableError,
)
from printing.sheets import PRINT, CetakTertahan


def troubles(room) -> list[str]:
    return [each.reason_code for each in room.facts() if isinstance(each, CetakTertahan)]


def unknown(room, printer) -> None:
    """A print whose answer got lost, at a printer that does not remember it."""
    room.ready()
    room.print_it()
    printer.fault_after = PrinterSilentError("cut off")
    room.run_effects()
    printer.fault_after = None
    printer.forgetful = True
    room.later()


def test_a_printer_out_of_paper_is_told_once_and_watched_until_it_prints(room, printer):
    room.ready()
    room.print_it()
    printer.state = JobReport("berjalan", ("kertas-habis",))
    room.run_effects()
    room.later()
    assert troubles(room) == ["kertas-habis"]
    assert room.found().situation()["trouble"] == "kertas-habis"
    printer.state = JobReport("selesai")
    room.later()
    assert room.found().steps[HAND_OVER].is_open
    assert printer.calls == 1


def test_a_new_trouble_is_told_too(room, printer):
    room.ready()
    room.print_it()
    for reason in ("kertas-habis", "kertas-macet", "kertas-macet"):
        printer.state = JobReport("berjalan", (reason,))
        room.later()
    assert troubles(room) == ["kertas-habis", "kertas-macet"]


def test_a_printer_that_works_is_asked_again_after_a_second(room, printing, printer, clock):
    room.ready()
    room.print_it()
    printer.state = JobReport("berjalan")
    room.run_effects()
    [effect] = printing.store.waiting_effects(("print",))
    assert (effect.due_at - clock.now()).total_seconds() == 1
    assert troubles(room) == []


@pytest.mark.parametrize(
    ("state", "reason"),
    [("dibatalkan", "dibatalkan-di-pencetak"), ("gagal", "pencetak-gagal")],
)
def test_a_job_that_ended_badly_is_a_failed_print(room, printer, state, reason):
    room.ready()
    room.print_it()
    printer.state = JobReport(state)
    room.run_effects()
    assert room.facts()[-1].reason_code == reason
    assert room.found().steps[PRINT].is_open
    assert room.run_effects() == 0


def test_a_document_the_printer_refuses_is_a_failed_print(room, printer):
    room.ready()
    room.print_it()
    printer.fault = PrinterRefusedError("no PDF")
    room.run_effects()
    assert room.facts()[-1].reason_code == "printer-refused"
    assert room.run_effects() == 0


def test_a_lost_answer_is_looked_for_at_the_printer(room, printer):
    room.ready()
    room.print_it()
    printer.fault_after = PrinterSilentError("cut off")
    room.run_effects()
    printer.fault_after = None
    room.later()
    assert printer.calls == 1
    assert room.found().steps[HAND_OVER].is_open


def test_a_printer_that_is_away_is_waited_for_before_anything_is_assumed(room, printer):
    room.ready()
    room.print_it()
    printer.fault_after = PrinterSilentError("cut off")
    room.run_effects()
    printer.silent = PrinterUnreachableError("unplugged")
    room.later()
    assert troubles(room) == ["pencetak-tidak-terjangkau"]
    printer.silent = None
    room.later()
    assert room.found().steps[HAND_OVER].is_open
    assert printer.calls == 1


def test_an_outcome_that_nobody_knows_is_never_printed_again_by_itself(room, printer):
    unknown(room, printer)
    assert troubles(room) == [OUTCOME_UNKNOWN]
    for _ in range(3):
        room.later()
    assert printer.calls == 1
    assert room.found().steps[PRINT].is_open
    assert room.print_it().problem.slug == "print-pending"


def test_a_job_the_printer_forgot_needs_eyes(room, printer):
    room.ready()
    room.print_it()
    printer.state = None
    room.run_effects()
    assert troubles(room) == [OUTCOME_UNKNOWN]


def test_an_officer_who_found_the_sheet_finishes_the_print(room, printer):
    unknown(room, printer)
    assert room.do(ResolvePrint, outcome="tercetak").problem is None
    room.run_effects()
    assert printer.calls == 1
    assert room.found().steps[HAND_OVER].is_open


def test_an_officer_who_found_nothing_lets_it_be_printed_once_more(room, printer):
    unknown(room, printer)
    printer.printed.clear()
    assert room.do(ResolvePrint, outcome="tidak-tercetak").problem is None
    room.run_effects()
    assert printer.calls == 2
    assert room.found().steps[HAND_OVER].is_open


def test_a_decision_about_a_known_outcome_is_refused(room, printer):
    room.ready()
    assert room.do(ResolvePrint, outcome="tercetak").problem.slug == "print-outcome-known"
    room.print_it()
    printer.state = JobReport("berjalan", ("kertas-habis",))
    room.run_effects()
    assert room.do(ResolvePrint, outcome="tercetak").problem.slug == "print-outcome-known"


def test_a_decision_asked_twice_is_taken_once(room, printing, printer):
    unknown(room, printer)
    printer.printed.clear()
    command = room.ask(ResolvePrint, outcome="tidak-tercetak")
    assert printing.execute(command) == printing.execute(command)
    room.run_effects()
    assert printer.calls == 2


def test_a_job_called_off_is_dropped_at_the_printer(room, printer):
    room.ready()
    reply = room.print_it()
    printer.state = JobReport("berjalan", ("kertas-habis",))
    room.run_effects()
    assert room.do(ReportSpoiled, reason_code="hasil-rusak").problem is None
    room.later()
    assert printer.cancelled == [f"job/{reply.result['job_id']}-1"]
    assert room.run_effects() == 0


def test_documents_of_two_media_go_to_two_printers(room, printer, cards):
    room.stocked()
    room.ready("akta-kelahiran", "kia")
    reply = room.print_it("hvs-a4")
    job = reply.result["job_id"]
    room.run_effects()
    assert list(printer.printed) == [f"{job}-1"]
    assert list(cards.printed) == [f"{job}-2"]
    assert len(room.found().to_collect) == 2


def test_the_second_sheet_goes_on_where_the_first_ended(room, printer, cards):
    room.stocked()
    room.ready("akta-kelahiran", "kia")
    room.print_it("hvs-a4")
    cards.fault = PrinterUnreachableError("unplugged")
    room.run_effects()
    cards.fault = None
    room.later()
    assert (printer.calls, cards.calls) == (1, 2)
    assert room.found().steps[HAND_OVER].is_open


def test_a_download_beside_a_card_prints_the_card_only(room, printer, cards):
    room.stocked()
    room.ready("akta-kelahiran", "kia")
    assert room.print_it("unduh").result["state"] == "queued"
    room.run_effects()
    assert (printer.calls, cards.calls) == (0, 1)
    [dicetak] = [each for each in room.facts() if type(each).__name__ == "Dicetak"]
    assert (len(dicetak.signed_sha256), len(dicetak.to_collect)) == (2, 1)


@pytest.mark.parametrize(
    ("kinds", "medium"),
    [(("ktp-el",), "hvs-a4"), (("ktp-el",), "unduh"), (("kia", "akta-kelahiran"), "kartu")],
)
def test_a_medium_that_does_not_fit_is_refused(room, kinds, medium):
    room.stocked()
    room.ready(*kinds)
    assert room.print_it(medium).problem.slug == "medium-unfit"


def test_a_printer_that_is_off_all_night_does_not_fill_the_log(room, printer):
    room.ready()
    room.print_it()
    printer.fault = printer.silent = PrinterUnreachableError("unplugged")
    room.run_effects()
    recorded = len(room.facts())
    for _ in range(20):
        room.later()
    assert len(room.facts()) == recorded
    printer.fault = printer.silent = None
    room.later()
    assert room.found().steps[HAND_OVER].is_open


def test_a_locked_document_of_siak_is_printed_without_its_lock(room, objects, story, printer):
    readable = objects.put(story.case_id, b"%PDF readable")
    room.submitted()
    room.signed(print_sha256=readable)
    room.print_it()
    room.run_effects()
    assert list(printer.printed.values()) == [b"%PDF readable"]
    assert room.found().to_collect == (room.found().documents[0].signed_sha256,)
