"""The signed documents reach the applicant's phone: a link with a PIN, or the files."""

import re
from hashlib import sha256
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from jamila_contracts import events
from jamila_contracts.commands import ResendSoftcopy
from jamila_testing.builders import signed_document
from notifier.domain import CaseNotices

READY = "sudah jadi. Unduh di sini"


def ready(world, **fields: object) -> None:
    """The case comes to the point at which its documents can be downloaded."""
    world.submit()
    told = world.tell(events.Ditandatangani, **fields).event()
    signed = tuple(each.signed_sha256 for each in told.documents)
    world.tell(events.Dicetak, medium="unduh", signed_sha256=signed)
    world.send()
    world.later(seconds=30)


def link_in(text: str) -> str:
    return re.search(r"https://layanan.test/unduh/(\S+)", text)[1]


def pin_in(text: str) -> str:
    return re.search(r"\b\d{6}\b", text)[0]


def links(world) -> list[CaseNotices.TautanUnduhDibuat]:
    return world.recorded(CaseNotices.TautanUnduhDibuat)


def test_link_and_pin_go_in_two_messages_the_link_first(world):
    ready(world)
    link, pin = world.texts()[-2:]
    made = links(world)[0]
    assert READY in link
    assert "Senin, 13 April 2026 pukul 09.00 WITA" in link
    assert sha256(link_in(link).encode()).hexdigest() == made.token_sha256
    assert len(link_in(link)) >= 32
    assert PasswordHasher().verify(made.pin_hash, pin_in(pin))
    assert pin_in(pin) not in link
    assert [each.kind for each in made.documents] == ["akta-kelahiran"]
    assert made.replaces is None


def test_secrets_are_kept_nowhere_once_they_are_sent(world):
    ready(world)
    token, pin = link_in(world.texts()[-2]), pin_in(world.texts()[-1])
    stored = b"".join(
        each.state for each in world.app.recorder.select_notifications(0, 10_000)
    ).decode()
    assert token not in stored
    assert pin not in stored
    payloads = [each.payload for each in world.app.store.waiting_effects(["send", "remind"])]
    assert [set(each) for each in payloads] == [{"link_id"}]


def test_secrets_that_wait_are_sealed(world):
    world.submit()
    world.tell(events.Ditandatangani)
    world.tell(events.Dicetak, medium="unduh")
    waiting = [each for each in world.app.store.waiting_effects(["send"]) if each.payload]
    assert len(waiting) == 2
    for each in waiting:
        assert set(each.payload) == {"sealed"}
        assert world.vault.open(world.case_id, each.payload["sealed"])
        assert "unduh" not in str(each.payload)


@pytest.mark.parametrize("first", [events.Dicetak, events.Ditandatangani])
def test_facts_in_any_order_make_one_link(world, first):
    submission = world.submission()
    told = {events.Dicetak: {"medium": "unduh"}, events.Ditandatangani: {}}
    for event in (first, *(each for each in told if each is not first)):
        world.tell(event, **told[event])
    assert links(world) == []
    world.hear(submission)
    assert len(links(world)) == 1


def test_a_fact_delivered_twice_makes_one_link(world):
    world.submit()
    world.tell(events.Ditandatangani)
    printed = world.tell(events.Dicetak, medium="unduh")
    world.hear(printed)
    world.later(minutes=1)
    assert len(links(world)) == 1
    assert sum(READY in text for text in world.texts()) == 1


def test_paper_makes_no_link(world):
    world.submit()
    world.tell(events.Ditandatangani)
    world.tell(events.Dicetak, medium="hvs-a4")
    world.later(minutes=1)
    assert links(world) == []
    assert "siap diambil" in world.texts()[-1]


def test_card_is_collected_and_the_rest_goes_to_the_phone(world):
    world.submit()
    documents = (signed_document(), signed_document(kind="kia"))
    world.tell(events.Ditandatangani, documents=documents)
    akta, card = (each.signed_sha256 for each in documents)
    world.tell(
        events.Dicetak,
        medium="unduh",
        signed_sha256=(akta, card),
        to_collect=(card,),
        collection_code=world.vault.seal(world.case_id, "AHGK49TX"),
    )
    world.later(seconds=30)
    world.later(seconds=30)
    assert [each.signed_sha256 for each in links(world)[0].documents] == [akta]
    assert ["AHGK49TX" in text for text in world.texts()[-3:]] == [True, False, False]


def test_outside_the_window_the_applicant_is_asked_to_write_first(world):
    world.submit()
    world.tell(events.Ditandatangani)
    world.clock.move(hours=25)
    world.tell(events.Dicetak, medium="unduh")
    world.later(minutes=1)
    assert links(world) == []
    assert world.templates()[-1] == "dokumen_terbit"
    heard = world.tell(events.PemohonMenulis, contact_id=contact_of(world))
    world.hear(heard)
    world.later(seconds=30)
    assert len(links(world)) == 1
    assert READY in world.texts()[-2]
    made = links(world)[0]
    assert made.cause.case_id == world.case_id


def test_another_message_of_the_applicant_makes_no_further_link(world):
    ready(world)
    world.clock.move(hours=2)
    world.tell(events.PemohonMenulis, contact_id=contact_of(world))
    assert len(links(world)) == 1


def test_window_that_whatsapp_says_is_closed_asks_to_write_and_skips_the_pin(world):
    ready(world)
    world.report("failed", -2, error_code=131047)
    world.report("failed", -1, error_code=131047)
    world.send()
    assert world.templates() == ["dokumen_terbit"]
    world.tell(events.PemohonMenulis, contact_id=contact_of(world))
    world.later(seconds=30)
    assert len(links(world)) == 2
    assert links(world)[1].replaces == links(world)[0].link_id


def test_applicant_asks_again_and_the_old_link_is_dead(world):
    ready(world)
    world.clock.move(minutes=5)
    world.tell(events.KirimUlangDiminta)
    world.later(seconds=30)
    first, second = links(world)
    assert second.replaces == first.link_id
    assert second.token_sha256 != first.token_sha256
    assert sum(READY in text for text in world.texts()) == 2


def test_asking_again_at_once_is_answered_without_a_new_link(world):
    ready(world)
    world.tell(events.KirimUlangDiminta)
    world.send()
    assert len(links(world)) == 1
    assert "baru saja kami kirim" in world.texts()[-1]


def test_asking_again_too_often_is_answered_kindly(world):
    ready(world)
    for _ in range(8):
        world.clock.move(minutes=5)
        world.tell(events.KirimUlangDiminta)
        world.later(seconds=30)
    assert len(links(world)) == 6
    assert "hari ini sudah beberapa kali" in world.texts()[-1]


def test_asking_before_there_is_anything_is_answered(world):
    world.submit()
    world.tell(events.KirimUlangDiminta)
    world.send()
    assert "Belum ada dokumen" in world.texts()[-1]


def test_locked_link_is_told_and_a_new_one_can_be_had_at_once(world):
    ready(world)
    locked = {"link_id": links(world)[0].link_id, "reason_code": "pin-salah"}
    world.tell(events.TautanUnduhDikunci, **locked)
    world.send()
    assert "kami kunci" in world.texts()[-1]
    world.tell(events.KirimUlangDiminta)
    world.later(seconds=30)
    assert len(links(world)) == 2
    world.tell(events.TautanUnduhDikunci, **locked)
    world.send()
    assert sum("kami kunci" in text for text in world.texts()) == 1


def test_unopened_link_is_brought_to_mind_once(world):
    ready(world)
    world.clock.move(hours=20)
    world.tell(events.PemohonMenulis, contact_id=contact_of(world))
    world.clock.move(hours=23)
    world.tell(events.PemohonMenulis, contact_id=contact_of(world))
    world.clock.move(hours=6)
    world.send()
    assert "belum Anda unduh" in world.texts()[-1]
    world.later(days=5)
    assert sum("belum Anda unduh" in text for text in world.texts()) == 1


@pytest.mark.parametrize("event", ["opened", "handed over", "replaced"])
def test_link_that_needs_no_reminder_brings_nothing_to_mind(world, event):
    ready(world)
    match event:
        case "opened":
            fields = {"link_id": links(world)[0].link_id}
            world.tell(events.TautanUnduhDibuka, **fields)
            world.tell(events.TautanUnduhDibuka, **fields)
        case "handed over":
            world.tell(events.Diserahkan)
        case "replaced":
            world.clock.move(hours=47)
            world.tell(events.KirimUlangDiminta)
            world.send()
    world.later(hours=2)
    assert "belum Anda unduh" not in "".join(world.texts())


def test_staff_send_a_new_link(world):
    ready(world)
    reply = world.ask(ResendSoftcopy, world.case_id, capability="operator-layanan")
    assert (reply.problem, reply.result) == (None, {"state": "tautan"})
    assert len(links(world)) == 2


def test_staff_cannot_send_what_is_not_there(world):
    world.submit()
    reply = world.ask(ResendSoftcopy, world.case_id, capability="operator-layanan")
    assert reply.problem.slug == "softcopy-not-ready"


def test_the_same_request_of_staff_is_done_once(world):
    ready(world)
    command = ResendSoftcopy(
        command_id=uuid4(),
        case_id=world.case_id,
        actor={"account": "petugas-1", "capability": "operator-layanan"},
        asked_at=world.clock.now(),
    )
    assert world.app.execute(command) == world.app.execute(command)
    assert len(links(world)) == 2


def test_forgotten_applicant_gets_no_link(world):
    world.submit()
    world.tell(events.Ditandatangani)
    world.vault.forget(world.case_id)
    world.tell(events.Dicetak, medium="unduh")
    assert links(world) == []


def test_documents_go_as_files_where_the_office_wants_it(make_world):
    world = make_world(softcopy="dokumen")
    contents = [b"%PDF-1.7 akta", b"%PDF-1.7 kk"]
    world.vault.create(world.case_id)
    documents = tuple(
        signed_document(kind=kind).model_copy(
            update={"signed_sha256": world.objects.put(world.case_id, content)}
        )
        for kind, content in zip(("akta-kelahiran", "kartu-keluarga"), contents, strict=True)
    )
    ready(world, documents=documents)
    sent = [each["document"] for each in world.whatsapp.sent if each["type"] == "document"]
    assert [each["filename"] for each in sent] == ["akta-kelahiran.pdf", "kartu-keluarga.pdf"]
    assert sent[0]["id"] == "media-1"
    assert "Kutipan Akta Kelahiran dari permohonan" in sent[0]["caption"]
    assert contents[0] in world.whatsapp.uploads[0]
    world.report("delivered", -1)
    assert world.recorded(CaseNotices.SoftcopyTerkirim) == []
    world.report("read", -2)
    world.report("read", -1)
    arrived = world.recorded(CaseNotices.SoftcopyTerkirim)
    assert [each.signed_sha256 for each in arrived] == [
        tuple(each.signed_sha256 for each in documents)
    ]


def test_document_that_is_gone_is_given_to_a_person(make_world):
    world = make_world(softcopy="dokumen")
    ready(world)
    failed = world.recorded(CaseNotices.PemberitahuanGagal)[-1]
    assert (failed.template_id, failed.reason_code) == ("softcopy_dokumen", "object-not-found")


def test_chased_document_for_the_phone_is_told_in_other_words(world):
    ready(world)
    world.tell(events.TidakDiambil)
    world.send()
    assert "belum Anda unduh" in world.texts()[-1]
    assert "datang ke kantor" in world.texts()[-1]


def contact_of(world):
    return world.app.find(world.case_id).applicant.contact_id
