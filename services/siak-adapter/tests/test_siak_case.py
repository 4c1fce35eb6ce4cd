from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.commands import (
    CheckClaims,
    Command,
    CommandReply,
    ConfirmMatch,
    RecordEntry,
    RejectMatch,
    TakeTask,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.values import FieldVerdict, ReturnReason
from jamila_runtime.aggregate import CaseAggregate
from siak_adapter.application import SiakApplication
from siak_adapter.domain import ENTER, MATCH, SiakCase
from siak_adapter.handlers import register
from siak_adapter.lookup import Answer, Outcome, SiakQuotaExhaustedError, SiakUnreachableError
from siak_adapter.outbox import PUBLICATIONS
from siak_adapter.pdf_renderer import PdfRenderer

NINE = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
SIAK = Actor(account="siak-1", capability="operator-siak")
OTHER = Actor(account="siak-2", capability="operator-siak")
KASI = Actor(account="kasi-1", capability="kasi")
REASONS = (ReturnReason(code="data-tidak-cocok", field="nama"),)
AGREES = FieldVerdict(field="nama_lgkp", verdict="sesuai", score=100)
EVIDENCE = "ab" * 32
CHILD = {
    "certificate_number": "6311-LU-06042026-0007",
    "child_nik": "6311994104260001",
    "child_name": "Aisyah Nur Contoh",
    "birth_place": "Paringin",
    "birth_date": "2026-04-01",
    "sex": "P",
    "model": "ayah-ibu",
    "father_name": "Ahmad Contoh",
    "mother_name": "Siti Contoh",
    "nationality": "WNI",
    "registered_place": "Paringin",
    "registered_date": "2026-04-06",
}

FAMILY = {
    "family_card_number": "6311990101200001",
    "address": "Jl. Contoh 1",
    "rt": 1,
    "rw": 2,
    "village": "Paringin Kota",
    "district": "Paringin",
    "regency": "Balangan",
    "province": "Kalimantan Selatan",
    "members": [
        {
            "name": "Ahmad Contoh",
            "nik": "6311990101900001",
            "sex": "L",
            "birth_place": "Paringin",
            "birth_date": "1990-01-01",
            "religion": "ISLAM",
            "education": "SLTA/SEDERAJAT",
            "occupation": "PETANI",
            "marital_status": "KAWIN",
            "relationship": "KEPALA KELUARGA",
            "citizenship": "WNI",
        }
    ],
}


def ask(command: type[Command], case_id: UUID, actor: Actor = SIAK, **facts: Any) -> Command:
    given = {"command_id": uuid4(), "case_id": case_id, "actor": actor, "asked_at": NINE}
    return command.model_validate({**given, **facts})


def found(siak, story) -> SiakCase:
    case = siak.find(story.case_id)
    assert case is not None
    return case


def accepted(siak, story) -> None:
    siak.consume([story.tell(events.BerkasDiterima)])


def matched(siak, story) -> CommandReply:
    accepted(siak, story)
    return siak.execute(ask(ConfirmMatch, story.case_id, verdicts=(AGREES,)))


def entry(vault, story, **changes: Any) -> str:
    return vault.seal(story.case_id, {"documents": {"akta-kelahiran": CHILD | changes}})


def entered(siak, story, vault, **changes: Any) -> CommandReply:
    return siak.execute(
        ask(
            RecordEntry,
            story.case_id,
            siak_registration="SIAK-2026-000123",
            data=entry(vault, story, **changes),
        )
    )


def test_complete_papers_open_the_match(siak, story):
    accepted(siak, story)
    case = found(siak, story)
    assert case.steps[MATCH].is_open
    assert not case.steps[ENTER].is_open


def test_complete_papers_delivered_twice_open_one_match(siak, story):
    record = story.tell(events.BerkasDiterima)
    siak.consume([record])
    siak.consume([record])
    assert found(siak, story).steps[MATCH].attempt == 1


def test_papers_accepted_out_of_turn_change_nothing(siak, story):
    accepted(siak, story)
    accepted(siak, story)
    assert found(siak, story).steps[MATCH].attempt == 1


def test_a_confirmed_match_opens_the_entry(siak, story):
    reply = matched(siak, story)
    case = found(siak, story)
    assert reply.events == ("TugasDiambil", "DataSiakCocok")
    assert not case.steps[MATCH].is_open
    assert case.steps[ENTER].is_open


def test_a_match_before_the_papers_is_refused(siak, story):
    reply = siak.execute(ask(ConfirmMatch, story.case_id))
    assert reply.problem.slug == "case-not-at-this-stage"


def test_a_match_by_the_kasi_is_refused(siak, story):
    accepted(siak, story)
    reply = siak.execute(ask(ConfirmMatch, story.case_id, KASI))
    assert reply.problem.slug == "capability-missing"


def test_a_match_of_a_task_taken_by_another_is_refused(siak, story):
    accepted(siak, story)
    siak.execute(ask(TakeTask, story.case_id, OTHER, step=MATCH))
    reply = siak.execute(ask(ConfirmMatch, story.case_id))
    assert reply.problem.slug == "task-taken"


def test_a_match_asked_twice_is_confirmed_once(siak, story):
    accepted(siak, story)
    command = ask(ConfirmMatch, story.case_id)
    assert siak.execute(command) == siak.execute(command)
    assert found(siak, story).version == 3


def test_a_rejected_match_waits_for_the_front_desk(siak, story):
    accepted(siak, story)
    reply = siak.execute(ask(RejectMatch, story.case_id, reasons=REASONS))
    assert reply.events == ("TugasDiambil", "DataSiakTidakCocok")
    assert not found(siak, story).steps[MATCH].is_open


def test_a_rejection_when_the_match_is_closed_is_refused(siak, story):
    matched(siak, story)
    reply = siak.execute(ask(RejectMatch, story.case_id, reasons=REASONS))
    assert reply.problem.slug == "step-not-open"


def test_a_rejection_asked_twice_is_recorded_once(siak, story):
    accepted(siak, story)
    command = ask(RejectMatch, story.case_id, reasons=REASONS)
    assert siak.execute(command) == siak.execute(command)


def test_papers_cleared_by_the_front_desk_open_a_second_attempt(siak, story):
    accepted(siak, story)
    siak.execute(ask(RejectMatch, story.case_id, reasons=REASONS))
    accepted(siak, story)
    state = found(siak, story).steps[MATCH]
    assert (state.attempt, state.is_open, state.taken_by) == (2, True, None)


def test_an_entry_makes_draft_and_document(siak, story, vault, objects):
    matched(siak, story)
    reply = entered(siak, story, vault)
    assert reply.problem is None
    [document] = found(siak, story).newest.values()
    assert (document.kind, document.version) == ("akta-kelahiran", 1)
    assert objects.get(story.case_id, document.draft_sha256).startswith(b"draft ")
    assert objects.get(story.case_id, document.document_sha256).startswith(b"document ")
    assert reply.result["documents"][0]["document_sha256"] == document.document_sha256
    assert reply.result["warnings"] == {"akta-kelahiran": []}


def test_an_entry_closes_the_step(siak, story, vault):
    matched(siak, story)
    entered(siak, story, vault)
    assert entered(siak, story, vault).problem.slug == "step-not-open"


def test_an_entry_asked_twice_is_drafted_once(siak, story, vault):
    matched(siak, story)
    command = ask(RecordEntry, story.case_id, siak_registration="SIAK-1", data=entry(vault, story))
    assert siak.execute(command) == siak.execute(command)
    assert found(siak, story).newest["akta-kelahiran"].version == 1


def test_bad_data_is_refused_by_field_and_never_by_value(siak, story, vault):
    matched(siak, story)
    reply = entered(siak, story, vault, child_nik="123", sex="X", **{"Budi Santoso": 1})
    assert reply.problem.slug == "document-data-invalid"
    assert set(reply.problem.data["fields"]) == {
        "akta-kelahiran.child_nik:string_pattern_mismatch",
        "akta-kelahiran.sex:enum",
        "akta-kelahiran.?:extra_forbidden",
    }
    assert "Budi" not in reply.model_dump_json()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "documents:missing"),
        ({"documents": {}}, "documents:missing"),
        ({"documents": {"surat-cinta": {}}}, "documents.surat-cinta:unknown-kind"),
        ({"documents": {"kartu-keluarga": None}}, "kartu-keluarga:model_type"),
    ],
)
def test_an_entry_without_a_document_is_refused(siak, story, vault, data, field):
    matched(siak, story)
    command = ask(
        RecordEntry,
        story.case_id,
        siak_registration="SIAK-1",
        data=vault.seal(story.case_id, data),
    )
    reply = siak.execute(command)
    assert reply.problem.slug == "document-data-invalid"
    assert reply.problem.data["fields"] == [field]


@pytest.mark.parametrize("sealed", ["v1.a", "v1.abcd", "v1.c2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVk"])
def test_data_that_was_never_sealed_for_the_case_is_refused(siak, story, sealed):
    matched(siak, story)
    command = ask(RecordEntry, story.case_id, siak_registration="SIAK-1", data=sealed)
    assert siak.execute(command).problem.slug == "seal-broken"


def test_an_entry_for_a_forgotten_case_is_refused(siak, story, vault):
    matched(siak, story)
    data = entry(vault, story)
    vault.forget(story.case_id)
    command = ask(RecordEntry, story.case_id, siak_registration="SIAK-1", data=data)
    assert siak.execute(command).problem.slug == "personal-data-forgotten"


def test_a_returned_draft_opens_the_entry_again(siak, story, vault):
    matched(siak, story)
    entered(siak, story, vault)
    siak.consume([story.tell(events.DraftDikembalikan)])
    assert found(siak, story).steps[ENTER].attempt == 2


def test_a_mended_draft_keeps_its_code_and_gets_the_next_version(siak, story, vault):
    matched(siak, story)
    entered(siak, story, vault)
    first = found(siak, story).newest["akta-kelahiran"]
    siak.consume([story.tell(events.DraftDikembalikan)])
    entered(siak, story, vault, child_name="Aisyah Nur Contoh Mulia")
    second = found(siak, story).newest["akta-kelahiran"]
    assert (second.version, second.code) == (2, first.code)
    assert second.document_sha256 != first.document_sha256


def test_a_returned_draft_delivered_twice_opens_one_attempt(siak, story, vault):
    matched(siak, story)
    entered(siak, story, vault)
    record = story.tell(events.DraftDikembalikan)
    siak.consume([record])
    siak.consume([record])
    assert found(siak, story).steps[ENTER].attempt == 2


def test_a_returned_draft_out_of_turn_changes_nothing(siak, story):
    matched(siak, story)
    outcome = siak.consume([story.tell(events.DraftDikembalikan)])
    assert outcome.parked == []
    assert found(siak, story).steps[ENTER].attempt == 1


def test_a_returned_draft_of_a_case_never_seen_is_parked(siak, story):
    outcome = siak.consume([story.tell(events.DraftDikembalikan)])
    assert [each.reason for each in outcome.parked] == ["case-not-at-this-stage"]


def test_a_cancelled_case_is_closed_and_stays_closed(siak, story):
    accepted(siak, story)
    cancelled = story.tell(events.PermohonanDibatalkan)
    siak.consume([cancelled, cancelled, story.tell(events.PermohonanDibatalkan)])
    accepted(siak, story)
    assert not any(state.is_open for state in found(siak, story).steps.values())


def test_a_cancelled_case_never_seen_is_quiet(siak, story):
    assert siak.consume([story.tell(events.PermohonanDibatalkan)]).parked == []


def test_claims_are_compared_without_recording_anything(siak, story, vault, lookup):
    accepted(siak, story)
    lookup.answer = Answer(Outcome.OK, (AGREES,), EVIDENCE, quota_left=7)
    claims = vault.seal(story.case_id, {"NIK": "6311990101000001"})
    before = found(siak, story).version
    reply = siak.execute(ask(CheckClaims, story.case_id, claims=claims))
    assert reply.result == {
        "outcome": "ok",
        "verdicts": [{"field": "nama_lgkp", "verdict": "sesuai", "score": 100}],
        "evidence_sha256": EVIDENCE,
        "quota_left": 7,
    }
    assert found(siak, story).version == before
    assert lookup.asked == [{"NIK": "6311990101000001"}]


@pytest.mark.parametrize(
    "fault",
    [SiakUnreachableError("down"), SiakQuotaExhaustedError("gone")],
)
def test_a_comparison_that_fails_is_a_problem_of_its_own(siak, story, vault, lookup, fault):
    accepted(siak, story)
    lookup.answer = fault
    command = ask(CheckClaims, story.case_id, claims=vault.seal(story.case_id, {"NIK": "1"}))
    assert siak.execute(command).problem.slug == fault.slug


def test_a_comparison_out_of_turn_does_not_ask_siak(siak, story, vault, lookup):
    matched(siak, story)
    command = ask(CheckClaims, story.case_id, claims=vault.seal(story.case_id, {"NIK": "1"}))
    assert siak.execute(command).problem.slug == "step-not-open"
    assert lookup.asked == []


def test_claims_that_are_no_object_are_refused(siak, story, vault):
    accepted(siak, story)
    command = ask(CheckClaims, story.case_id, claims=vault.seal(story.case_id, ["NIK"]))
    assert siak.execute(command).problem.slug == "claims-invalid"


def test_an_office_without_the_web_service_compares_by_hand(tools, story, vault):
    siak = SiakApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        tools=replace(tools, lookup=None),
    )
    register(siak)
    accepted(siak, story)
    command = ask(CheckClaims, story.case_id, claims=vault.seal(story.case_id, {"NIK": "1"}))
    assert siak.execute(command).problem.slug == "siak-not-configured"


def test_the_real_renderer_makes_two_different_pdfs_of_each_kind(tools, story, vault, objects):
    siak = SiakApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        tools=replace(tools, renderer=PdfRenderer()),
    )
    register(siak)
    matched(siak, story)
    data = {"documents": {"akta-kelahiran": CHILD, "kartu-keluarga": FAMILY}}
    command = ask(
        RecordEntry,
        story.case_id,
        siak_registration="SIAK-1",
        data=vault.seal(story.case_id, data),
    )
    assert siak.execute(command).problem is None
    documents = found(siak, story).newest.values()
    files = {each.draft_sha256 for each in documents} | {each.document_sha256 for each in documents}
    assert len(files) == 4
    assert all(objects.get(story.case_id, each).startswith(b"%PDF") for each in files)


def test_a_name_that_cannot_be_printed_is_refused(tools, story, vault):
    siak = SiakApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        tools=replace(tools, renderer=PdfRenderer()),
    )
    register(siak)
    matched(siak, story)
    reply = entered(siak, story, vault, child_name="愛 Contoh")
    assert reply.problem.slug == "document-text-unprintable"


def test_every_fact_is_published_or_internal():
    own = {
        each
        for each in vars(SiakCase).values()
        if isinstance(each, type) and issubclass(each, CaseAggregate.Event)
    } - {SiakCase.Event}
    assert own <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_published_facts_fit_their_contracts(siak, story, vault):
    matched(siak, story)
    entered(siak, story, vault)
    for notification in siak.recorder.select_notifications(None, 100):
        fact = siak.mapper.to_domain_event(notification)
        contract = PUBLICATIONS.contract_of(fact)
        if contract is not None:
            facts = {**vars(fact), "event_id": uuid4(), "occurred_at": NINE}
            contract.model_validate(facts | {"case_id": story.case_id})
