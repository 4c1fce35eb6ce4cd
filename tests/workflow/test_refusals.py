"""Who may not, when not, and what a refusal changes: nothing."""

from uuid import uuid4

import pytest

from jamila_contracts.envelope import Actor
from jamila_contracts.sop import load_sop
from jamila_testing.builders import WORKERS
from jamila_testing.staff import HAPPY

_ANY = {"document_sha256": ("0" * 64,)}
ELSEWHERE = {"ApproveDraft": _ANY, "VerifyDraft": _ANY, "SignDocument": _ANY}
"""Something to decide on, where nothing was drafted yet."""
OWNER = {step.number: step.service for step in load_sop().steps}


@pytest.fixture
async def resident(office):
    resident = office.resident(1)
    await resident.submit()
    await office.settle()
    return resident


@pytest.mark.parametrize(
    ("step", "earlier"),
    [(4, 3), (5, 4), (6, 5)],
)
async def test_account_of_the_step_before_is_refused(office, resident, step, earlier):
    await office.walk(resident, *HAPPY[: step - 1])
    await office.settle()
    before = office.events(resident)

    same_eyes = WORKERS[step].model_copy(update={"account": WORKERS[earlier].account})
    reply = office.ask(HAPPY[step - 1], resident, by=same_eyes)
    await office.settle()

    assert reply.problem.slug == "four-eyes"
    # Whoever is refused may well have looked.
    assert [e for e in office.events(resident) if e != "DokumenDilihat"] == before
    assert office.ask(HAPPY[step - 1], resident).problem is None


@pytest.mark.parametrize(
    ("step", "earlier", "back"),
    [(4, 3, "ReturnDraft"), (5, 4, "ReturnVerification"), (6, 5, "RefuseSignature")],
)
async def test_same_eyes_may_not_send_back_either(office, resident, step, earlier, back):
    await office.walk(resident, *HAPPY[: step - 1])
    await office.settle()

    same_eyes = WORKERS[step].model_copy(update={"account": WORKERS[earlier].account})
    assert office.ask(back, resident, by=same_eyes).problem.slug == "four-eyes"


@pytest.mark.parametrize("step", range(1, 9))
async def test_other_capability_is_refused_at_every_step(office, resident, step):
    await office.walk(resident, *HAPPY[: step - 1])
    await office.settle()

    stranger = Actor(account="lain-1", capability="auditor")
    reply = office.ask(HAPPY[step - 1], resident, by=stranger)

    assert reply.problem.slug == "capability-missing"


@pytest.mark.parametrize("done", range(9))
async def test_every_command_out_of_turn_is_refused_and_changes_nothing(office, resident, done):
    await office.walk(resident, *HAPPY[:done])
    await office.settle()
    before = office.events(resident)

    for name in (*HAPPY[:done], *HAPPY[done + 1 :]):
        reply = office.ask(name, resident, **ELSEWHERE.get(name, {}))
        assert reply.problem.slug in {"step-not-open", "case-not-at-this-stage"}, name
    await office.settle()

    assert office.events(resident) == before


async def test_stale_version_is_refused_with_the_present_one(office, resident):
    seen = office.file(resident).versions["intake"].position
    await resident.show("ktp")
    await office.settle()

    reply = office.ask("AcceptPapers", resident, expected_version=seen)
    assert reply.problem.slug == "stale-version"
    assert reply.version == office.file(resident).versions["intake"].position
    assert reply.problem.data["steps"]["1"]["is_open"] is True
    assert office.ask("AcceptPapers", resident, expected_version=reply.version).problem is None


@pytest.mark.parametrize("step", range(1, 9))
async def test_version_that_staff_see_is_the_one_a_command_expects(office, resident, step):
    await office.walk(resident, *HAPPY[: step - 1])
    await office.settle()
    known = office.file(resident).versions.get(OWNER[step])

    seen = known.position if known else 0
    assert office.ask(HAPPY[step - 1], resident, expected_version=seen).problem is None


@pytest.mark.parametrize("step", range(1, 9))
async def test_command_asked_twice_is_done_once_and_answered_alike(office, resident, step):
    await office.walk(resident, *HAPPY[: step - 1])
    await office.settle()

    once = uuid4()
    first = office.ask(HAPPY[step - 1], resident, command_id=once)
    second = office.ask(HAPPY[step - 1], resident, command_id=once)
    await office.settle()

    assert first.problem is None
    assert second == first
    assert office.events(resident).count(first.events[-1]) <= 1


async def test_other_draft_than_the_current_one_cannot_be_approved(office, resident):
    await office.walk(resident, *HAPPY[:3])
    await office.settle()

    reply = office.ask("ApproveDraft", resident, document_sha256=("0" * 64,))
    assert reply.problem.slug == "draft-changed"


async def test_task_of_a_colleague_is_refused_until_it_is_given_back(office, resident):
    colleague = Actor(account="operator-2", capability="operator-layanan")
    task = {"step": 1, "service": "intake"}
    assert office.ask("TakeTask", resident, by=colleague, **task).problem is None
    assert office.ask("AcceptPapers", resident).problem.slug == "task-taken"
    assert office.ask("ReleaseTask", resident, by=colleague, **task).problem is None
    assert office.ask("AcceptPapers", resident).problem is None


async def test_paused_step_must_be_resumed_first_and_the_resident_is_told(office, resident):
    await office.walk(resident, "AcceptPapers")
    await office.settle()
    task = {"step": 2, "service": "siak-adapter"}
    office.ask("PauseTask", resident, reason_code="gangguan-siak", **task)
    assert office.ask("ConfirmMatch", resident).problem.slug == "step-paused"
    office.ask("ResumeTask", resident, **task)
    assert office.ask("ConfirmMatch", resident).problem is None
    await office.settle()

    assert sum("berhenti sementara" in each for each in resident.heard()) == 1


@pytest.mark.parametrize("code", ["SALAHKODE9"])
async def test_wrong_receipt_code_gets_no_document(office, resident, code):
    await office.walk(resident, *HAPPY[:7])
    await office.settle()

    assert office.ask("HandOver", resident, receipt_code=code).problem.slug == "receipt-code-wrong"
    assert "Diserahkan" not in office.events(resident)


async def test_idempotency_key_of_another_case_does_nothing_here(office, resident):
    other = office.resident(2)
    await other.submit()
    first = office.ask("AcceptPapers", resident)
    reply = office.ask("AcceptPapers", other, command_id=first.command_id)

    assert reply.problem.slug == "idempotency-key-reused"
