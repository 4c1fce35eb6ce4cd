"""A resident asks for a person, and comes back to the automatic answers."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from intake.help_request import HelpRequest
from jamila_contracts.commands import (
    AnswerHelpRequest,
    CloseHelpRequest,
    ListHelpRequests,
    ReadHelpRequest,
)
from jamila_contracts.envelope import Actor
from jamila_runtime.vault import CaseKeyMissingError

LOKET = Actor(account="loket-1", capability="operator-layanan")
QUESTION = "Anak saya lahir di luar kota, bagaimana?"


def ask(world, kind, request_id=None, *, actor=LOKET, **fields):
    command = kind(
        command_id=fields.pop("command_id", uuid4()),
        case_id=request_id or uuid4(),
        actor=actor,
        asked_at=world.clock.now(),
        **fields,
    )
    reply = world.app.execute(command)
    world.answer_all()
    return reply


@pytest.fixture
def request_id(world) -> UUID:
    world.say("PETUGAS")
    world.say(QUESTION)
    return world.recorded(HelpRequest.Dibuka)[0].case_id


def listed(world):
    return ask(world, ListHelpRequests).result["requests"]


def test_resident_is_told_until_when_a_person_answers(world):
    answer = world.say("PETUGAS")
    assert "paling lambat 06-04-2026 pukul 11:00 WITA" in answer
    opened = world.recorded(HelpRequest.Dibuka)[0]
    assert opened.owner == "operator-layanan"
    assert "paling lambat" in world.say("petugas")
    assert len(world.recorded(HelpRequest.Dibuka)) == 1


def test_what_the_resident_writes_is_sealed_and_acknowledged_once(world, request_id):
    assert "kami teruskan" in world.answers()[-1]
    before = len(world.whatsapp.sent)
    world.say("Apakah harus datang?")
    assert len(world.whatsapp.sent) == before
    said = world.recorded(HelpRequest.PesanMasuk)
    assert world.vault.open(request_id, said[0].text) == QUESTION
    stored = b"".join(each.state for each in world.app.recorder.select_notifications(0, 500))
    assert b"luar kota" not in stored


def test_staff_see_who_waits_and_until_when_but_not_what_was_said(world, request_id):
    (waiting,) = listed(world)
    assert waiting["request_id"] == str(request_id)
    assert (waiting["waiting"], waiting["messages"], waiting["overdue"]) == (True, 1, False)
    assert "text" not in str(waiting)


def test_reading_is_recorded_with_the_account(world, request_id):
    reply = ask(world, ReadHelpRequest, request_id)
    (line,) = reply.result["lines"]
    assert world.vault.open(request_id, line["text"]) == QUESTION
    assert world.recorded(HelpRequest.DibacaPetugas)[0].cause.actor.account == "loket-1"
    assert listed(world)[0]["last_reader"] == "loket-1"


def test_answer_reaches_the_chat_once_however_often_it_is_asked(world, request_id):
    text, command_id = world.vault.seal(request_id, "Boleh, kirim saja fotonya."), uuid4()
    before = len(world.whatsapp.sent)
    for _ in range(2):
        ask(world, AnswerHelpRequest, request_id, text=text, command_id=command_id)
    assert len(world.whatsapp.sent) == before + 1
    assert "*Petugas*: Boleh, kirim saja fotonya." in world.answers()[-1]
    assert listed(world)[0]["waiting"] is False
    world.say("Terima kasih, satu lagi")
    assert listed(world)[0]["waiting"] is True


def test_staff_end_it_and_the_automatic_answers_speak_again(world, request_id):
    for _ in range(2):
        assert ask(world, CloseHelpRequest, request_id).problem is None
    assert len(world.recorded(HelpRequest.Ditutup)) == 1
    assert "selesai" in world.answers()[-1]
    assert listed(world) == []
    assert "Buat akta baru" in world.say("akta kelahiran")
    text = world.vault.seal(request_id, "Halo?")
    assert ask(world, AnswerHelpRequest, request_id, text=text).problem.slug == "help-ended"


@pytest.mark.usefixtures("request_id")
@pytest.mark.parametrize("word", ["SELESAI", "MENU", "BATAL", "ULANGI"])
def test_resident_goes_back_by_a_word(world, word):
    assert world.say(word)
    assert world.recorded(HelpRequest.Ditutup)[0].reason_code == "kembali-ke-otomatis"
    assert listed(world) == []
    assert "Buat akta baru" in world.say("buat akta")


def test_status_and_help_are_answered_meanwhile(world, request_id):
    assert "Petugas akan menjawab" in world.say("STATUS")
    assert "MENU" in world.say("BANTUAN")
    assert [each["request_id"] for each in listed(world)] == [str(request_id)]


def test_photos_go_to_the_application_meanwhile(world):
    world.begin()
    world.say("petugas")
    assert "1 berkas diterima" in world.send_photo("KK")


def test_after_the_due_time_it_is_overdue_and_first_in_the_list(world, request_id):
    world.number, world.user_id = "628006311002", "ID.budi"
    world.say("petugas")
    world.clock.move(hours=3)
    world.answer_all()
    assert len(world.recorded(HelpRequest.BatasTerlewati)) == 2
    assert [each["overdue"] for each in listed(world)] == [True, True]
    assert listed(world)[0]["request_id"] == str(request_id)


def test_what_was_answered_is_never_overdue(world, request_id):
    text = world.vault.seal(request_id, "Boleh.")
    ask(world, AnswerHelpRequest, request_id, text=text)
    world.clock.move(hours=3)
    world.answer_all()
    assert world.recorded(HelpRequest.BatasTerlewati) == []


def test_what_was_said_is_forgotten_a_month_after_the_end(world, request_id):
    ask(world, CloseHelpRequest, request_id)
    said = world.recorded(HelpRequest.PesanMasuk)[0].text
    world.clock.instant += timedelta(days=31)
    world.answer_all()
    with pytest.raises(CaseKeyMissingError):
        world.vault.open(request_id, said)


@pytest.mark.parametrize("kind", [ListHelpRequests, ReadHelpRequest, CloseHelpRequest])
def test_other_capabilities_are_refused(world, request_id, kind):
    actor = Actor(account="kasi-1", capability="kasi")
    assert ask(world, kind, request_id, actor=actor).problem.slug == "capability-missing"


def test_unknown_request_is_refused(world):
    assert ask(world, ReadHelpRequest, uuid4()).problem.slug == "help-unknown"
