import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import ForgetCase, RecordRead
from jamila_contracts.envelope import Actor
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.privacy import PUBLICATIONS, Holdings, PrivacyApplication
from jamila_ledger.privacy_desk import destroyer, holdings_of
from jamila_ledger.recorded import recorded
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.trail import sentences
from jamila_ledger.views import case_document, case_writes
from jamila_runtime.errors import RetryableError
from jamila_runtime.objects import ObjectMissingError, ObjectVault
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import CaseKeyMissingError, open_vault
from jamila_testing.builders import MONDAY, Story, digest, happy_story, named_id
from jamila_testing.bus import MemoryBus

CASE = named_id("kasus-1")
ADMIN = Actor(account="admin-1", capability="admin")
KASI = Actor(account="kasi-1", capability="kasi", on_behalf_of="kasi-2")
MESSAGE = named_id("jawaban-1")
ENDED = Holdings("selesai", None, ended=True, papers=3, documents=2, other_cases=0)


@pytest.fixture
def town():
    destroyed, held = [], {CASE: ENDED}
    application = PrivacyApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        holdings=held.get,
        destroy=destroyed.append,
    )
    bus = MemoryBus()
    bus.join(application, PUBLICATIONS)
    yield SimpleNamespace(application=application, bus=bus, destroyed=destroyed, held=held)
    application.close()


def read(**fields):
    usual = {"case_id": CASE, "what": "berkas", "item": digest("doc.kk"), "via": "gateway"}
    return RecordRead(command_id=uuid4(), asked_at=MONDAY, actor=KASI, **{**usual, **fields})


def forget(**fields):
    usual = {"reason_code": "permintaan-subjek", "actor": ADMIN, "case_id": CASE}
    return ForgetCase(command_id=uuid4(), asked_at=MONDAY, **{**usual, **fields})


async def test_a_read_becomes_an_event_with_who_and_what(town):
    reply = town.application.execute(read(reason_code="menjawab-pemohon"))
    await town.bus.settle()

    assert reply.problem is None
    [record] = town.bus.published
    event = record.event()
    assert isinstance(event, e.DataPribadiDibaca)
    assert (event.case_id, event.what, event.item) == (CASE, "berkas", digest("doc.kk"))
    assert (event.via, event.reason_code) == ("gateway", "menjawab-pemohon")
    assert record.meta.actor == KASI
    assert record.meta.source == "privacy"


CONTACT = named_id("kontak")


async def test_a_read_of_a_chat_without_a_case_stands_under_its_contact(town, ledger):
    look = {"what": "jawaban-chat", "item": None, "contact_id": CONTACT, "message_id": MESSAGE}
    town.application.execute(read(case_id=CONTACT, **look))
    await town.bus.settle()
    ledger.store.append(town.bus.published, now=MONDAY)

    [fact] = recorded(ledger.store.read_case(CONTACT))
    assert fact.event.model_dump(include=set(look)) == look
    assert sentences([fact])[0].sentence == (
        f"Kepala Seksi kasi-1, atas nama kasi-2, membuka jawaban chat dan nomor telepon warga "
        f"{str(MESSAGE)[:12]} melalui layanan petugas."
    )


def test_reads_of_a_contact_make_no_case_and_no_work(ledger):
    story = Story()
    story.case_id = CONTACT
    story.tell(e.DataPribadiDibaca, what="jawaban-chat", contact_id=CONTACT)
    ledger.add(story)

    file = fold(recorded(ledger.store.read_case(CONTACT)))

    assert case_writes(file, load_calendar()) == {}
    assert holdings_of(ledger.store, CONTACT) is None


def test_reads_recorded_before_chats_were_reads_are_still_readable(town):
    town.application.execute(read())
    recorder, mapper = town.application.recorder, town.application.mapper
    [stored] = recorder.select_notifications(1, 1)
    state = json.loads(stored.state)
    del state["contact_id"], state["message_id"]
    older = replace(stored, state=json.dumps(state).encode())

    event = mapper.to_domain_event(older)

    assert (event.what, event.contact_id, event.message_id) == ("berkas", None, None)


async def test_a_read_that_is_asked_twice_is_recorded_once(town):
    command = read()
    town.application.execute(command)
    assert town.application.execute(command).problem is None
    await town.bus.settle()

    assert len(town.bus.published) == 1


async def test_reads_of_one_case_stand_side_by_side_and_move_no_version(town):
    replies = [town.application.execute(read()) for _ in range(3)]
    await town.bus.settle()

    assert [each.version for each in replies] == [0, 0, 0]
    assert len({each.meta.event_id for each in town.bus.published}) == 3


async def test_an_ended_case_is_forgotten_by_an_administrator(town):
    reply = town.application.execute(forget())
    await town.bus.settle()

    assert (reply.problem, reply.result["papers"]) == (None, 3)
    assert town.destroyed == [CASE]
    [record] = town.bus.published
    event = record.event()
    assert isinstance(event, e.DataPribadiDihapus)
    assert (event.reason_code, record.meta.actor) == ("permintaan-subjek", ADMIN)
    assert record.meta.case_id == CASE


async def test_nothing_is_said_before_the_key_is_destroyed(town):
    def away(_case_id):
        raise RetryableError("the vault is away")

    town.application._destroy = away
    town.application.execute(forget())
    await town.bus.turn()
    assert town.bus.published == []

    town.application._destroy = town.destroyed.append
    [effect] = town.application.store.waiting_effects(("privacy-forget",))
    town.application.destroy(effect)
    await town.bus.settle()
    assert [each.meta.type for each in town.bus.published] == ["DataPribadiDihapus"]


async def test_forgetting_twice_is_quiet(town):
    town.application.execute(forget())
    await town.bus.settle()
    again = town.application.execute(forget())
    await town.bus.settle()

    assert (again.problem, again.result["done"]) == (None, True)
    assert len(town.bus.published) == 1


async def test_a_dry_run_says_what_would_happen_and_does_nothing(town):
    reply = town.application.execute(forget(dry_run=True))
    await town.bus.settle()

    assert reply.result == {
        "done": False,
        "status": "selesai",
        "step": None,
        "ended": True,
        "papers": 3,
        "documents": 2,
        "other_cases": 0,
    }
    assert (town.destroyed, town.bus.published) == ([], [])


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"actor": KASI}, "capability-missing"),
        ({"reason_code": "iseng"}, "forget-reason-unknown"),
        ({"case_id": named_id("kasus-lain")}, "case-unknown"),
    ],
)
def test_forgetting_is_refused(town, fields, slug):
    assert town.application.execute(forget(**fields)).problem.slug == slug
    assert town.destroyed == []


def test_an_open_case_is_not_forgotten(town):
    town.held[CASE] = replace(ENDED, status="berjalan", step=4, ended=False)

    problem = town.application.execute(forget()).problem

    assert (problem.slug, problem.data["status"]) == ("case-still-open", "berjalan")


def test_nobody_is_shown_anything_from_the_moment_it_is_asked(town):
    town.application.execute(forget())

    assert town.application.execute(read()).problem.slug == "personal-data-forgotten"


@pytest.fixture
def ledger(tmp_path, clock):
    store = SqlLedgerStore.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield SimpleNamespace(
        store=store, add=lambda story: store.append(story.records, now=clock.now())
    )
    store.close()


def test_the_ledger_tells_what_is_held_of_a_case(ledger):
    story = happy_story("kasus-1")
    ledger.add(story)

    held = holdings_of(ledger.store, story.case_id)

    assert held is not None
    assert (held.status, held.ended, held.other_cases) == ("selesai", True, 0)
    assert held.papers
    assert held.documents
    assert holdings_of(ledger.store, named_id("tidak-ada")) is None


def test_a_cancelled_case_has_ended_too(ledger):
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.tell(e.PermohonanDibatalkan)
    ledger.add(story)

    held = holdings_of(ledger.store, story.case_id)

    assert held is not None
    assert (held.status, held.ended) == ("dibatalkan", True)


def test_key_and_papers_are_destroyed_and_once_more_is_quiet(tmp_path):
    key = tmp_path / "secrets" / "master.key"
    key.parent.mkdir()
    key.write_text("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    settings = RuntimeSettings(home=tmp_path, master_key_file=key)
    vault = open_vault(settings)
    objects = ObjectVault(settings.objects, vault)
    vault.create(CASE)
    sealed, address = vault.seal(CASE, "Siti"), objects.put(CASE, b"kk")
    destroy = destroyer(settings)

    destroy(CASE)
    destroy(CASE)

    with pytest.raises(CaseKeyMissingError):
        vault.open(CASE, sealed)
    with pytest.raises(ObjectMissingError):
        objects.get(CASE, address)


def test_a_vault_that_is_away_is_tried_again(tmp_path):
    settings = RuntimeSettings(home=tmp_path, master_key_file=tmp_path / "gone")

    with pytest.raises(RetryableError):
        destroyer(settings)(CASE)


def test_looking_at_a_case_changes_nothing_of_it_and_stands_in_the_trail(ledger):
    story = happy_story("kasus-1")
    story.now += timedelta(hours=1)
    story.tell(e.DataPribadiDibaca, actor=KASI)
    ledger.add(story)
    facts = recorded(ledger.store.read_case(story.case_id))
    *before, look = facts

    seen, unseen = fold(facts), fold(before)

    assert seen is not None
    assert unseen is not None
    assert case_document(seen) == case_document(unseen)
    assert seen.case_position == unseen.case_position + 1
    line = sentences([look])[0]
    told = f"Kepala Seksi kasi-1, atas nama kasi-2, membuka berkas {digest('doc.kk')[:12]}"
    assert line.sentence == f"{told} melalui layanan petugas."


def test_a_forgotten_case_keeps_its_road_and_loses_what_was_sealed(ledger):
    story = happy_story("kasus-1")
    story.tell(e.DataPribadiDihapus)
    ledger.add(story)

    file = fold(recorded(ledger.store.read_case(story.case_id)))

    assert file is not None
    assert (file.status, file.personal_data_erased) == ("selesai", True)
    assert (file.applicant, file.data) == (None, None)
