"""Which event tells the applicant what, once."""

from uuid import uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.values import ItemProblem
from jamila_runtime.aggregate import CaseAggregate
from notifier.domain import CaseNotices
from notifier.outbox import PUBLICATIONS

TOLD = [
    (events.BerkasDiterima, {}, "sudah lengkap"),
    (events.Ditandatangani, {}, "sudah ditandatangani"),
    (events.Dicetak, {}, "sudah siap. Tunjukkan kode tanda terima K7M2Q9XW4T"),
    (events.Diserahkan, {}, "Terima kasih"),
    (events.TidakDiambil, {}, "belum diambil"),
    (events.PermohonanDibatalkan, {"reason_code": "permintaan-pemohon"}, "sesuai permintaan"),
    (events.JedaDimulai, {"reason_code": "menunggu-instansi"}, "menunggu instansi lain"),
    (events.JedaDimulai, {"reason_code": "gangguan-siak"}, "sedang terganggu"),
    (events.TerdampakGangguan, {}, "sistem data kependudukan (SIAK) sedang terganggu"),
]
SILENT = [
    (events.DataSiakCocok, {}),
    (events.DataSiakTidakCocok, {}),
    (events.DraftDibuat, {}),
    (events.SlaTerlampaui, {}),
    (events.JedaDimulai, {"reason_code": "blangko-habis"}),
]


def test_submission_tells_the_receipt_code(world):
    world.submit()
    assert "Kode tanda terima: K7M2Q9XW4T" in world.texts()[0]
    assert "Akta Kelahiran" in world.texts()[0]
    sent = world.whatsapp.sent[0]
    assert sent["to"] == "628006311001"
    case_id, _, message_id = sent["biz_opaque_callback_data"].partition(":")
    assert case_id == str(world.case_id)
    told = world.recorded(CaseNotices.PemberitahuanTerkirim)[0]
    assert str(told.message_id) == message_id
    assert "wamid." not in told.provider_message_id


def test_user_without_a_number_is_told_by_his_user_id(world):
    sealed = world.vault.seal(world.case_id, {"name": None, "phone": None, "bsuid": "ID.siti"})
    world.hear(world.submission(applicant=sealed))
    world.send()
    assert world.whatsapp.sent[0]["recipient"] == "ID.siti"


def test_application_from_the_counter_is_not_told_by_whatsapp(world):
    world.hear(world.submission(channel="loket"))
    world.send()
    assert world.whatsapp.sent == []


def test_missing_papers_are_told_as_a_plain_list(world):
    world.submit()
    problems = (
        ItemProblem(item_id="doc.nikah", reason_code="tidak-terbaca"),
        ItemProblem(item_id="doc.kk", reason_code="tidak-ada"),
    )
    world.tell(events.BerkasTidakLengkap, problems=problems)
    world.send()
    assert "- Buku nikah atau kutipan akta perkawinan: tidak terbaca" in world.texts()[-1]
    assert "- Kartu Keluarga: belum ada" in world.texts()[-1]


@pytest.mark.parametrize(("event", "fields", "words"), TOLD)
def test_event_is_told_once_however_often_it_is_delivered(world, event, fields, words):
    world.submit()
    told = world.tell(event, **fields)
    world.hear(told)
    world.send()
    assert len(world.texts()) == 2
    assert words in world.texts()[-1]
    assert "GRATIS" in world.texts()[-1]


@pytest.mark.parametrize(("event", "fields"), SILENT)
def test_event_inside_the_office_is_silent(world, event, fields):
    world.submit()
    world.tell(event, **fields)
    world.send()
    assert len(world.texts()) == 1


def test_event_before_the_submission_waits_for_the_applicant(world):
    submission = world.submission()
    world.tell(events.Ditandatangani)
    world.send()
    assert world.whatsapp.sent == []
    world.hear(submission)
    world.clock.move(minutes=1)
    world.send()
    assert len(world.texts()) == 2


def test_applicant_who_never_becomes_known_is_given_to_a_person(world):
    world.tell(events.Ditandatangani)
    for _ in range(4):
        world.send()
        world.clock.move(minutes=10)
    failed = world.recorded(CaseNotices.PemberitahuanGagal)[0]
    assert (failed.reason_code, failed.owner) == ("applicant-unknown", "operator-layanan")


def test_forgotten_case_is_told_nothing(world):
    world.hear(world.submission())
    world.vault.forget(world.case_id)
    world.send()
    assert world.whatsapp.sent == []
    failed = world.recorded(CaseNotices.PemberitahuanGagal)[0]
    assert failed.reason_code == "personal-data-forgotten"


def test_every_published_fact_fits_its_contract(world):
    world.submit()
    world.whatsapp.refuse(131026)
    world.tell(events.Dicetak)
    world.send()
    for kind in (CaseNotices.PemberitahuanTerkirim, CaseNotices.PemberitahuanGagal):
        each = world.recorded(kind)[0]
        meta = {"event_id": uuid4(), "occurred_at": each.cause.occurred_at}
        facts = {**vars(each), **meta, "case_id": each.cause.case_id}
        PUBLICATIONS.published[kind].model_validate(facts)


def test_every_fact_is_named_in_the_outbox():
    kinds = {
        each
        for each in vars(CaseNotices).values()
        if isinstance(each, type)
        and issubclass(each, CaseAggregate.Event)
        and each.__name__ != "Event"
    }
    assert len(kinds) == 10
    assert kinds <= set(PUBLICATIONS.published) | PUBLICATIONS.internal


def test_an_outage_is_told_once_and_the_next_one_again(world):
    world.submit()
    first = {"outage_id": uuid4(), "system": "siak"}
    for facts in (first, first, {"outage_id": uuid4(), "system": "siak"}):
        world.tell(events.TerdampakGangguan, **facts)
    world.send()
    assert len([text for text in world.texts() if "sedang terganggu" in text]) == 2


def test_an_outage_of_a_case_from_the_counter_is_told_in_person(world):
    world.hear(world.submission(channel="loket"))
    world.tell(events.TerdampakGangguan)
    world.send()
    assert world.whatsapp.sent == []
