"""Step 8: the document goes to whoever shows the receipt code, once."""

from uuid import UUID

import pytest

from jamila_contracts import events
from jamila_contracts.commands import HandOver, ReportUncollected
from jamila_testing.builders import SEALED
from printing.domain import HAND_OVER
from printing.receipts import ReceiptSeal

CODE = "PR7K2Q9XW4"


def test_a_second_application_keeps_the_first_receipt(room):
    room.printed()
    room.hear(events.PermohonanDiajukan, receipt_code="ZZZZZZZZZZ")
    assert room.hand_over().problem is None


@pytest.mark.parametrize("code", [CODE, CODE.lower(), "PR7K2-Q9XW4", f" {CODE} "])
def test_the_receipt_code_hands_the_document_over(room, code):
    room.printed()
    reply = room.hand_over(receipt_code=code)
    assert reply.events == ("TugasDiambil", "Diserahkan")
    assert room.facts()[-1].proof == "kode-tanda-terima"
    assert not any(state.is_open for state in room.found().steps.values())


@pytest.mark.parametrize("code", ["", "PR7K2Q9XW5", "PR7K2Q9XW", "é" * 10])
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
