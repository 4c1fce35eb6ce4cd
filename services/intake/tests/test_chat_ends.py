"""How a chat ends: summary, submission, STATUS, BATAL, and what comes after days."""

import re
from datetime import timedelta

import pytest

from intake.conversation import Conversation
from intake.domain import CaseIntake
from jamila_contracts.catalogue import load_catalogue
from jamila_runtime.vault import CaseKeyMissingError

NIK = "6311994506900003"
PAPERS = ("F-2.01", "surat lahir", "buku nikah", "KK", "ktp ayah", "saksi 1", "saksi 2")


def submitted(world) -> CaseIntake:
    return world.app.find(world.last_case())


def send_all(world) -> str:
    for number, caption in enumerate(PAPERS):
        answer = world.send_photo(caption, shade=20 * number)
    return answer


def test_complete_papers_lead_to_the_summary_by_themselves(world):
    world.begin()
    summary = send_all(world)
    assert "Periksa dulu: Akta Kelahiran" in summary
    assert "Nama anak: NUR AISYAH" in summary
    assert NIK not in summary
    assert "0003" in summary
    assert "Akta Kelahiran, Kartu Keluarga, KIA" in summary
    assert "Belum ada" not in summary
    assert list(world.options().values()) == ["Kirim", "Ubah jawaban"]


def test_submission_carries_the_facts_of_the_contract(world):
    world.begin()
    first = world.recorded(Conversation.DraftDimulai)[0].cause.occurred_at
    send_all(world)
    world.tap("Kirim")
    event = world.recorded(CaseIntake.Diajukan)[0]
    assert event.service_id == "lhr-umum"
    assert event.first_message_at == first
    assert event.cause.case_id == event.case_id
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{10}", event.receipt_code)
    assert world.vault.open(event.case_id, event.applicant) == {
        "name": "Siti Rahmah",
        "phone": "628006311001",
        "bsuid": "ID.siti",
    }
    facts = world.vault.open(event.case_id, event.facts)
    assert (facts["nik-ibu"], facts["no-kk"]) == (NIK, "")
    assert {each.item_id for each in event.papers} >= {"frm.f201", "doc.sk_lahir", "doc.ktp_saksi2"}
    assert event.sop.id == "sop-dik-jamila-2020"
    assert event.catalogue.id == load_catalogue().id


def test_receipt_code_is_left_to_the_notifier(world):
    answer = world.submit()
    assert "Kode tanda terima kami kirim dalam pesan tersendiri" in answer
    assert world.recorded(CaseIntake.Diajukan)[0].receipt_code not in "\n".join(world.answers())


def test_summary_says_what_the_checklist_does_not_find(world):
    world.begin()
    world.send_photo("KK")
    summary = world.say("KIRIM")
    assert "Belum ada: Formulir F-2.01" in summary
    assert world.recorded(CaseIntake.Diajukan) == []
    assert "sudah dikirim" in world.say("ya")


def test_answer_can_be_changed_before_submission(world):
    world.begin()
    send_all(world)
    world.tap("Ubah jawaban")
    assert "Siapa nama lengkap anak" in world.tap("Nama anak")
    assert "Nama anak: NUR HALIZA" in world.say("Nur Haliza")
    assert "sudah dikirim" in world.tap("Kirim")


def test_new_paper_puts_the_summary_away(world):
    world.begin()
    world.send_photo("KK")
    world.say("KIRIM")
    world.send_photo("buku nikah", shade=90)
    assert "Periksa dulu" in world.say("KIRIM")
    assert world.recorded(CaseIntake.Diajukan) == []


def test_submitting_again_opens_no_second_case(world):
    world.submit()
    assert "Belum ada permohonan" in world.say("KIRIM")
    assert len(world.recorded(CaseIntake.Diajukan)) == 1


def test_nothing_is_submitted_without_papers(world):
    world.begin()
    assert "kirim foto berkas" in world.say("kirim")
    assert world.recorded(CaseIntake.Diajukan) == []


def test_service_that_needs_no_paper_goes_straight_to_the_summary(world):
    answer = world.begin("kia baru", "keluarga", "25-03-2026", "diurus", "Aisyah", NIK, "lewati")
    assert "Periksa dulu: Kartu Identitas Anak" in answer
    assert "sudah dikirim" in world.tap("Kirim")
    assert world.recorded(CaseIntake.Diajukan)[0].service_id == "kia-lahir"


def test_cancelled_draft_is_unreadable_for_ever(world):
    world.begin()
    world.send_photo("KK")
    case_id = world.draft_id()
    assert "dibatalkan" in world.say("BATAL")
    with pytest.raises(CaseKeyMissingError):
        world.vault.seal(case_id, {})
    assert "belum punya permohonan" in world.say("STATUS")


def test_submitted_application_is_cancelled_by_its_code_only(world):
    world.submit()
    code = submitted(world).receipt_code
    assert f"BATAL {code}" in world.say("BATAL")
    assert not submitted(world).is_cancelled
    assert "sudah dibatalkan" in world.tap("Ya, batalkan")
    assert world.recorded(CaseIntake.PermohonanDibatalkan)[0].reason_code == "permintaan-pemohon"
    assert "sudah dibatalkan" in world.say("status")
    assert "tidak bisa dibatalkan lagi" in world.say(f"BATAL {code}")
    assert "Tidak ada permohonan" in world.say("BATAL")


def test_another_contact_cannot_cancel_it(world):
    world.submit()
    code = submitted(world).receipt_code
    world.number, world.user_id = "628006311002", "ID.budi"
    assert "Tidak ada permohonan" in world.say(f"BATAL {code}")


def test_same_wish_for_the_same_person_is_told_before_any_paper(world):
    world.submit()
    code = submitted(world).receipt_code
    answer = world.begin()
    assert f"masih berjalan: {code}" in answer
    world.send_photo("KK")
    world.say("KIRIM")
    assert "masih berjalan" in world.say("KIRIM")
    assert len(world.recorded(CaseIntake.Diajukan)) == 1


def test_stranger_hears_of_the_open_application_but_not_its_whole_code(world):
    world.submit()
    code = submitted(world).receipt_code
    world.number, world.user_id = "628006311002", "ID.budi"
    answer = world.begin()
    assert f"masih berjalan: {code[:4]}…" in answer
    assert code not in answer


def test_status_names_step_and_minutes_left_of_the_promise(world):
    world.submit()
    world.clock.move(minutes=20)
    answer = world.say("status")
    assert "langkah 1 dari 8" in answer
    left = int(re.search(r"(\d+) menit kerja", answer)[1])
    assert 45 <= left <= 50
    world.clock.move(minutes=90)
    assert "sudah lewat, mohon maaf" in world.say("status")


def test_after_days_of_silence_the_resident_is_asked_whether_to_go_on(world):
    world.begin()
    world.send_photo("KK")
    world.clock.move(days=3)
    assert "Lanjutkan?" in world.say("halo")
    assert "Masih kurang 6" in world.tap("Lanjutkan")
    world.clock.move(days=3)
    world.say("p")
    assert "dibatalkan" in world.tap("Batalkan")


def test_paper_after_days_of_silence_is_simply_taken(world):
    world.begin()
    world.clock.move(days=3)
    assert "1 berkas diterima" in world.send_photo("KK")


def test_repeat_shows_the_last_question_again(world):
    world.begin("akta kelahiran", "keluarga")
    assert world.say("ULANGI").startswith("Tanggal berapa anak lahir?")


def test_help_names_the_words(world):
    answer = world.say("bantuan")
    for word in ("MENU", "STATUS", "BATAL", "PETUGAS", "ULANGI"):
        assert word in answer


def test_user_without_a_number_is_known_by_his_user_id(world):
    world.submit()
    world.number = ""
    assert "Akta Kelahiran" in world.say("STATUS")
    assert world.whatsapp.sent[-1]["to"] == "628006311001"


def test_user_who_never_showed_a_number_is_answered_by_his_user_id(world):
    world.number = ""
    world.submit()
    assert world.whatsapp.sent[-1]["recipient"] == "ID.siti"
    event = world.recorded(CaseIntake.Diajukan)[0]
    assert world.vault.open(event.case_id, event.applicant)["phone"] is None


def test_draft_from_before_there_were_topics_goes_on(world):
    world.say("halo")
    contact = world.recorded(Conversation.Dimulai)[0].case_id
    case_id = world.last_contact_case()

    def begin(work):
        chat = work.find_as(Conversation, contact)
        chat.trigger_event(
            Conversation.DraftDimulai,
            cause=work.cause,
            draft_case_id=case_id,
            service_id="lhr-umum",
        )

    world.app.perform(world.app.own_cause(contact, case_id), begin)
    assert "untuk siapa" in world.say("ULANGI")


def test_pauses_of_the_office_do_not_use_up_the_promise(world):
    world.submit()
    case = submitted(world)
    start = case.clock_from
    for minutes, is_running in ((10, False), (40, True)):
        cause = world.app.own_cause(
            case.case_id, case.case_id, occurred_at=start + timedelta(minutes=minutes)
        )

        def note(work, is_running=is_running):
            work.get(case.case_id).note_pause(is_running=is_running, cause=work.cause)

        world.app.perform(cause, note)
    promise = world.intake.chat._tools.promise
    left = promise.left(submitted(world), start + timedelta(minutes=50))
    assert left == timedelta(minutes=50)
