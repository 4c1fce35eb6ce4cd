"""Step 7: what is signed gets printed once, or is said to have failed."""

from uuid import uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import PrintDocument, ReportSpoiled, ReportUncollected
from jamila_contracts.envelope import Actor
from jamila_runtime.aggregate import CaseAggregate
from printing.blangko import BlangkoStock
from printing.counter import HAND_OVER
from printing.domain import PrintingCase
from printing.jobs import PrinterRefusedError, PrinterUnreachableError
from printing.outbox import PUBLICATIONS
from printing.sheets import PRINT

PDF = b"%PDF signed"
COUNTER = Actor(account="operator-layanan-1", capability="operator-layanan")


def names(room) -> list[str]:
    return [type(each).__name__ for each in room.facts()]


def test_a_submitted_application_opens_nothing_yet(room):
    room.submitted()
    assert not room.found().steps[PRINT].is_open


def test_the_receipt_code_is_not_kept(room):
    room.submitted()
    assert "PR7K2Q9XW4" not in str([vars(each) for each in room.facts()])


def test_a_signature_opens_the_print(room):
    room.ready()
    assert room.found().steps[PRINT].is_open


def test_a_signature_that_overtakes_the_application_opens_the_print(room):
    room.signed()
    assert room.found().steps[PRINT].is_open
    room.submitted()
    room.print_it("unduh")
    assert room.hand_over().problem is None


@pytest.mark.parametrize("event", [events.PermohonanDiajukan, events.Ditandatangani])
def test_an_event_delivered_twice_is_recorded_once(room, printing, story, event):
    record = story.tell(event)
    printing.consume([record])
    printing.consume([record])
    assert room.found().version == 2


def test_a_second_signature_changes_nothing(room):
    room.ready()
    room.signed(content=b"another")
    assert room.found().steps[PRINT].attempt == 1


def test_a_print_is_queued_first_and_printed_by_the_effect(room, printer):
    room.ready()
    reply = room.print_it()
    assert reply.events == ("TugasDiambil", "CetakDiminta")
    assert reply.result["state"] == "queued"
    assert printer.calls == 0
    room.run_effects()
    assert printer.printed == {f"{reply.result['job_id']}-1": PDF}
    assert room.found().steps[HAND_OVER].is_open
    assert not room.found().steps[PRINT].is_open


def test_a_print_is_the_deed_of_whoever_asked_for_it(room):
    room.ready()
    room.print_it()
    room.run_effects()
    [done] = [each for each in room.facts() if isinstance(each, PrintingCase.Dicetak)]
    assert done.cause.actor.account == "operator-cetak-1"


def test_a_finished_print_leaves_no_wish_behind(room, printer):
    room.ready()
    room.print_it()
    assert room.run_effects() == 1
    assert room.run_effects() == 0
    assert printer.calls == 1


def test_a_crash_before_the_answer_prints_no_second_sheet(room, printing, printer):
    room.ready()
    room.print_it()
    [effect] = printing.store.due_effects(printing.clock.now(), 10)
    printer.fault_after = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        printing.effects[effect.kind](effect)
    printer.fault_after = None
    # The printer is asked for the sheet by its name, and has it.
    room.run_effects()
    assert len(printer.printed) == 1
    assert room.found().steps[HAND_OVER].attempt == 1


def test_an_effect_performed_twice_is_recorded_once(room, printing, printer):
    room.ready()
    room.print_it()
    [effect] = printing.store.due_effects(printing.clock.now(), 10)
    printing.effects[effect.kind](effect)
    printing.effects[effect.kind](effect)
    assert printer.calls == 1
    assert room.found().steps[HAND_OVER].attempt == 1


def test_a_printer_that_is_not_there_is_asked_again(room, printer):
    room.ready()
    room.print_it()
    printer.fault = PrinterUnreachableError("unplugged")
    room.run_effects()
    assert room.found().job.trouble == "pencetak-tidak-terjangkau"
    room.later()
    printer.fault = None
    room.later()
    assert room.found().steps[HAND_OVER].is_open
    # Said once, however often it was tried.
    assert names(room).count("CetakTertahan") == 1


def test_a_document_that_is_gone_is_a_failed_print(room, printer):
    room.submitted()
    room.signed(content=b"never stored")
    room.print_it()
    room.run_effects()
    failure = room.facts()[-1]
    assert isinstance(failure, PrintingCase.CetakGagal)
    assert failure.reason_code == "object-not-found"
    assert room.found().steps[PRINT].is_open
    assert room.run_effects() == 0
    assert printer.calls == 0


def test_a_forgotten_case_is_a_failed_print(room, story, vault):
    room.ready()
    room.print_it()
    vault.forget(story.case_id)
    room.run_effects()
    assert room.facts()[-1].reason_code == "personal-data-forgotten"


def test_a_second_print_waits_for_the_first(room):
    room.ready()
    room.print_it()
    assert room.print_it().problem.slug == "print-pending"
    assert room.print_it("unduh").problem.slug == "print-pending"


def test_a_print_asked_twice_is_queued_once(room, printing):
    room.ready()
    command = room.ask(PrintDocument, medium="hvs-a4")
    assert printing.execute(command) == printing.execute(command)
    assert room.run_effects() == 1


def test_a_print_before_the_signature_is_refused(room):
    room.submitted()
    assert room.print_it().problem.slug == "step-not-open"


def test_only_the_printing_operator_may_print(room):
    room.ready()
    assert room.print_it(actor=COUNTER).problem.slug == "capability-missing"


def test_a_download_is_ready_at_once(room):
    room.ready()
    reply = room.print_it("unduh")
    assert reply.events == ("TugasDiambil", "CetakDiminta", "Dicetak", "JedaDimulai")
    assert reply.result["state"] == "downloadable"
    assert room.found().steps[HAND_OVER].is_open
    assert room.run_effects() == 0


def test_a_spoiled_print_is_recorded_and_can_be_repeated(room, printing, printer):
    room.ready()
    room.print_it()
    spoiled = room.ask(ReportSpoiled, reason_code="kertas-macet")
    assert printing.execute(spoiled).events == ("CetakGagal",)
    again = room.print_it()
    assert room.run_effects() == 2
    assert list(printer.printed) == [f"{again.result['job_id']}-1"]


@pytest.mark.parametrize("fault", [None, PrinterRefusedError("cannot be printed")])
def test_a_job_called_off_while_it_prints_changes_nothing_more(room, printing, printer, fault):
    room.ready()
    room.print_it()
    spoiled = room.ask(ReportSpoiled, reason_code="kertas-macet")
    printer.meanwhile = lambda: printing.execute(spoiled)
    printer.fault = fault
    room.run_effects()
    assert room.found().steps[PRINT].is_open
    assert room.facts()[-1].reason_code == "kertas-macet"
    assert room.run_effects() == 0


def test_a_spoiled_print_out_of_turn_is_refused(room, printing):
    room.printed()
    spoiled = room.ask(ReportSpoiled, reason_code="kertas-macet")
    assert printing.execute(spoiled).problem.slug == "step-not-open"


def test_a_spoiled_print_reported_twice_is_recorded_once(room, printing):
    room.ready()
    spoiled = room.ask(ReportSpoiled, reason_code="kertas-macet")
    assert printing.execute(spoiled) == printing.execute(spoiled)


def test_a_cancelled_case_prints_nothing_any_more(room, printing, story, printer):
    room.ready()
    room.print_it()
    cancelled = story.tell(events.PermohonanDibatalkan)
    printing.consume([cancelled, cancelled, story.tell(events.PermohonanDibatalkan)])
    room.run_effects()
    assert printer.calls == 0
    assert room.run_effects() == 0
    assert not any(state.is_open for state in room.found().steps.values())


def test_a_signature_after_the_cancellation_changes_nothing(room):
    room.submitted()
    room.hear(events.PermohonanDibatalkan)
    room.signed()
    assert not room.found().steps[PRINT].is_open


def test_a_cancelled_case_never_seen_is_quiet(printing, story):
    assert printing.consume([story.tell(events.PermohonanDibatalkan)]).parked == []


def test_every_fact_is_published_or_internal():
    own = {
        each
        for aggregate in (PrintingCase, BlangkoStock)
        for each in vars(aggregate).values()
        if isinstance(each, type) and issubclass(each, CaseAggregate.Event)
    } - {PrintingCase.Event, BlangkoStock.Event}
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_published_facts_fit_their_contracts(room, story):
    room.ready()
    room.do(ReportSpoiled, reason_code="kertas-macet")
    room.print_it()
    room.run_effects()
    room.do(ReportUncollected)
    room.hand_over(receipt_code="KODE0001")
    told = set()
    for fact in room.facts():
        contract = PUBLICATIONS.contract_of(fact)
        if contract is not None:
            envelope = {
                "event_id": uuid4(),
                "occurred_at": fact.cause.occurred_at,
                "case_id": story.case_id,
            }
            told.add(type(contract.model_validate({**vars(fact), **envelope})))
    assert told >= {
        events.Dicetak,
        events.CetakGagal,
        events.Diserahkan,
        events.TidakDiambil,
    }


def test_what_was_printed_of_a_forgotten_case_is_thrown_away(room, printing, story, printer):
    room.ready()
    room.print_it()
    room.run_effects()
    assert len(printer.printed) == 1
    forgotten = story.tell(events.DataPribadiDihapus)
    printing.consume([forgotten, forgotten])
    room.run_effects()
    assert printer.printed == {}
