"""Applicants whom only a person of the office can reach."""

from uuid import UUID, uuid4

import pytest

from jamila_contracts import commands as c
from jamila_contracts import events
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ItemProblem
from notifier.domain import CaseNotices
from notifier.hand_desk import NotToldYetError
from notifier.hand_notices import HandNotices
from notifier.handing import HAND_DUE
from notifier.outbox import PUBLICATIONS

LOKET = Actor(account="loket-1", capability="operator-layanan")
MISSING = {"problems": (ItemProblem(item_id="doc.kk", reason_code="tidak-ada"),)}
COUNTER = [
    (events.BerkasTidakLengkap, MISSING, True),
    (events.Dicetak, {}, True),
    (events.PermohonanDibatalkan, {"reason_code": "permintaan-pemohon"}, True),
    (events.BerkasDiterima, {}, False),
    (events.Ditandatangani, {}, False),
    (events.Diserahkan, {}, False),
]


def submit(world, channel="manual", **fields):
    world.hear(world.submission(channel=channel, **fields))
    world.send()


def ask(world, command, *, actor=LOKET, case_id=None, **fields):
    asked = command(
        command_id=uuid4(),
        case_id=case_id or world.case_id,
        actor=actor,
        asked_at=world.clock.now(),
        **fields,
    )
    return world.app.execute(asked)


def listed(world):
    reply = ask(world, c.ListHandNotices, case_id=UUID(int=0))
    assert reply.problem is None
    return reply.result["notices"]


def said(world, message_id):
    reply = ask(world, c.ReadHandNotice, message_id=message_id)
    assert reply.problem is None
    return world.vault.open(world.case_id, reply.result["said"])


def tell_all(world):
    for each in listed(world):
        assert ask(world, c.MarkNoticeTold, message_id=each["message_id"]).problem is None


def about(world):
    return [each["about_event"] for each in listed(world)]


def sign_for_the_phone(world):
    signed = world.tell(events.Ditandatangani).event()
    hashes = tuple(each.signed_sha256 for each in signed.documents)
    world.tell(events.Dicetak, medium="unduh", signed_sha256=hashes, to_collect=())
    world.send()
    return hashes


def test_case_of_the_offices_phone_is_told_by_hand_and_never_by_the_platform(world):
    submit(world)
    assert world.whatsapp.calls == 0
    waiting = listed(world)
    assert [each["about_event"] for each in waiting] == ["PermohonanDiajukan"]
    assert (waiting[0]["owner"], waiting[0]["overdue"]) == ("operator-layanan", False)
    words = said(world, waiting[0]["message_id"])
    assert words["phone"] == "628006311001"
    assert "Kode tanda terima: K7M2Q9XW4T" in words["text"]


def test_list_shows_neither_words_nor_number(world):
    submit(world)
    assert "628006311001" not in str(listed(world))
    assert "K7M2Q9XW4T" not in str(listed(world))


@pytest.mark.parametrize("event", [events.BerkasTidakLengkap, events.Dicetak, events.TidakDiambil])
def test_event_is_given_to_staff_once_however_often_it_is_delivered(world, event):
    submit(world)
    tell_all(world)
    told = world.tell(event)
    world.hear(told)
    world.send()
    assert about(world) == [event.__name__]
    assert world.whatsapp.calls == 0


def test_told_is_recorded_with_who_did_it_and_said_twice_is_the_same(world):
    submit(world)
    message_id = listed(world)[0]["message_id"]
    for _ in range(2):
        assert ask(world, c.MarkNoticeTold, message_id=message_id).problem is None
    told = world.recorded(HandNotices.PemberitahuanDisampaikan)
    assert [each.cause.actor.account for each in told] == ["loket-1"]
    assert listed(world) == []
    assert world.app.store.waiting_effects([HAND_DUE]) == []


def test_not_reached_is_recorded_with_owner_and_due_time(world):
    submit(world)
    message_id = listed(world)[0]["message_id"]
    for _ in range(2):
        reply = ask(world, c.MarkNoticeUnreached, message_id=message_id)
        assert reply.problem is None
    failed = world.recorded(HandNotices.PenyampaianManualGagal)
    assert [(each.reason_code, each.owner) for each in failed] == [
        ("tidak-terhubung", "operator-layanan")
    ]
    assert failed[0].due_at > world.clock.now()
    assert listed(world) == []


def test_what_was_not_reached_is_not_told_afterwards(world):
    submit(world)
    message_id = listed(world)[0]["message_id"]
    ask(world, c.MarkNoticeUnreached, message_id=message_id)
    assert ask(world, c.MarkNoticeTold, message_id=message_id).problem.slug == "notice-settled"


@pytest.mark.parametrize("command", [c.ReadHandNotice, c.MarkNoticeTold, c.MarkNoticeUnreached])
def test_message_that_does_not_exist_is_refused(world, command):
    assert ask(world, command, message_id=uuid4()).problem.slug == "notice-unknown"
    submit(world)
    assert ask(world, command, message_id=uuid4()).problem.slug == "notice-unknown"


@pytest.mark.parametrize(
    "command", [c.ListHandNotices, c.ReadHandNotice, c.MarkNoticeTold, c.MarkNoticeUnreached]
)
def test_only_the_operator_of_step_1_tells_by_hand(world, command):
    submit(world)
    fields = {} if command is c.ListHandNotices else {"message_id": listed(world)[0]["message_id"]}
    kasi = Actor(account="kasi-1", capability="kasi")
    reply = ask(world, command, actor=kasi, **fields)
    assert reply.problem.slug == "capability-missing"


@pytest.mark.parametrize(("event", "fields", "is_told"), COUNTER)
def test_who_came_to_the_counter_is_told_what_needs_him(world, event, fields, is_told):
    submit(world, channel="loket")
    world.tell(event, **fields)
    world.send()
    assert about(world) == ([event.__name__] if is_told else [])
    assert world.whatsapp.calls == 0


def test_office_may_tell_the_counter_everything_or_nothing(make_world):
    for rule, told in (("semua", ["PermohonanDiajukan", "BerkasTidakLengkap"]), ("tidak", [])):
        world = make_world(counter_by_hand=rule)
        world.story.case_id = world.case_id = uuid4()
        world.vault.create(world.case_id)
        submit(world, channel="loket")
        world.tell(events.BerkasTidakLengkap, **MISSING)
        mine = [each for each in listed(world) if each["case_id"] == str(world.case_id)]
        assert [each["about_event"] for each in mine] == told


def test_counter_without_a_number_is_told_in_person(world):
    sealed = world.vault.seal(world.case_id, {"name": "Siti Rahmah", "phone": None})
    submit(world, channel="loket", applicant=sealed)
    world.tell(events.BerkasTidakLengkap, **MISSING)
    assert listed(world) == []


def test_news_makes_stale_what_was_only_for_the_moment(world):
    submit(world)
    tell_all(world)
    world.tell(events.BerkasDiterima)
    world.tell(events.Dicetak)
    assert about(world) == ["Dicetak"]
    skipped = world.recorded(HandNotices.PesanDilewati)
    assert [each.reason_code for each in skipped] == ["didahului"]


def test_only_the_end_is_told_of_a_case_that_is_over(world):
    submit(world)
    world.tell(events.Dicetak)
    world.tell(events.Diserahkan)
    assert about(world) == ["Diserahkan"]
    assert "NILAI 4: Sangat baik" in said(world, listed(world)[0]["message_id"])["text"]


def test_forgotten_case_is_told_to_nobody(world):
    submit(world)
    message_id = listed(world)[0]["message_id"]
    world.tell(events.DataPribadiDihapus)
    world.vault.forget(world.case_id)
    assert listed(world) == []
    assert world.app.store.waiting_effects([HAND_DUE]) == []
    assert ask(world, c.ReadHandNotice, message_id=message_id).problem is not None


def test_documents_go_with_one_message_and_being_told_is_the_proof_of_hand_over(world):
    submit(world)
    tell_all(world)
    hashes = sign_for_the_phone(world)
    waiting = listed(world)[-1]
    assert [each["signed_sha256"] for each in waiting["documents"]] == list(hashes)
    assert world.recorded(HandNotices.SoftcopyDisampaikan) == []
    assert ask(world, c.MarkNoticeTold, message_id=waiting["message_id"]).problem is None
    arrived = world.recorded(HandNotices.SoftcopyDisampaikan)
    assert [each.signed_sha256 for each in arrived] == [hashes]
    assert world.recorded(CaseNotices.TautanUnduhDibuat) == []
    assert world.whatsapp.calls == 0


def test_asking_again_by_the_offices_phone_gives_the_documents_to_staff_once(world):
    submit(world)
    sign_for_the_phone(world)
    tell_all(world)
    for _ in range(2):
        world.clock.move(minutes=5)
        world.tell(events.KirimUlangDiminta, channel="manual")
    assert [bool(each["documents"]) for each in listed(world)] == [True]


def test_who_writes_by_the_platform_is_told_by_it_again_and_back(world):
    submit(world)
    tell_all(world)
    contact_id = world.app.find(world.case_id).applicant.contact_id
    world.tell(events.PemohonMenulis, contact_id=contact_id)
    world.tell(events.BerkasDiterima)
    world.send()
    assert len(world.texts()) == 1
    world.tell(events.PemohonMenulis, contact_id=contact_id, channel="manual")
    world.tell(events.Dicetak)
    world.send()
    assert (len(world.texts()), about(world)) == (1, ["Dicetak"])


def test_message_that_waits_in_the_queue_goes_to_staff_once_the_applicant_is_known(world):
    submission = world.submission(channel="manual")
    world.tell(events.Ditandatangani)
    world.hear(submission)
    world.later(minutes=1)
    world.later(minutes=1)
    assert set(about(world)) <= {"PermohonanDiajukan", "Ditandatangani"}
    assert "Ditandatangani" in about(world)
    assert world.whatsapp.calls == 0


def test_what_nobody_told_in_time_is_overdue_and_stays_until_somebody_does(world):
    submit(world)
    world.clock.move(hours=25)
    (effect,) = world.app.store.waiting_effects([HAND_DUE])
    with pytest.raises(NotToldYetError):
        world.app.effects[HAND_DUE](effect)
    assert [each["overdue"] for each in listed(world)] == [True]
    tell_all(world)
    assert listed(world) == []


def test_broken_promise_is_told_by_hand_as_well(world):
    submit(world)
    world.tell(events.BerkasDiterima)
    tell_all(world)
    world.clock.move(hours=3)
    world.tell(events.SlaTerlampaui)
    assert about(world) == ["SlaTerlampaui"]


def test_every_published_fact_fits_its_contract(world):
    submit(world)
    sign_for_the_phone(world)
    first, *rest = listed(world)
    ask(world, c.MarkNoticeUnreached, message_id=first["message_id"])
    for each in rest:
        ask(world, c.MarkNoticeTold, message_id=each["message_id"])
    kinds = [each for each in PUBLICATIONS.published if "HandNotices." in each.__qualname__]
    mine = [each for kind in kinds for each in world.recorded(kind)]
    assert {type(each) for each in mine} >= {
        HandNotices.PenyampaianManualDiminta,
        HandNotices.PemberitahuanDisampaikan,
        HandNotices.PenyampaianManualGagal,
        HandNotices.SoftcopyDisampaikan,
    }
    for each in mine:
        meta = {"event_id": uuid4(), "occurred_at": each.cause.occurred_at}
        fields = {**vars(each), **meta, "case_id": each.cause.case_id}
        PUBLICATIONS.published[type(each)].model_validate(fields)
