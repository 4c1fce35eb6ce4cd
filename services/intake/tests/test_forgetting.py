import shutil

import httpx
import pytest

from intake.application import FORGET_SENDER
from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.epochs import EpochDrawer
from intake.forgetting import END_EPOCHS
from intake.help_request import HelpRequest
from intake.inbox_store import metadata
from intake.sealing import DrawerLockedError
from jamila_runtime.sql import open_engine
from jamila_runtime.vault import CaseKeyMissingError
from jamila_testing.builders import Story
from jamila_testing.vaults import MASTER_KEY, new_vault


def contact_of(world, case_id):
    return world.app.find(case_id).contact_id


def test_a_sender_without_another_application_is_forgotten(world):
    world.submit()
    case_id = world.last_case()
    contact = contact_of(world, case_id)
    world.forget(case_id)

    with pytest.raises(Exception, match="no contact"):
        world.intake.answers._directory.recipient(contact)
    assert world.recorded(CaseIntake.DataDilupakan)
    assert world.app.store.waiting_effects((FORGET_SENDER, END_EPOCHS, "answer")) == []


def test_whoever_writes_again_is_somebody_new(world):
    world.submit()
    case_id = world.last_case()
    world.forget(case_id)
    assert world.say("status")

    contacts = [each.case_id for each in world.recorded(Conversation.Dimulai)]
    assert len(set(contacts)) == 2


def test_a_sender_with_another_application_stays_known(world):
    world.submit()
    first = world.last_case()
    world.begin("kk hilang", "sendiri", "Siti Rahmah", "6311994506900003", "lewati")
    world.send_photo("surat kehilangan", shade=40)
    world.say("KIRIM")
    world.say("KIRIM")
    second = world.last_case()
    assert first != second
    contact = contact_of(world, second)
    world.forget(first)
    assert world.intake.answers._directory.recipient(contact).wa_id == world.number

    world.forget(second)
    with pytest.raises(Exception, match="no contact"):
        world.intake.answers._directory.recipient(contact)


def test_a_sender_who_is_just_sending_papers_stays_known(world):
    world.submit()
    case_id = world.last_case()
    world.say("akta kematian")
    world.forget(case_id)

    assert world.intake.answers._directory.recipient(contact_of(world, case_id)).wa_id


def test_hearing_of_it_twice_or_of_a_strange_case_is_quiet(world):
    world.submit()
    case_id = world.last_case()
    world.forget(case_id)
    world.forget(case_id)

    assert len(world.recorded(CaseIntake.DataDilupakan)) == 1
    strange = Story("kasus-lain").case_id
    world.forget(strange)
    assert len(world.recorded(CaseIntake.DataDilupakan)) == 1


def test_bodies_of_a_forgotten_sender_go_and_those_of_others_stay(world):
    world.submit()
    case_id = world.last_case()
    broken = world.body().replace(b'"messages": []', b'"messages": 7')
    world.intake.inbox.add_unreadable(broken, "unreadable", world.clock.now())
    world.number, world.user_id = "628006311777", "ID.budi"
    other = world.body().replace(b'"messages": []', b'"messages": 7')
    world.intake.inbox.add_unreadable(other, "unreadable", world.clock.now())
    assert world.intake.inbox.counts().unreadable == 2
    world.forget(case_id)

    assert world.intake.inbox.counts().unreadable == 1
    assert world.say("halo")


@pytest.fixture
def engine(tmp_path):
    return open_engine(f"sqlite:///{tmp_path / 'inbox.db'}", metadata)


def drawer_of(tmp_path, engine, vault=None):
    vault = vault or new_vault(tmp_path)
    return EpochDrawer(MASTER_KEY, "intake/uji/v1", engine=engine, vault=vault)


def test_a_drawer_opens_what_it_sealed_also_after_a_restart(tmp_path, engine):
    vault = new_vault(tmp_path)
    sealed = drawer_of(tmp_path, engine, vault).seal(b"Siti")

    assert drawer_of(tmp_path, engine, vault).open(sealed) == b"Siti"


def test_what_was_sealed_before_a_new_epoch_opens_until_the_old_one_ends(tmp_path, engine):
    drawer = drawer_of(tmp_path, engine)
    old = drawer.seal(b"Siti")
    drawer.turn()
    assert drawer.open(old) == b"Siti"
    anew = drawer.sealed_anew(old)
    drawer.end_old()

    with pytest.raises(DrawerLockedError):
        drawer.open(old)
    assert anew is not None
    assert drawer.open(anew) == b"Siti"
    assert drawer.sealed_anew(anew) is None
    assert drawer.sealed_anew(old) is None


def test_a_backup_of_the_store_from_before_opens_nothing(tmp_path, engine):
    vault = new_vault(tmp_path)
    drawer = drawer_of(tmp_path, engine, vault)
    old = drawer.seal(b"Siti")
    engine.dispose()
    for file in tmp_path.glob("*.db*"):
        shutil.copy(file, tmp_path / f"yesterday-{file.name}")
    drawer.turn()
    drawer.end_old()

    restored = open_engine(f"sqlite:///{tmp_path / 'yesterday-inbox.db'}", metadata)
    with pytest.raises(Exception, match="has no key"):
        drawer_of(tmp_path, restored, vault).open(old)


def test_a_changed_seal_is_refused(tmp_path, engine):
    drawer = drawer_of(tmp_path, engine)
    sealed = drawer.seal(b"Siti")
    with pytest.raises(DrawerLockedError):
        drawer.open(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_what_was_said_to_a_person_is_forgotten_with_the_sender(world):
    world.submit()
    case_id = world.last_case()
    world.say("petugas")
    world.say("nama saya Siti Rahmah")
    [opened] = world.recorded(HelpRequest.Dibuka)
    [said] = world.recorded(HelpRequest.PesanMasuk)
    assert world.vault.open(opened.cause.case_id, said.text)
    world.forget(case_id)

    with pytest.raises(CaseKeyMissingError):
        world.vault.open(opened.cause.case_id, said.text)


def test_an_epoch_ends_when_the_answers_it_sealed_are_sent(world):
    world.submit()
    case_id = world.last_case()
    world.number, world.user_id = "628006311888", "ID.budi"
    world.whatsapp.fault = lambda _: httpx.Response(503)
    world.deliver(world.body(world.message("text", {"body": "halo"})))
    world.work()
    world.forget(case_id)
    assert world.app.store.waiting_effects((END_EPOCHS,))

    world.whatsapp.fault = lambda _: None
    for _ in range(3):
        world.clock.move(minutes=6)
        world.answer_all()
    assert world.app.store.waiting_effects((END_EPOCHS, "answer")) == []
    assert world.whatsapp.sent
