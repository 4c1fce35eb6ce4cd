from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import (
    Command,
    CommandReply,
    HandOver,
    PrintDocument,
    ReportSpoiled,
    ReportUncollected,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.events import SignedDocument
from jamila_runtime.aggregate import CaseAggregate
from jamila_runtime.effects import EffectRunner
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_testing.builders import SEALED, Story
from printing.application import PrintingApplication
from printing.domain import HAND_OVER, PRINT, PrintingCase
from printing.handlers import register
from printing.outbox import PUBLICATIONS
from printing.receipts import ReceiptSeal

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
PRINTER = Actor(account="cetak-1", capability="operator-cetak")
COUNTER = Actor(account="operator-1", capability="operator-layanan")
CODE = "PR7K2Q9XW4"
PDF = b"%PDF signed"


class FixedClock:
    def now(self) -> datetime:
        return NINE


@dataclass
class ScriptedPrinter:
    """Keeps what it printed; like a real one it prints a job once, or fails as the test says."""

    fault: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    """Happens while the printer prints."""
    calls: int = 0
    printed: dict[UUID, list[bytes]] = field(default_factory=dict)

    def print(self, job_id: UUID, documents: Sequence[bytes]) -> None:
        self.calls += 1
        self.meanwhile()
        if self.fault is not None:
            raise self.fault
        self.printed.setdefault(job_id, list(documents))


@pytest.fixture
def story() -> Story:
    return Story("kelahiran-aisyah")


@pytest.fixture
def vault(tmp_path, story) -> CaseVault:
    vault = CaseVault(f"sqlite:///{tmp_path / 'vault.db'}", bytes(range(32)))
    vault.create(story.case_id)
    return vault


@pytest.fixture
def objects(tmp_path, vault, story) -> ObjectVault:
    objects = ObjectVault((tmp_path / "objects").as_uri(), vault)
    objects.put(story.case_id, PDF)
    return objects


@pytest.fixture
def printer() -> ScriptedPrinter:
    return ScriptedPrinter()


@pytest.fixture
def printing(printer, objects) -> PrintingApplication:
    application = PrintingApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        printer=printer,
        objects=objects,
        receipts=ReceiptSeal(bytes(range(32))),
        clock=FixedClock(),
    )
    register(application)
    return application


def ask(command: type[Command], case_id: UUID, actor: Actor, **facts: Any) -> Command:
    given = {"command_id": uuid4(), "case_id": case_id, "actor": actor, "asked_at": NINE}
    return command.model_validate({**given, **facts})


def submitted(printing, story) -> None:
    printing.consume([story.tell(events.PermohonanDiajukan, receipt_code=CODE)])


def signed(printing, story, *, content: bytes = PDF) -> None:
    document = SignedDocument(
        kind="akta-kelahiran",
        code="K7M2Q9XW4T8B",
        document_sha256=sha256(b"document").hexdigest(),
        signed_sha256=sha256(content).hexdigest(),
        level="B-LTA",
        signer_name="KEPALA DINAS CONTOH",
        certificate_sha256="cd" * 32,
    )
    printing.consume([story.tell(events.Ditandatangani, documents=(document,))])


def ready(printing, story) -> None:
    submitted(printing, story)
    signed(printing, story)


def print_it(printing, story, medium: str = "hvs-a4", actor: Actor = PRINTER) -> CommandReply:
    return printing.execute(ask(PrintDocument, story.case_id, actor, medium=medium))


def printed(printing, story) -> None:
    ready(printing, story)
    print_it(printing, story, "unduh")


def hand_over(printing, story, **changes: Any) -> CommandReply:
    facts = {"method": "diambil", "receipt_code": CODE} | changes
    return printing.execute(ask(HandOver, story.case_id, COUNTER, **facts))


def run_effects(printing) -> int:
    return EffectRunner(printing.store, printing.effects, printing.clock).perform_due()


def found(printing, story) -> PrintingCase:
    case = printing.find(story.case_id)
    assert case is not None
    return case


def facts_of(printing) -> list[Any]:
    rows = printing.recorder.select_notifications(None, 100)
    return [printing.mapper.to_domain_event(row) for row in rows]


def test_a_submitted_application_opens_nothing_yet(printing, story):
    submitted(printing, story)
    assert not found(printing, story).steps[PRINT].is_open


def test_the_receipt_code_is_not_kept(printing, story):
    submitted(printing, story)
    assert CODE not in str([vars(each) for each in facts_of(printing)])


def test_a_signature_opens_the_print(printing, story):
    ready(printing, story)
    assert found(printing, story).steps[PRINT].is_open


def test_a_signature_that_overtakes_the_application_opens_the_print(printing, story):
    signed(printing, story)
    assert found(printing, story).steps[PRINT].is_open
    submitted(printing, story)
    print_it(printing, story, "unduh")
    assert hand_over(printing, story).problem is None


@pytest.mark.parametrize("event", [events.PermohonanDiajukan, events.Ditandatangani])
def test_an_event_delivered_twice_is_recorded_once(printing, story, event):
    record = story.tell(event)
    printing.consume([record])
    printing.consume([record])
    assert found(printing, story).version == 2


def test_a_second_application_keeps_the_first_receipt(printing, story):
    printed(printing, story)
    printing.consume([story.tell(events.PermohonanDiajukan, receipt_code="ZZZZZZZZZZ")])
    assert hand_over(printing, story).problem is None


def test_a_second_signature_changes_nothing(printing, story):
    ready(printing, story)
    signed(printing, story, content=b"another")
    assert found(printing, story).steps[PRINT].attempt == 1


def test_a_print_is_queued_first_and_printed_by_the_effect(printing, story, printer):
    ready(printing, story)
    reply = print_it(printing, story)
    assert reply.events == ("TugasDiambil", "CetakDiminta")
    assert reply.result["state"] == "queued"
    assert printer.calls == 0
    run_effects(printing)
    assert printer.printed == {UUID(reply.result["job_id"]): [PDF]}
    assert found(printing, story).steps[HAND_OVER].is_open
    assert not found(printing, story).steps[PRINT].is_open


def test_a_print_is_the_deed_of_whoever_asked_for_it(printing, story):
    ready(printing, story)
    print_it(printing, story)
    run_effects(printing)
    done = facts_of(printing)[-1]
    assert isinstance(done, PrintingCase.Dicetak)
    assert done.cause.actor == PRINTER


def test_a_finished_print_leaves_no_wish_behind(printing, story, printer):
    ready(printing, story)
    print_it(printing, story)
    assert run_effects(printing) == 1
    assert run_effects(printing) == 0
    assert printer.calls == 1


def test_a_crash_after_printing_prints_no_second_sheet(printing, story, printer):
    ready(printing, story)
    print_it(printing, story)
    [effect] = printing.store.due_effects(NINE, 10)
    printer.print(effect.id, [PDF])
    run_effects(printing)
    assert len(printer.printed) == 1
    assert found(printing, story).steps[HAND_OVER].attempt == 1


def test_an_effect_performed_twice_is_recorded_once(printing, story, printer):
    ready(printing, story)
    print_it(printing, story)
    [effect] = printing.store.due_effects(NINE, 10)
    printing.perform_print(effect)
    printing.perform_print(effect)
    assert printer.calls == 1
    assert found(printing, story).steps[HAND_OVER].attempt == 1


def test_a_printer_that_does_not_answer_is_asked_again(printing, story, printer):
    ready(printing, story)
    print_it(printing, story)
    printer.fault = RetryableError("jam")
    run_effects(printing)
    assert found(printing, story).steps[PRINT].is_open
    printer.fault = None
    [effect] = printing.store.due_effects(NINE.replace(hour=2), 10)
    assert effect.attempts == 1
    printing.perform_print(effect)
    assert found(printing, story).steps[HAND_OVER].is_open


def test_a_document_that_is_gone_is_a_failed_print(printing, story, printer):
    submitted(printing, story)
    signed(printing, story, content=b"never stored")
    print_it(printing, story)
    run_effects(printing)
    failure = facts_of(printing)[-1]
    assert isinstance(failure, PrintingCase.CetakGagal)
    assert failure.reason_code == "object-not-found"
    assert found(printing, story).steps[PRINT].is_open
    assert run_effects(printing) == 0
    assert printer.calls == 0


def test_a_forgotten_case_is_a_failed_print(printing, story, vault):
    ready(printing, story)
    print_it(printing, story)
    vault.forget(story.case_id)
    run_effects(printing)
    assert facts_of(printing)[-1].reason_code == "personal-data-forgotten"


def test_a_second_print_waits_for_the_first(printing, story):
    ready(printing, story)
    print_it(printing, story)
    assert print_it(printing, story).problem.slug == "print-pending"
    assert print_it(printing, story, "unduh").problem.slug == "print-pending"


def test_a_print_asked_twice_is_queued_once(printing, story):
    ready(printing, story)
    command = ask(PrintDocument, story.case_id, PRINTER, medium="hvs-a4")
    assert printing.execute(command) == printing.execute(command)
    assert run_effects(printing) == 1


def test_a_print_before_the_signature_is_refused(printing, story):
    submitted(printing, story)
    assert print_it(printing, story).problem.slug == "step-not-open"


def test_only_the_printing_operator_may_print(printing, story):
    ready(printing, story)
    assert print_it(printing, story, actor=COUNTER).problem.slug == "capability-missing"


def test_a_download_is_ready_at_once(printing, story):
    ready(printing, story)
    reply = print_it(printing, story, "unduh")
    assert reply.events == ("TugasDiambil", "Dicetak")
    assert reply.result["state"] == "downloadable"
    assert found(printing, story).steps[HAND_OVER].is_open
    assert run_effects(printing) == 0


def test_a_spoiled_print_is_recorded_and_can_be_repeated(printing, story, printer):
    ready(printing, story)
    print_it(printing, story)
    spoiled = ask(ReportSpoiled, story.case_id, PRINTER, reason_code="kertas-macet")
    assert printing.execute(spoiled).events == ("CetakGagal",)
    again = print_it(printing, story)
    assert run_effects(printing) == 2
    assert list(printer.printed) == [UUID(again.result["job_id"])]


@pytest.mark.parametrize("fault", [None, DomainError("cannot be printed")])
def test_a_job_called_off_while_it_prints_changes_nothing_more(printing, story, printer, fault):
    ready(printing, story)
    print_it(printing, story)
    spoiled = ask(ReportSpoiled, story.case_id, PRINTER, reason_code="kertas-macet")
    printer.meanwhile = lambda: printing.execute(spoiled)
    printer.fault = fault
    run_effects(printing)
    assert found(printing, story).steps[PRINT].is_open
    assert facts_of(printing)[-1].reason_code == "kertas-macet"
    assert run_effects(printing) == 0


def test_a_spoiled_print_out_of_turn_is_refused(printing, story):
    printed(printing, story)
    spoiled = ask(ReportSpoiled, story.case_id, PRINTER, reason_code="kertas-macet")
    assert printing.execute(spoiled).problem.slug == "step-not-open"


def test_a_spoiled_print_reported_twice_is_recorded_once(printing, story):
    ready(printing, story)
    spoiled = ask(ReportSpoiled, story.case_id, PRINTER, reason_code="kertas-macet")
    assert printing.execute(spoiled) == printing.execute(spoiled)


@pytest.mark.parametrize("code", [CODE, CODE.lower(), "PR7K2-Q9XW4", f" {CODE} "])
def test_the_receipt_code_hands_the_document_over(printing, story, code):
    printed(printing, story)
    reply = hand_over(printing, story, receipt_code=code)
    assert reply.events == ("TugasDiambil", "Diserahkan")
    assert facts_of(printing)[-1].proof == "kode-tanda-terima"
    assert not any(state.is_open for state in found(printing, story).steps.values())


@pytest.mark.parametrize("code", ["", "PR7K2Q9XW5", "PR7K2Q9XW", "é" * 10])
def test_a_wrong_receipt_code_hands_nothing_over(printing, story, code):
    printed(printing, story)
    assert hand_over(printing, story, receipt_code=code).problem.slug == "receipt-code-wrong"
    assert found(printing, story).steps[HAND_OVER].is_open


def test_a_receipt_that_has_not_arrived_is_a_reason_to_wait(printing, story):
    signed(printing, story)
    print_it(printing, story, "unduh")
    assert hand_over(printing, story).problem.slug == "receipt-code-not-known-yet"


def test_the_receipt_of_another_case_is_wrong():
    seal = ReceiptSeal(bytes(32))
    assert seal.of(UUID(int=1), CODE) != seal.of(UUID(int=2), CODE)


def test_an_authorised_collector_must_be_named(printing, story):
    printed(printing, story)
    assert hand_over(printing, story, method="dikuasakan").problem.slug == "collector-missing"
    reply = hand_over(printing, story, method="dikuasakan", collector=SEALED)
    assert reply.problem is None
    assert facts_of(printing)[-1].proof == "identitas-pengambil"


def test_a_hand_over_before_the_print_is_refused(printing, story):
    ready(printing, story)
    assert hand_over(printing, story).problem.slug == "step-not-open"


def test_a_hand_over_asked_twice_is_recorded_once(printing, story):
    printed(printing, story)
    command = ask(HandOver, story.case_id, COUNTER, method="diambil", receipt_code=CODE)
    assert printing.execute(command) == printing.execute(command)


def test_an_uncollected_document_is_counted_and_stays_at_the_counter(printing, story):
    printed(printing, story)
    for reminders in (1, 2):
        reply = printing.execute(ask(ReportUncollected, story.case_id, COUNTER))
        assert reply.events == ("TidakDiambil",)
        assert facts_of(printing)[-1].reminders == reminders
    assert found(printing, story).steps[HAND_OVER].is_open


def test_an_uncollected_document_out_of_turn_is_refused(printing, story):
    ready(printing, story)
    reply = printing.execute(ask(ReportUncollected, story.case_id, COUNTER))
    assert reply.problem.slug == "step-not-open"


def test_an_uncollected_document_reported_twice_by_one_command_counts_once(printing, story):
    printed(printing, story)
    command = ask(ReportUncollected, story.case_id, COUNTER)
    printing.execute(command)
    printing.execute(command)
    assert found(printing, story).reminders == 1


def test_a_cancelled_case_prints_nothing_any_more(printing, story, printer):
    ready(printing, story)
    print_it(printing, story)
    cancelled = story.tell(events.PermohonanDibatalkan)
    printing.consume([cancelled, cancelled, story.tell(events.PermohonanDibatalkan)])
    run_effects(printing)
    assert printer.calls == 0
    assert run_effects(printing) == 0
    assert not any(state.is_open for state in found(printing, story).steps.values())


def test_a_signature_after_the_cancellation_changes_nothing(printing, story):
    submitted(printing, story)
    printing.consume([story.tell(events.PermohonanDibatalkan)])
    signed(printing, story)
    assert not found(printing, story).steps[PRINT].is_open


def test_a_cancelled_case_never_seen_is_quiet(printing, story):
    assert printing.consume([story.tell(events.PermohonanDibatalkan)]).parked == []


def test_every_fact_is_published_or_internal():
    own = {
        each
        for each in vars(PrintingCase).values()
        if isinstance(each, type) and issubclass(each, CaseAggregate.Event)
    } - {PrintingCase.Event}
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_published_facts_fit_their_contracts(printing, story):
    ready(printing, story)
    printing.execute(ask(ReportSpoiled, story.case_id, PRINTER, reason_code="kertas-macet"))
    print_it(printing, story)
    run_effects(printing)
    printing.execute(ask(ReportUncollected, story.case_id, COUNTER))
    hand_over(printing, story)
    told = set()
    for fact in facts_of(printing):
        contract = PUBLICATIONS.contract_of(fact)
        if contract is not None:
            envelope = {"event_id": uuid4(), "occurred_at": NINE, "case_id": story.case_id}
            told.add(type(contract.model_validate({**vars(fact), **envelope})))
    assert told >= {
        events.Dicetak,
        events.CetakGagal,
        events.Diserahkan,
        events.TidakDiambil,
    }
