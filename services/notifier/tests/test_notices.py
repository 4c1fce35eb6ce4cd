"""Which event tells the applicant what, once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.values import ItemProblem
from jamila_runtime.aggregate import CaseAggregate
from jamila_testing.builders import MONDAY
from notifier.audience import ContactNotices, DailyReach
from notifier.channel import OfficeChannel, OutageNotices
from notifier.domain import CaseNotices
from notifier.outbox import PUBLICATIONS

TOLD = [
    (events.BerkasDiterima, {}, "sudah lengkap"),
    (events.Ditandatangani, {}, "sudah ditandatangani"),
    (
        events.Dicetak,
        {},
        "Tunjukkan kode pengambilan K7M2Q9XW4T kepada petugas",
    ),
    (events.Diserahkan, {}, "Terima kasih"),
    (events.TidakDiambil, {}, "masih kami simpan di kantor"),
    (events.PermohonanDibatalkan, {"reason_code": "permintaan-pemohon"}, "sesuai permintaan"),
    (
        events.JedaDimulai,
        {"reason_code": "menunggu-instansi"},
        "menunggu jawaban instansi lain",
    ),
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
    world.later(minutes=1)
    world.later(minutes=1)
    assert [text[:10] for text in world.texts()] == ["Permohonan", "Dokumen Ak"]


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


@pytest.mark.parametrize(
    "aggregate", [CaseNotices, ContactNotices, DailyReach, OfficeChannel, OutageNotices]
)
def test_every_fact_is_named_in_the_outbox(aggregate):
    kinds = {
        each
        for each in vars(aggregate).values()
        if isinstance(each, type)
        and issubclass(each, CaseAggregate.Event)
        and each.__name__ != "Event"
    }
    assert kinds
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


def test_the_end_of_an_outage_is_told_to_whoever_was_told_of_it(world):
    world.submit()
    outage_id = uuid4()
    world.tell(events.TerdampakGangguan, outage_id=outage_id, system="siak")
    world.send()
    ended = world.tell(events.GangguanSelesai, case_id=outage_id)
    world.hear(ended)
    world.send()
    assert [text for text in world.texts() if "Gangguan sudah selesai" in text] == [
        world.texts()[-1]
    ]
    queued = world.recorded(CaseNotices.PesanDiantrekan)[-1]
    assert queued.cause.case_id == world.case_id


def test_the_end_of_an_outage_is_not_told_when_the_case_is_over(world):
    world.submit()
    outage_id = uuid4()
    world.tell(events.TerdampakGangguan, outage_id=outage_id, system="siak")
    world.tell(events.Diserahkan)
    world.tell(events.GangguanSelesai, case_id=outage_id)
    world.send()
    assert "Gangguan sudah selesai" not in "".join(world.texts())


def test_the_end_of_an_outage_that_stopped_nobody_is_quiet(world):
    world.submit()
    world.tell(events.GangguanSelesai, case_id=uuid4())
    world.send()
    assert len(world.texts()) == 1


def test_a_late_step_is_told_once_when_the_whole_promise_is_broken(world):
    world.submit()
    world.tell(events.BerkasDiterima)
    world.clock.move(minutes=30)
    world.tell(events.SlaTerlampaui, step=2)
    world.send()
    assert "lebih lama" not in world.texts()[-1]
    for step in (3, 4):
        world.clock.move(minutes=30)
        world.tell(events.SlaTerlampaui, step=step)
        world.send()
    assert len([text for text in world.texts() if "lebih lama" in text]) == 1


@pytest.mark.parametrize("fields", [{"canary": True}, {"canary": False}])
def test_an_alarm_about_no_applicant_is_quiet(world, fields):
    world.tell(events.SlaTerlampaui, **fields)
    world.send()
    assert world.whatsapp.sent == []
    assert world.app.find(world.case_id) is None


def test_what_waited_for_long_when_a_case_ends_is_not_sent_any_more(world):
    world.submit()
    world.tell(events.BerkasDiterima)
    world.tell(events.PermohonanDibatalkan)
    world.later(minutes=11)
    world.later(minutes=1)
    assert world.states()["berkas_lengkap"] == "skipped"
    assert "tidak kami lanjutkan: sesuai permintaan Anda" in world.texts()[-1]
    assert len(world.texts()) == 2


def test_what_waits_for_a_forgotten_applicant_goes(world):
    world.submit()
    world.tell(events.BerkasDiterima)
    world.tell(events.DataPribadiDihapus)
    assert world.pending() == 0
    world.send()
    assert len(world.texts()) == 1


def test_forgetting_a_case_that_was_never_heard_of_is_quiet(world):
    world.tell(events.DataPribadiDihapus)
    assert world.app.find(world.case_id) is None


def test_old_news_is_given_to_a_person_instead(world):
    told = world.submission()
    world.clock.move(days=4)
    world.hear(told)
    world.send()
    assert world.whatsapp.sent == []
    failed = world.recorded(CaseNotices.PemberitahuanGagal)[0]
    assert (failed.reason_code, failed.owner) == ("kabar-lama", "operator-layanan")
    assert failed.due_at == world.clock.now() + timedelta(hours=24)


def test_nothing_before_the_beginning_of_the_notifier_is_told(make_world):
    world = make_world(tell_from=MONDAY + timedelta(hours=1))
    world.submit()
    assert world.app.find(world.case_id).messages == {}
    world.clock.move(hours=2)
    world.tell(events.BerkasDiterima)
    world.send()
    assert len(world.texts()) == 1


@pytest.mark.parametrize("event", [events.Dicetak, events.KodePengambilanDiganti])
def test_code_for_collecting_is_told_and_kept_sealed(world, event):
    world.submit()
    sealed = world.vault.seal(world.case_id, "AHGK49TX")
    world.tell(event, collection_code=sealed)
    world.send()
    assert "AHGK49TX" in world.texts()[-1]
    stored = b"".join(each.state for each in world.app.recorder.select_notifications(0, 10_000))
    assert b"AHGK49TX" not in stored


def test_reminder_tells_the_newest_code_also_outside_the_window(world):
    world.submit()
    for code in ("AHGK49TX", "CDEF2345"):
        world.tell(events.Dicetak, collection_code=world.vault.seal(world.case_id, code))
    world.clock.move(days=2)
    world.tell(events.TidakDiambil)
    world.send()
    values = world.whatsapp.sent[-1]["template"]["components"][0]["parameters"]
    assert [each["text"] for each in values] == ["Akta Kelahiran", "CDEF2345"]
