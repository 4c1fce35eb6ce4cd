"""Step 8: the document goes to whoever shows the receipt code, once."""

from datetime import timedelta
from uuid import UUID

import pytest

from jamila_contracts import events
from jamila_contracts.commands import (
    HandOver,
    PauseTask,
    RenewCollectionCode,
    ReportUncollected,
    RequestReprint,
    ResumeTask,
)
from jamila_contracts.values import ReturnReason
from jamila_testing.builders import SEALED
from printing.counter import HAND_OVER
from printing.receipts import ReceiptSeal
from printing.sheets import PRINT

CODE = "PR7K2Q9XW4"


def test_a_second_application_keeps_the_first_receipt(room):
    room.printed()
    room.hear(events.PermohonanDiajukan, receipt_code="ZZZZZZZZZZ")
    assert room.hand_over().problem is None


@pytest.mark.parametrize("code", [CODE, CODE.lower(), "PR7K2-Q9XW4", f" {CODE} "])
def test_the_receipt_code_hands_the_document_over(room, code):
    room.printed()
    reply = room.hand_over(receipt_code=code)
    assert reply.events == ("JedaSelesai", "TugasDiambil", "Diserahkan")
    assert room.facts()[-1].proof == "kode-tanda-terima"
    assert not any(state.is_open for state in room.found().steps.values())


@pytest.mark.parametrize("code", ["PR7K2Q9XW5", "PR7K2Q9XW", "é" * 10])
def test_a_wrong_receipt_code_hands_nothing_over(room, code):
    room.printed()
    assert room.hand_over(receipt_code=code).problem.slug == "receipt-code-wrong"
    assert room.found().steps[HAND_OVER].is_open


def test_a_receipt_that_has_not_arrived_is_a_reason_to_wait(room):
    room.signed()
    room.print_it("unduh")
    assert room.hand_over().problem.slug == "receipt-code-not-known-yet"


def test_the_receipt_of_another_case_is_wrong():
    seal = ReceiptSeal(bytes(32))
    assert seal.of(UUID(int=1), CODE) != seal.of(UUID(int=2), CODE)


def test_an_authorised_collector_must_be_named(room):
    room.printed()
    assert room.hand_over(method="dikuasakan").problem.slug == "collector-missing"
    reply = room.hand_over(method="dikuasakan", collector=SEALED)
    assert reply.problem is None
    assert room.facts()[-1].proof == "identitas-pengambil"


def test_a_hand_over_before_the_print_is_refused(room):
    room.ready()
    assert room.hand_over().problem.slug == "step-not-open"


def test_a_hand_over_asked_twice_is_recorded_once(room, printing):
    room.printed()
    command = room.ask(HandOver, method="diambil", receipt_code=CODE)
    assert printing.execute(command) == printing.execute(command)


def test_an_uncollected_document_is_counted_and_stays_at_the_counter(room):
    room.printed()
    for reminders in (1, 2):
        reply = room.do(ReportUncollected)
        assert reply.events == ("TidakDiambil",)
        assert room.facts()[-1].reminders == reminders
    assert room.found().steps[HAND_OVER].is_open


def test_an_uncollected_document_out_of_turn_is_refused(room):
    room.ready()
    reply = room.do(ReportUncollected)
    assert reply.problem.slug == "step-not-open"


def test_an_uncollected_document_reported_twice_by_one_command_counts_once(room, printing):
    room.printed()
    command = room.ask(ReportUncollected)
    printing.execute(command)
    printing.execute(command)
    assert room.found().reminders == 1


def collectable(room) -> None:
    """A printed document that waits at the counter, with the code KODE0001."""
    room.ready()
    room.print_it()
    room.run_effects()


def test_what_was_printed_is_collected_with_its_own_code(room):
    collectable(room)
    assert room.hand_over().problem.slug == "receipt-code-wrong"
    assert room.hand_over(receipt_code="kode-0001").problem is None
    assert room.facts()[-1].proof == "kode-pengambilan"


def test_the_collection_code_is_for_the_applicant_alone(room, vault, story):
    collectable(room)
    [printed] = [each for each in room.facts() if type(each).__name__ == "Dicetak"]
    assert "KODE0001" not in str(vars(printed))
    assert vault.open(story.case_id, printed.collection_code) == "KODE0001"


def test_a_download_has_no_collection_code(room):
    room.printed()
    [printed] = [each for each in room.facts() if type(each).__name__ == "Dicetak"]
    assert printed.collection_code is None


def test_a_new_code_makes_the_old_one_worthless(room):
    collectable(room)
    assert room.do(RenewCollectionCode).events == ("KodePengambilanDiganti",)
    assert room.hand_over(receipt_code="KODE0001").problem.slug == "receipt-code-wrong"
    assert room.hand_over(receipt_code="KODE0002").problem is None


def test_a_code_can_be_renewed_only_while_something_waits(room):
    room.ready()
    assert room.do(RenewCollectionCode).problem.slug == "step-not-open"


def test_a_new_code_asked_twice_is_made_once(room, printing):
    collectable(room)
    command = room.ask(RenewCollectionCode)
    assert printing.execute(command) == printing.execute(command)
    assert room.hand_over(receipt_code="KODE0002").problem is None


def test_without_a_code_the_identity_is_checked_and_written_down(room):
    collectable(room)
    assert room.hand_over(receipt_code="").problem.slug == "collector-missing"
    assert room.hand_over(receipt_code="", collector=SEALED).problem is None
    assert room.facts()[-1].proof == "identitas-pengambil"


def test_a_document_found_bad_at_the_counter_goes_back_to_the_printer(room, printer):
    collectable(room)
    reply = room.do(RequestReprint, reasons=(ReturnReason(code="hasil-rusak"),), spoiled_sheets=1)
    assert reply.events == ("JedaSelesai", "TugasDiambil", "CetakUlangDiminta")
    assert room.found().steps[PRINT].attempt == 2
    assert room.hand_over(receipt_code="KODE0001").problem.slug == "step-not-open"
    room.print_it()
    room.run_effects()
    assert printer.calls == 2
    assert room.hand_over(receipt_code="KODE0001").problem.slug == "receipt-code-wrong"
    assert room.hand_over(receipt_code="KODE0002").problem is None


def test_a_reprint_out_of_turn_is_refused(room):
    room.ready()
    reply = room.do(RequestReprint, reasons=(ReturnReason(code="hasil-rusak"),))
    assert reply.problem.slug == "step-not-open"


def test_an_applicant_who_does_not_come_is_reminded_three_times(room):
    collectable(room)
    for days in range(1, 8):
        room.later(timedelta(days=days))
    assert room.found().reminders == 3


def test_nobody_is_reminded_of_what_was_handed_over(room):
    collectable(room)
    room.hand_over(receipt_code="KODE0001")
    room.later(timedelta(days=4))
    assert room.found().reminders == 0
    assert room.run_effects() == 0


def test_nobody_is_reminded_of_what_is_printed_again(room):
    collectable(room)
    room.do(RequestReprint, reasons=(ReturnReason(code="hasil-rusak"),))
    room.later(timedelta(days=4))
    assert room.found().reminders == 0


def test_the_clock_stands_still_until_the_applicant_comes(room):
    collectable(room)
    assert room.found().steps[HAND_OVER].paused_for == "belum-diambil"
    paused = room.facts()[-1]
    assert (type(paused).__name__, paused.cause.actor.account) == ("JedaDimulai", "system:printing")


def test_a_wrong_code_leaves_the_clock_as_it_was(room):
    collectable(room)
    room.hand_over(receipt_code="SALAHKODE9")
    assert room.found().steps[HAND_OVER].paused_for == "belum-diambil"


def test_a_reminder_does_not_start_the_clock(room):
    collectable(room)
    room.do(ReportUncollected)
    assert room.found().steps[HAND_OVER].paused_for == "belum-diambil"


def test_a_pause_for_another_reason_stops_the_counter(room):
    collectable(room)
    room.do(ResumeTask, step=8)
    room.do(PauseTask, step=8, reason_code="menunggu-instansi")
    assert room.hand_over(receipt_code="KODE0001").problem.slug == "step-paused"
