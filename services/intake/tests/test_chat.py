"""What a resident says and sends, and what becomes of it."""

import re

import pytest

from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.refusals import REFUSALS
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseKeyMissingError
from jamila_testing.files import pdf


@pytest.fixture
def objects(world, runtime_settings):
    return ObjectVault(runtime_settings.objects, world.vault)


def submitted(world) -> CaseIntake:
    return world.app.find(world.recorded(CaseIntake.Diajukan)[-1].case_id)


def test_anything_else_is_answered_with_the_menu(world):
    answer = world.say("assalamualaikum")
    assert "AKTA KELAHIRAN" in answer
    assert "GRATIS" in answer
    assert len(answer) < 1024


def test_service_keyword_opens_a_draft_and_lists_what_to_send(world):
    answer = world.say("Saya mau urus akta kelahiran anak saya")
    assert "Permohonan Akta Kelahiran" in answer
    assert "- Kartu Keluarga" in answer
    assert "GRATIS" in answer


def test_paper_is_kept_encrypted_with_its_item_and_without_exif(world, objects):
    world.say("akta kelahiran")
    assert "(Kartu Keluarga). Jumlah berkas: 1" in world.send_photo("ini KK saya")
    kept = world.recorded(Conversation.BerkasDiterima)[0]
    assert (kept.paper.item_id, kept.paper.media_type) == ("doc.kk", "image/jpeg")
    content = objects.get(kept.for_case_id, kept.paper.sha256)
    assert b"HP Contoh" not in content
    assert len(content) == kept.paper.size_bytes


def test_file_name_names_the_item_when_there_is_no_caption(world):
    world.say("akta kelahiran")
    message = world.file(pdf(), "application/pdf")
    message["document"]["filename"] = "F-2.01.pdf"
    assert "F-2.01" in world.hear(message).splitlines()[0]


def test_submission_carries_the_facts_of_the_contract(world):
    world.say("akta kelahiran")
    first = world.clock.now()
    world.send_photo("KK")
    world.say("KIRIM")
    event = world.recorded(CaseIntake.Diajukan)[0]
    assert event.service_id == "lhr-umum"
    assert event.first_message_at == first
    assert event.cause.occurred_at == world.clock.now()
    assert event.cause.case_id == event.case_id
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{10}", event.receipt_code)
    assert world.vault.open(event.case_id, event.applicant) == {
        "name": "Siti Rahmah",
        "phone": "628006311001",
        "bsuid": "ID.siti",
    }
    assert event.sop.id == "sop-dik-jamila-2020"


def test_receipt_code_is_left_to_the_notifier(world):
    answer = world.submit()
    assert "Kode tanda terima kami kirim dalam pesan tersendiri" in answer
    assert world.recorded(CaseIntake.Diajukan)[0].receipt_code not in "\n".join(world.answers())


def test_submission_says_what_the_checklist_does_not_find(world):
    answer = world.submit()
    assert "Surat keterangan kelahiran" in answer
    assert "Kartu Keluarga" not in answer


def test_submitting_again_opens_no_second_case(world):
    world.submit()
    world.say("KIRIM")
    assert len(world.recorded(CaseIntake.Diajukan)) == 1


def test_nothing_is_submitted_without_papers(world):
    world.say("akta kelahiran")
    assert "Belum ada berkas" in world.say("kirim")
    assert world.recorded(CaseIntake.Diajukan) == []


def test_paper_without_a_draft_is_kept_and_the_service_is_asked(world):
    assert "Layanan apa" in world.send_photo("KK")
    assert "Layanan apa" in world.say("KIRIM")
    assert "Permohonan Akta Kelahiran" in world.say("akta kelahiran")
    world.say("KIRIM")
    assert len(world.recorded(CaseIntake.Diajukan)[0].papers) == 1


def test_same_photo_twice_is_one_paper(world):
    world.say("akta kelahiran")
    world.send_photo("KK")
    assert "Jumlah berkas: 1" in world.send_photo("KK lagi")


def test_sentence_about_a_paper_does_not_change_the_service(world):
    world.say("akta kelahiran")
    world.say("ini kk saya ya pak")
    assert world.recorded(Conversation.LayananDipilih) == []
    assert "Perubahan" in world.say("perubahan kk").title()
    assert world.recorded(Conversation.LayananDipilih)[0].service_id == "kk-ubah"


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"", "application/pdf", "kosong"),
        (b"", "image/jpeg", "kosong"),
        (b"MZ program", "application/x-msdownload", "jenis-tidak-dikenal"),
        (b"docx", "application/msword", "jenis-tidak-dikenal"),
        (b"bukan pdf sama sekali", "application/pdf", "bukan-pdf"),
        (b"%PDF-1.7 terpotong", "application/pdf", "bukan-pdf"),
        (b"\xff\xd8\xff rusak", "image/jpeg", "gambar-rusak"),
        (b"%PDF-1.7\n" + b"x" * (20 * 1024 * 1024) + b"%%EOF", "application/pdf", "terlalu-besar"),
    ],
)
def test_unusable_file_gets_a_clear_answer_and_the_draft_stays(world, content, media_type, reason):
    world.say("akta kelahiran")
    world.send_photo("KK")
    assert world.hear(world.file(content, media_type)) == REFUSALS[reason]
    assert world.recorded(Conversation.BerkasDitolak)[0].reason_code == reason
    assert "1 berkas" in world.say("STATUS")


def test_file_that_whatsapp_no_longer_has_is_asked_for_again(world):
    message = world.file(pdf(), "application/pdf")
    world.whatsapp.media.clear()
    assert world.hear(message) == REFUSALS["sudah-kedaluwarsa"]


def test_cancelled_draft_is_unreadable_for_ever(world):
    world.say("akta kelahiran")
    world.send_photo("KK")
    case_id = world.recorded(Conversation.BerkasDiterima)[0].for_case_id
    assert "dibatalkan" in world.say("BATAL")
    with pytest.raises(CaseKeyMissingError):
        world.vault.seal(case_id, {})
    assert "belum punya permohonan" in world.say("STATUS")


def test_submitted_application_is_cancelled_by_its_code_only(world):
    world.submit()
    code = submitted(world).receipt_code
    assert f"BATAL {code}" in world.say("BATAL")
    assert not submitted(world).is_cancelled
    assert "sudah dibatalkan" in world.say(f"batal {code.lower()}")
    assert world.recorded(CaseIntake.PermohonanDibatalkan)[0].reason_code == "permintaan-pemohon"
    assert "sudah dibatalkan" in world.say("status")
    assert "tidak bisa dibatalkan lagi" in world.say(f"BATAL {code}")
    assert "Tidak ada permohonan" in world.say("BATAL")


def test_another_contact_cannot_cancel_it(world):
    world.submit()
    code = submitted(world).receipt_code
    world.number, world.user_id = "628006311002", "ID.budi"
    assert "Tidak ada permohonan" in world.say(f"BATAL {code}")


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


def test_user_without_his_number_is_the_same_contact(world):
    world.submit()
    world.number = ""
    assert "Akta Kelahiran" in world.say("STATUS")


def test_number_that_went_to_somebody_else_does_not_show_the_case(world):
    world.submit()
    world.user_id = "ID.baru"
    assert "Akta Kelahiran" not in world.say("STATUS")


def test_change_of_number_keeps_the_case(world):
    world.submit()
    said = {"type": "user_changed_number", "wa_id": "628006311077", "user_id": "ID.baru"}
    world.deliver(world.body(world.message("system", said)))
    world.work()
    world.number, world.user_id = "628006311077", "ID.baru"
    assert "Akta Kelahiran" in world.say("STATUS")
