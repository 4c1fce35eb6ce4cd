"""Every way back that the SOP knows, and the ways out."""

import pytest

from jamila_contracts.sop import load_sop
from jamila_testing.builders import WORKERS
from jamila_testing.staff import DETOURS, HAPPY, RESUBMIT

BACK = {
    1: ("ReturnPapers", "BerkasTidakLengkap", 1),
    2: ("RejectMatch", "DataSiakTidakCocok", 1),
    4: ("ReturnDraft", "DraftDikembalikan", 3),
    5: ("ReturnVerification", "VerifikasiDikembalikan", 4),
    6: ("RefuseSignature", "PenandatangananDitolak", 5),
}
"""By step: the command, the fact it records, and the step whose turn it is afterwards."""


@pytest.mark.parametrize("step", BACK)
async def test_return_gives_the_turn_to_the_step_the_sop_names_and_the_case_still_ends(
    office, step
):
    command, fact, target = BACK[step]
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY[: step - 1], command)
    if step == 1:
        await resident.resubmit()
    await office.settle()

    assert office.open_steps(resident) == {target}
    assert office.file(resident).step == target
    await office.walk(resident, *HAPPY[target - 1 :])
    await office.settle()
    assert office.events(resident).count(fact) == 1
    assert office.file(resident).status == "selesai"
    attempts = {each.step: each.attempt for each in office.file(resident).attempts}
    assert attempts[target] == 2
    assert office.parked() == {}


async def test_incomplete_papers_wait_for_the_applicant_who_is_told_what_is_missing(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, "ReturnPapers")
    await office.settle()

    assert office.open_steps(resident) == set()
    assert office.file(resident).status == "menunggu-pemohon"
    [notice] = [each for each in resident.heard() if "belum bisa kami proses" in each]
    assert "Surat keterangan kelahiran: belum ada" in notice


async def test_corrected_draft_is_a_new_version_under_the_same_code(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY[:3], "ReturnDraft", "RecordEntry")
    await office.settle()

    [draft] = office.file(resident).drafts
    first = office.services["siak-adapter"].find(resident.case_id).newest[draft.kind]
    assert (draft.version, draft.code) == (2, first.code)


async def test_road_with_every_detour_ends_handed_over(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *DETOURS)
    await office.settle()

    told = office.events(resident)
    assert {fact: told.count(fact) for _, fact, _ in BACK.values()} == {
        fact: 1 for _, fact, _ in BACK.values()
    }
    assert told.count("CetakGagal") == 1
    assert office.file(resident).status == "selesai"
    assert len(office.printer.sheets) == 1
    assert office.checked().ok


@pytest.mark.parametrize("done", range(6))
async def test_resident_cancels_after_any_number_of_steps_and_nothing_stays_open(office, done):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY[:done])
    await office.settle()
    await resident.say(f"BATAL {resident.receipt_code}")
    await office.settle()

    assert office.open_steps(resident) == set()
    assert office.file(resident).status == "dibatalkan"
    assert office.parked() == {}
    assert sum("tidak kami lanjutkan" in each for each in resident.heard()) == 1
    next_one = load_sop().step(done + 1)
    reply = office.ask(HAPPY[done], resident, by=WORKERS[next_one.number], **filled(HAPPY[done]))
    assert reply.problem.slug in {"step-not-open", "case-not-at-this-stage"}


def filled(command):
    """Something to decide on, where nothing was drafted yet."""
    needs = command in {"ApproveDraft", "VerifyDraft", "SignDocument"}
    return {"document_sha256": ("0" * 64,)} if needs else {}


@pytest.mark.parametrize("done", [6, 7, 8])
async def test_resident_cannot_cancel_what_is_signed(office, done):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY[:done])
    await office.settle()
    await resident.say(f"BATAL {resident.receipt_code}")
    await office.settle()

    assert "PermohonanDibatalkan" not in office.events(resident)
    assert "tidak bisa dibatalkan lagi" in resident.heard()[-1]


async def test_operator_cancels_while_the_applicant_is_waited_for(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, "ReturnPapers", "CancelApplication")
    await office.settle()

    assert office.file(resident).status == "dibatalkan"


@pytest.mark.parametrize(
    ("step", "command"),
    [
        *((step, HAPPY[step - 1]) for step in range(2, 7)),
        *((step, command) for step, (command, _, _) in BACK.items() if step > 1),
    ],
)
async def test_cancellation_and_decision_cross_and_nothing_stays_open(office, step, command):
    """The resident cancels while the officer decides: neither has heard of the other."""
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, *HAPPY[: step - 1])
    await office.settle()
    await resident.say(f"BATAL {resident.receipt_code}", carried=False)
    reply = office.ask(command, resident)
    assert reply.problem is None
    await office.settle()

    assert office.open_steps(resident) == set()
    assert office.file(resident).status == "dibatalkan"
    assert office.parked() == {}


async def test_resident_may_send_more_before_the_operator_has_decided(office):
    resident = office.resident(1)
    await resident.submit()
    await office.walk(resident, "ReturnPapers", RESUBMIT)
    await resident.show("ktp")
    await office.settle()

    assert office.events(resident).count("BerkasDiunggah") == 2
    assert office.open_steps(resident) == {1}
