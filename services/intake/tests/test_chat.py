"""What a resident says and sends, and what becomes of it."""

import pytest

from intake.conversation import Conversation
from intake.domain import CaseIntake
from intake.refusals import REFUSALS
from intake.wording import NOTICE_VERSION
from jamila_runtime.objects import ObjectVault
from jamila_testing.files import pdf

NIK = "6311994506900003"
PAPERS = ("F-2.01", "surat lahir", "buku nikah", "KK", "ktp ayah", "saksi 1", "saksi 2")


@pytest.fixture
def objects(world, runtime_settings):
    return ObjectVault(runtime_settings.objects, world.vault)


def submitted(world) -> CaseIntake:
    return world.app.find(world.last_case())


def send_all(world) -> str:
    for number, caption in enumerate(PAPERS):
        answer = world.send_photo(caption, shade=20 * number)
    return answer


def test_first_answer_tells_what_becomes_of_the_data_and_that_all_is_free(world):
    answer = world.say("assalamualaikum")
    for words in ("UU 27/2022", "Meta", "pengendali data", "GRATIS", "dangsanak"):
        assert words in answer
    assert len(world.options()) == 10
    assert "UU 27/2022" not in world.say("menu")
    assert [each.version for each in world.recorded(Conversation.PemberitahuanDataDisampaikan)] == [
        NOTICE_VERSION
    ]


@pytest.mark.parametrize("way", ["tap", "number", "word"])
def test_two_menus_lead_to_a_wish(world, way):
    world.say("Halo")
    group, topic = {
        "tap": (world.tap, "KTP-el", "KTP hilang"),
        "number": (world.say, "3", "2"),
        "word": (world.say, "ktp-el", "ktp hilang"),
    }[way][1:]
    act = world.tap if way == "tap" else world.say
    assert "*KTP-el*" in act(group)
    assert "KTP hilang" in act(topic)
    assert "untuk siapa" in world.answers()[-1]
    assert world.recorded(Conversation.TopikDipilih)[0].topic_id == "ktp-hilang"


def test_a_sentence_is_enough_to_begin(world):
    answer = world.say("Saya mau urus akta kelahiran anak saya")
    assert "Buat akta baru" in answer
    assert list(world.options().values()) == ["Diri sendiri", "Keluarga saya", "Orang lain"]


def test_group_with_one_wish_has_no_second_menu(world):
    world.say("halo")
    assert "Catat perceraian" in world.tap("Akta Perceraian")


def test_questions_come_one_at_a_time_and_lead_to_the_checklist_of_this_case(world):
    checklist = world.begin()
    assert "Formulir F-2.01" in checklist
    assert "Surat keterangan kelahiran" in checklist
    assert "Buku nikah" in checklist
    assert "F-2.03" not in checklist
    assert "RT/RW" in checklist


def test_facts_change_the_checklist(world):
    answers = ["kuasa", "25-03-2026", "tidak ada", "tidak ada", "ya", "Nur Aisyah", NIK, "lewati"]
    checklist = world.begin("akta kelahiran", *answers)
    for paper in ("F-2.03", "F-2.04", "Surat kuasa"):
        assert paper in checklist
    assert "Buku nikah atau" not in checklist


def test_late_report_is_told_kindly(world):
    answers = ["keluarga", "25-03-2020", "ada", "ada", "Nur Aisyah", NIK, "lewati"]
    checklist = world.begin("akta kelahiran", *answers)
    assert "tetap GRATIS" in checklist
    send_all(world)
    world.tap("Kirim")
    event = world.recorded(CaseIntake.Diajukan)[0]
    assert (event.service_id, event.flags) == ("lhr-terlambat", ("terlambat-lapor",))


@pytest.mark.parametrize(
    ("answers", "wrong", "words"),
    [
        ((), "mungkin", "Ketuk salah satu"),
        (("keluarga",), "kemarin dulu", "17-08-2026"),
        (("keluarga",), "1 januari 2090", "belum terjadi"),
        (("keluarga", "25-03-2026", "ada", "ada"), "Aisyah 2", "angka"),
        (("keluarga", "25-03-2026", "ada", "ada", "Aisyah"), "12345", "16 angka"),
    ],
)
def test_wrong_answer_is_explained_and_asked_again(world, answers, wrong, words):
    world.begin("akta kelahiran", *answers, wrong)
    assert words in world.answers()[-1]
    assert len(world.recorded(Conversation.FaktaDijawab)) == len(answers)


def test_after_two_wrong_answers_a_person_is_offered(world):
    world.begin("akta kelahiran", "keluarga", "entah")
    assert "PETUGAS" not in world.answers()[-1]
    assert "PETUGAS" in world.say("lupa")


def test_answers_are_sealed(world):
    world.begin()
    events = world.recorded(Conversation.FaktaDijawab)
    opened = {each.question_id: world.vault.open(world.draft_id(), each.value) for each in events}
    assert opened["nik-ibu"] == NIK
    assert all(each.value.startswith("v1.") for each in events)


def test_advice_ends_the_draft(world):
    answer = world.begin("akta perkawinan", "ya")
    assert "KUA" in answer
    assert "belum punya permohonan" in world.say("STATUS")


def test_answers_may_lead_to_another_wish_and_stay_known(world):
    world.begin("kia baru", "keluarga", "25-03-2026", "belum")
    chosen = [each.topic_id for each in world.recorded(Conversation.TopikDipilih)]
    assert chosen == ["kia-baru", "lahir-baru"]
    assert "surat keterangan lahir" in world.answers()[-1]


def test_tapping_an_old_button_again_changes_the_answer(world):
    world.begin("akta kelahiran", "keluarga", "25-03-2026")
    yes = next(key for key, title in world.options().items() if title == "Ada")
    world.say("tidak ada")
    reply = {"type": "button_reply", "button_reply": {"id": yes, "title": "Ada"}}
    world.hear(world.message("interactive", reply))
    values = [
        world.vault.open(world.draft_id(), each.value)
        for each in world.recorded(Conversation.FaktaDijawab)
        if each.question_id == "surat-lahir"
    ]
    assert values == ["tidak", "ya"]


def test_button_of_another_time_is_said_to_be_old(world):
    world.begin("ktp hilang", "sendiri")
    for key in ("a:buku-nikah:ya", "t:topik-lama", "i:0123456789abcdef:doc.kk"):
        reply = {"type": "button_reply", "button_reply": {"id": key, "title": "x"}}
        assert "sudah tidak berlaku" in world.hear(world.message("interactive", reply))


def test_paper_is_kept_encrypted_with_its_item_and_without_exif(world, objects):
    world.begin()
    assert "1 berkas diterima: Kartu Keluarga" in world.send_photo("ini KK saya")
    kept = world.recorded(Conversation.BerkasDiterima)[0]
    assert (kept.paper.item_id, kept.paper.media_type) == ("doc.kk", "image/jpeg")
    content = objects.get(kept.for_case_id, kept.paper.sha256)
    assert b"HP Contoh" not in content
    assert len(content) == kept.paper.size_bytes


def test_file_name_names_the_item_when_there_is_no_caption(world):
    world.begin()
    message = world.file(pdf(), "application/pdf")
    message["document"]["filename"] = "F-2.01.pdf"
    assert "Formulir F-2.01" in world.hear(message).splitlines()[0]


def test_ten_photos_get_one_answer(world):
    world.begin()
    before = len(world.whatsapp.sent)
    burst = [
        world.file(world.photo(25 * number), "image/jpeg", caption=caption, kind="image")
        for number, caption in enumerate((*PAPERS, "kk", "ktp ibu", "saksi 2"))
    ]
    answer = world.hear(*burst)
    assert len(world.whatsapp.sent) == before + 1
    assert "10 berkas diterima" in answer
    assert "Sudah benar?" in answer


def test_word_after_photos_is_answered_once_for_all(world):
    world.begin()
    before = len(world.whatsapp.sent)
    photo = world.file(world.photo(50), "image/jpeg", caption="KK", kind="image")
    answer = world.hear(photo, world.message("text", {"body": "KIRIM"}))
    assert len(world.whatsapp.sent) == before + 1
    assert "Periksa dulu" in answer


def test_paper_without_a_name_answers_what_was_asked_for_and_can_be_renamed(world):
    world.begin()
    assert "Kami catat sebagai *Formulir F-2.01" in world.send_photo("", shade=40)
    assert "ini apa" in world.say("GANTI")
    world.tap("Surat keterangan lahir")
    names = [each.item_id for each in world.recorded(Conversation.BerkasDikenali)]
    assert names == ["frm.f201", "doc.sk_lahir"]
    assert "Berikutnya kirim: *Formulir F-2.01*" in world.answers()[-1]


def test_several_papers_without_names_are_asked_about_one_by_one(world):
    world.begin()
    photos = [world.file(world.photo(60 * n), "image/jpeg", kind="image") for n in (1, 2)]
    assert "Berkas ke-1" in world.hear(*photos)
    assert "Berkas ke-2" in world.say("4")
    assert "Masih kurang" in world.tap("Bukan semuanya")
    kept = [each.item_id for each in world.recorded(Conversation.BerkasDikenali)]
    assert kept == ["doc.kk", None]


def test_same_photo_twice_is_one_paper(world):
    world.begin()
    world.send_photo("KK")
    assert "sudah pernah Anda kirim" in world.send_photo("KK lagi")
    assert len(world.recorded(Conversation.BerkasDiterima)) == 1


def test_same_photo_with_a_better_caption_gets_its_name(world):
    world.begin()
    world.send_photo("pemandangan")
    world.say("8")
    world.send_photo("KK")
    assert world.recorded(Conversation.BerkasDikenali)[-1].item_id == "doc.kk"


def test_paper_without_a_draft_is_kept_and_the_wish_is_asked(world):
    assert "kami simpan" in world.send_photo("KK")
    assert "kami simpan" in world.say("KIRIM")
    world.begin("buat akta")
    assert "Masih kurang 6" in world.answers()[-1]


def test_sentence_about_a_paper_does_not_change_the_wish(world):
    world.begin()
    world.say("ini kk hilang saya ya pak")
    assert len(world.recorded(Conversation.TopikDipilih)) == 1
    world.say("kk hilang")
    assert world.recorded(Conversation.TopikDipilih)[-1].topic_id == "kk-hilang"


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"", "application/pdf", "kosong"),
        (b"MZ program", "application/x-msdownload", "jenis-tidak-dikenal"),
        (b"bukan pdf sama sekali", "application/pdf", "bukan-pdf"),
        (b"\xff\xd8\xff rusak", "image/jpeg", "gambar-rusak"),
        (b"%PDF-1.7\n" + b"x" * (20 * 1024 * 1024) + b"%%EOF", "application/pdf", "terlalu-besar"),
    ],
)
def test_unusable_file_gets_a_clear_answer_and_the_draft_stays(world, content, media_type, reason):
    world.begin()
    world.send_photo("KK")
    assert world.hear(world.file(content, media_type)) == REFUSALS[reason]
    assert world.recorded(Conversation.BerkasDitolak)[0].reason_code == reason
    assert "1 berkas" in world.say("STATUS")
