"""Step 1: commands of the operator, policies, and the way back to the applicant."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.outbox import PUBLICATIONS
from jamila_contracts import events
from jamila_contracts.commands import (
    AcceptPapers,
    CancelApplication,
    Command,
    CommandReply,
    ReturnPapers,
    TakeTask,
)
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ItemProblem
from jamila_contracts.wire import Record
from jamila_runtime.aggregate import CaseAggregate
from jamila_testing.builders import record
from jamila_whatsapp.references import NoticeReference

OPERATOR = Actor(account="operator-1", capability="operator-layanan")
KASI = Actor(account="kasi-1", capability="kasi")
PROBLEMS = (ItemProblem(item_id="doc.nikah", reason_code="tidak-terbaca"),)


def ask(world, command: type[Command], case_id: UUID, **facts: object) -> CommandReply:
    world.clock.move(seconds=5)
    given = {
        "command_id": uuid4(),
        "case_id": case_id,
        "actor": OPERATOR,
        "asked_at": world.clock.now(),
    }
    return world.app.execute(command.model_validate({**given, **facts}))


def tell(world, event: type[events.IntegrationEvent], case_id: UUID, **facts: object) -> Record:
    world.clock.move(seconds=5)
    world.counter = getattr(world, "counter", 0) + 1
    told = record(
        event,
        case_id=case_id,
        occurred_at=world.clock.now(),
        log_position=world.counter,
        **facts,
    )
    world.app.consume([told])
    return told


@pytest.fixture
def case_id(world) -> UUID:
    world.submit()
    return world.recorded(CaseIntake.Diajukan)[0].case_id


def test_accepting_records_the_papers_with_the_items_the_operator_sees(world, case_id):
    sha256 = world.app.find(case_id).papers[0].sha256
    reply = ask(world, AcceptPapers, case_id, items={sha256: "doc.kk_lama"})
    assert reply.events == ("TugasDiambil", "BerkasDiterima")
    accepted = world.recorded(CaseIntake.BerkasDiterima)[0]
    assert accepted.papers[0].item_id == "doc.kk_lama"
    assert (accepted.attempt, accepted.service_id) == (1, "lhr-umum")


def test_accepting_a_paper_the_case_does_not_have_is_refused(world, case_id):
    reply = ask(world, AcceptPapers, case_id, items={"0" * 64: "doc.kk"})
    assert reply.problem.slug == "paper-unknown"
    assert reply.events == ()


def test_accepting_asks_for_the_capability_of_step_1(world, case_id):
    assert ask(world, AcceptPapers, case_id, actor=KASI).problem.slug == "capability-missing"


def test_accepting_twice_is_refused_as_another_command_and_quiet_as_the_same(world, case_id):
    command_id = uuid4()
    first = ask(world, AcceptPapers, case_id, command_id=command_id)
    assert ask(world, AcceptPapers, case_id, command_id=command_id).events == first.events
    assert ask(world, AcceptPapers, case_id).problem.slug == "step-not-open"
    assert len(world.recorded(CaseIntake.BerkasDiterima)) == 1


def test_stale_version_is_answered_with_the_current_state(world, case_id):
    problem = ask(world, AcceptPapers, case_id, expected_version=7).problem
    assert problem.slug == "stale-version"
    assert problem.data["version"] == 1


def test_task_of_another_operator_is_not_decided(world, case_id):
    other = Actor(account="operator-2", capability="operator-layanan")
    ask(world, TakeTask, case_id, step=1, actor=other)
    assert ask(world, AcceptPapers, case_id).problem.slug == "task-taken"


def test_unknown_case_is_refused(world):
    assert ask(world, AcceptPapers, uuid4()).problem.slug == "case-not-at-this-stage"


def test_return_to_the_applicant_closes_the_step(world, case_id):
    command_id = uuid4()
    for _ in range(2):
        reply = ask(world, ReturnPapers, case_id, problems=PROBLEMS, command_id=command_id)
        assert reply.events[-1] == "BerkasTidakLengkap"
    assert ask(world, ReturnPapers, case_id, problems=PROBLEMS).problem.slug == "step-not-open"
    assert "tidak terbaca" in world.say("STATUS")


def test_further_papers_go_to_the_same_case_and_open_step_1_again(world, case_id):
    ask(world, ReturnPapers, case_id, problems=PROBLEMS)
    assert "Kirim dulu" in world.say("KIRIM")
    assert "1 berkas diterima" in world.send_photo("buku nikah", shade=77)
    assert not world.app.find(case_id).steps[1].is_open
    assert "diperiksa lagi" in world.say("KIRIM")
    uploaded = world.recorded(CaseIntake.BerkasDiunggah)
    assert [each.paper.item_id for each in uploaded] == ["doc.nikah"]
    assert uploaded[0].cause.case_id == case_id
    assert uploaded[0].cause.occurred_at == world.clock.now() - timedelta(seconds=world.PAUSE)
    step = world.app.find(case_id).steps[1]
    assert (step.is_open, step.attempt) == (True, 2)
    assert ask(world, AcceptPapers, case_id).problem is None
    assert len(world.recorded(CaseIntake.BerkasDiterima)[0].papers) == 2


def test_paper_that_comes_after_submitting_joins_the_case_at_the_front_desk(world, case_id):
    assert "Berkas masuk ke permohonan" in world.send_photo("buku nikah", shade=77)
    assert len(world.app.find(case_id).papers) == 2
    assert world.app.find(case_id).steps[1].attempt == 1
    ask(world, AcceptPapers, case_id)
    assert "Berkas Anda kami simpan" in world.send_photo("KK", shade=99)
    assert len(world.app.find(case_id).papers) == 2


def test_same_papers_again_do_not_open_the_step(world, case_id):
    ask(world, ReturnPapers, case_id, problems=PROBLEMS)
    world.send_photo("KK")
    assert "Kirim dulu" in world.say("KIRIM")
    assert not world.app.find(case_id).steps[1].is_open


def test_cancelling_ends_the_application(world, case_id):
    command_id = uuid4()
    for _ in range(2):
        reply = ask(
            world, CancelApplication, case_id, reason_code="di-luar-wilayah", command_id=command_id
        )
        assert reply.events == ("PermohonanDibatalkan",)
    assert ask(world, AcceptPapers, case_id).problem.slug == "step-not-open"


def test_cancelling_while_the_applicant_is_waited_for_asks_for_the_capability(world, case_id):
    ask(world, ReturnPapers, case_id, problems=PROBLEMS)
    refused = ask(world, CancelApplication, case_id, reason_code="x", actor=KASI)
    assert refused.problem.slug == "capability-missing"
    assert ask(world, CancelApplication, case_id, reason_code="tanpa-kabar").problem is None


def test_cancelling_after_step_1_is_out_of_turn(world, case_id):
    ask(world, AcceptPapers, case_id)
    problem = ask(world, CancelApplication, case_id, reason_code="x").problem
    assert problem.slug == "step-not-open"


def test_disagreement_with_siak_opens_step_1_again_once(world, case_id):
    ask(world, AcceptPapers, case_id)
    told = tell(world, events.DataSiakTidakCocok, case_id)
    world.app.consume([told])
    step = world.app.find(case_id).steps[1]
    assert (step.is_open, step.attempt) == (True, 2)
    assert ask(world, AcceptPapers, case_id).problem is None


def test_disagreement_out_of_turn_is_quiet(world, case_id):
    tell(world, events.DataSiakTidakCocok, case_id)
    assert world.app.find(case_id).steps[1].attempt == 1
    world.say(f"BATAL {world.app.find(case_id).receipt_code}")
    tell(world, events.DataSiakTidakCocok, case_id)
    assert not world.app.find(case_id).steps[1].is_open


def test_disagreement_about_an_unknown_case_is_parked(world):
    told = record(events.DataSiakTidakCocok)
    assert world.app.consume([told]).parked[0].reason == "case-not-at-this-stage"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (events.DataSiakCocok, "sedang dibuat"),
        (events.DraftDibuat, "diperiksa pejabat"),
        (events.Diverifikasi, "menunggu tanda tangan"),
        (events.Ditandatangani, "sudah ditandatangani"),
        (events.Dicetak, "sudah siap"),
        (events.Diserahkan, "selesai"),
    ],
)
def test_status_tells_in_general_words_where_the_case_stands(world, case_id, event, words):
    ask(world, AcceptPapers, case_id)
    told = tell(world, event, case_id)
    world.app.consume([told])
    assert words in world.say("STATUS")
    assert len(world.recorded(CaseIntake.TahapDicatat)) == 1


def test_late_news_of_an_earlier_stage_is_quiet(world, case_id):
    early = world.clock.now()
    tell(world, events.Ditandatangani, case_id)
    world.app.consume(
        [record(events.DraftDibuat, case_id=case_id, occurred_at=early, log_position=99)]
    )
    assert world.app.find(case_id).stage == "cetak"
    assert "tidak bisa dibatalkan" in world.say(f"BATAL {world.app.find(case_id).receipt_code}")


def test_status_of_a_message_goes_forward_only(world, case_id):
    message_id = uuid4()
    callback = str(NoticeReference(case_id, message_id))
    for number, status in enumerate(("read", "delivered", "sent", "read", "failed")):
        errors = [{"code": 131026}] if status == "failed" else []
        world.deliver(world.status(callback, status, wamid=f"wamid.{number}", errors=errors))
    world.work()
    reported = world.recorded(CaseIntake.StatusPesanDilaporkan)
    assert [each.status for each in reported] == ["read", "failed"]
    assert reported[-1].error_code == 131026
    assert reported[0].message_id == message_id
    assert "wamid." not in reported[0].provider_message_id


def test_every_published_fact_fits_its_contract(world, case_id):
    ask(world, ReturnPapers, case_id, problems=PROBLEMS)
    world.send_photo("buku nikah", shade=77)
    world.say("KIRIM")
    ask(world, AcceptPapers, case_id)
    world.deliver(world.status(str(NoticeReference(case_id, uuid4())), "sent"))
    world.work()
    world.say(f"BATAL {world.app.find(case_id).receipt_code}")
    published = {
        kind: contract
        for kind, contract in PUBLICATIONS.published.items()
        if kind in vars(CaseIntake).values()
    }
    for kind, contract in published.items():
        for each in world.recorded(kind):
            facts = {**vars(each), "event_id": uuid4(), "occurred_at": each.cause.occurred_at}
            contract.model_validate({**facts, "case_id": each.cause.case_id})
        assert world.recorded(kind), kind


def test_every_fact_is_named_in_the_outbox():
    kinds = {
        each
        for aggregate in (CaseIntake, Conversation)
        for each in vars(aggregate).values()
        if isinstance(each, type)
        and issubclass(each, CaseAggregate.Event)
        and each.__name__ != "Event"
    }
    assert len(kinds) > 15
    assert kinds <= set(PUBLICATIONS.published) | PUBLICATIONS.internal
