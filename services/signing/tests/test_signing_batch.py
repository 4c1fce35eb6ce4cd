"""Many cases with one wish: progress, partial failure, waiting, and no signature twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest

from jamila_contracts.commands import OpenSigningSession, RefuseSignature, ShowBatch, SignBatch
from jamila_contracts.envelope import Actor
from jamila_runtime.errors import RetryableError
from jamila_testing.signing_desk import KABID, KADIS, REASONS, document
from signing.domain import SIGN, SigningCase
from signing.pades import TimestampUnavailableError

OTHER = Actor(account="sekdin-1", capability="kepala-dinas")
DIGEST = document().document_sha256


@pytest.fixture
def desk(open_signing):
    return open_signing()


def cases(desk, count, *, seen=True):
    """Verified cases, usually seen."""
    stories = [desk.new_story(f"kasus-{number}") for number in range(count)]
    for story in stories:
        desk.verified(story=story)
        if seen:
            desk.see_all(case_id=story.case_id)
    return [story.case_id for story in stories]


def batch_of(desk, case_ids, **how):
    items = [{"case_id": each, "document_sha256": (DIGEST,)} for each in case_ids]
    return desk.command(SignBatch, case_id=how.pop("batch", uuid4()), items=items, **how)


def progress(desk, batch, actor=KADIS):
    return desk.ask(ShowBatch, actor, case_id=batch).result["batch"]


def run(desk, *, turns=100):
    for _ in range(turns):
        if not desk.runner.perform_due():
            return


def signatures(desk, case_id):
    told = [each for each in desk.facts() if isinstance(each, SigningCase.Ditandatangani)]
    return [each for each in told if each.cause.case_id == case_id]


def test_a_batch_is_signed_case_by_case(desk):
    ids = cases(desk, 30)
    command = batch_of(desk, ids)

    before = desk.signing.execute(command).result["batch"]
    run(desk)
    after = progress(desk, command.case_id)

    assert (before["total"], before["waiting"], before["signed"]) == (30, 30, 0)
    assert (after["signed"], after["waiting"], after["failed"]) == (30, 0, 0)
    assert [len(signatures(desk, each)) for each in ids] == [1] * 30
    assert {each.cause.actor for each in signatures(desk, ids[0])} == {KADIS}


def test_a_batch_asked_twice_is_one_batch(desk):
    ids = cases(desk, 3)
    batch = uuid4()
    desk.signing.execute(batch_of(desk, ids, batch=batch))
    desk.signing.execute(batch_of(desk, ids, batch=batch))

    run(desk)

    assert len(desk.signer.asked) == 3


def test_a_case_named_twice_in_a_batch_is_signed_once(desk):
    [case_id] = cases(desk, 1)
    command = batch_of(desk, [case_id, case_id])
    desk.signing.execute(command)

    run(desk)

    assert progress(desk, command.case_id)["total"] == 1
    assert len(desk.signer.asked) == 1


def test_what_cannot_be_signed_is_named_and_the_others_go_on(desk):
    good, refused, unseen = (*cases(desk, 2), *cases_named(desk, "belum-dilihat"))
    desk.ask(RefuseSignature, case_id=refused, reasons=REASONS)
    command = batch_of(desk, [refused, unseen, good, uuid4()])
    desk.signing.execute(command)

    run(desk)
    shown = progress(desk, command.case_id)

    assert (shown["signed"], shown["failed"]) == (1, 3)
    reasons = [each["reason"] for each in shown["items"]]
    assert reasons == ["step-not-open", "document-not-seen", None, "case-not-at-this-stage"]


def cases_named(desk, name):
    story = desk.new_story(name)
    desk.verified(story=story)
    return [story.case_id]


def test_an_outage_is_a_visible_wait_and_ends_by_itself(desk):
    [case_id] = cases(desk, 1)
    command = batch_of(desk, [case_id])
    desk.signer.faults = [TimestampUnavailableError("down")] * 3
    desk.signing.execute(command)

    for _ in range(3):
        desk.runner.perform_due()
        desk.clock.move(minutes=6)
    waiting = progress(desk, command.case_id)
    run(desk)

    assert waiting["items"][0] == {
        "case_id": str(case_id),
        "outcome": "menunggu",
        "reason": "timestamp-unavailable",
    }
    failures = [e for e in desk.facts() if isinstance(e, SigningCase.PenandatangananGagal)]
    assert [(each.reason_code, each.retries) for each in failures] == [
        ("timestamp-unavailable", True)
    ]
    assert progress(desk, command.case_id)["signed"] == 1
    assert len(signatures(desk, case_id)) == 1


def test_a_case_signed_by_hand_meanwhile_is_not_signed_again(desk):
    [case_id] = cases(desk, 1)
    command = batch_of(desk, [case_id])
    desk.signing.execute(command)
    desk.sign_case(case_id)

    run(desk)

    assert len(desk.signer.asked) == 1
    assert progress(desk, command.case_id)["signed"] == 1


def test_a_refusal_while_the_key_is_used_wins(desk):
    [case_id] = cases(desk, 1)
    command = batch_of(desk, [case_id])
    desk.signing.execute(command)
    desk.signer.meanwhile = lambda: desk.ask(RefuseSignature, case_id=case_id, reasons=REASONS)

    run(desk)

    assert progress(desk, command.case_id)["items"][0]["reason"] == "step-not-open"
    assert not desk.case(case_id).steps[SIGN].is_open
    assert signatures(desk, case_id) == []


def test_a_batch_is_shown_to_its_own_account_only(desk):
    command = batch_of(desk, cases(desk, 1))
    desk.signing.execute(command)

    assert desk.ask(ShowBatch, OTHER, case_id=command.case_id).problem.slug == "batch-unknown"
    assert desk.ask(ShowBatch, case_id=uuid4()).problem.slug == "batch-unknown"


def test_only_whoever_signs_asks_for_batches_and_sessions(desk):
    ids = cases(desk, 1)
    command = batch_of(desk, ids, actor=KABID)
    desk.vault.create(command.case_id)
    secret = desk.vault.seal(command.case_id, "rahasia")
    session = desk.command(
        OpenSigningSession, KABID, case_id=command.case_id, method="totp", secret=secret
    )

    assert desk.signing.execute(command).problem.slug == "capability-missing"
    assert desk.signing.execute(session).problem.slug == "capability-missing"


def test_the_answer_of_an_e_sign_service_is_kept_as_evidence(desk):
    [case_id] = cases(desk, 1)
    desk.signer.evidence = b'{"time": 2}'
    desk.signing.execute(batch_of(desk, [case_id]))

    run(desk)

    [fact] = signatures(desk, case_id)
    assert desk.objects.get(case_id, fact.documents[0].evidence_sha256) == b'{"time": 2}'


class AnsweredError(RetryableError):
    slug = "tte-unavailable"
    evidence = b'{"status_code": 500}'


def test_the_answer_of_a_failure_is_kept_too(desk):
    [case_id] = cases(desk, 1)
    desk.signer.faults = [AnsweredError("down")]
    desk.signing.execute(batch_of(desk, [case_id]))

    desk.runner.perform_due()

    [failure] = [e for e in desk.facts() if isinstance(e, SigningCase.PenandatangananGagal)]
    assert desk.objects.get(case_id, failure.evidence_sha256) == AnsweredError.evidence


DYING = """
import os, signal, sys
from pathlib import Path
from jamila_testing.signing_desk import ScriptedSigner, SigningDesk
from signing.application import SigningApplication
from signing.handlers import register
from signing.outbox import PUBLICATIONS

folder, moment = Path(sys.argv[1]), int(sys.argv[2])

class DyingSigner(ScriptedSigner):
    def sign(self, pdf, **how):
        signed = super().sign(pdf, **how)
        with (folder / "signed.log").open("a") as log:
            log.write("x")
        if moment >= 0 and len(self.asked) > moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return signed

def open_service(desk, env):
    signing = SigningApplication(
        env, signer=desk.signer, objects=desk.objects, location="Paringin", clock=desk.clock
    )
    register(signing)
    return signing

desk = SigningDesk(
    folder, open_service, PUBLICATIONS, store=str(folder / "signing.db"), signer=DyingSigner()
)
desk.clock.move(hours=1)
while desk.runner.perform_due():
    pass
"""


@pytest.mark.parametrize("moments", [(0, 4, -1), (2, 2, 2, -1)])
@pytest.mark.timeout(90)
def test_a_process_killed_in_the_middle_signs_no_case_twice_and_loses_none(
    open_signing, tmp_path, moments
):
    desk = open_signing(store=str(tmp_path / "signing.db"))
    ids = cases(desk, 12)
    command = batch_of(desk, ids)
    desk.signing.execute(command)
    script = tmp_path / "run.py"
    script.write_text(DYING)

    for moment in moments:
        died = subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, script, tmp_path, str(moment)], check=False, env=os.environ
        )
        assert died.returncode == (0 if moment < 0 else -signal.SIGKILL)

    assert progress(desk, command.case_id)["signed"] == 12
    assert [len(signatures(desk, each)) for each in ids] == [1] * 12
    # Only what was in the killed process' hands was made again; it had never left it.
    made = len((tmp_path / "signed.log").read_text())
    assert made == 12 + len(moments) - 1


def test_a_session_is_over_after_its_time(desk):
    session = uuid4()
    desk.vault.create(session)
    secret = desk.vault.seal(session, "rahasia-sekali")

    reply = desk.ask(OpenSigningSession, case_id=session, method="passphrase", secret=secret)

    assert reply.result["until"] == (desk.clock.now() + timedelta(minutes=15)).isoformat()
    again = desk.ask(OpenSigningSession, case_id=session, method="passphrase", secret=secret)
    assert again.problem.slug == "personal-data-forgotten"
