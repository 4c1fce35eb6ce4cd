import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamila_contracts import events as e
from jamila_contracts.envelope import Actor
from jamila_contracts.values import ReturnReason
from jamila_contracts.wire import Record
from jamila_ledger.casefold import CHANGES, advance, fold
from jamila_ledger.chain import GENESIS, Entry
from jamila_ledger.recorded import Recorded
from jamila_ledger.sql_store import canonical_meta
from jamila_testing.builders import ROAD, Story, as_recorded, happy_story, named_id, paper
from jamila_testing.samples import WORKERS

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def file_of(story):
    return fold(as_recorded(story.records, at=NOW))


def road_to(step):
    """A case that has just arrived at a step."""
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD[: step - 1]:
        story.work(event_class)
    return story


def test_every_event_of_the_contracts_is_decided_upon():
    assert set(CHANGES) == set(e.EVENTS.values())


def test_no_entries_make_no_file():
    assert fold([]) is None


def test_a_submitted_case_waits_at_step_1():
    file = file_of(road_to(1))
    assert (file.status, file.step, file.state) == ("berjalan", 1, "menunggu")
    assert (file.current.attempt, file.current.taken_by) == (1, None)
    assert (file.service_id, file.channel, len(file.papers)) == ("lhr-umum", "whatsapp", 3)


@pytest.mark.parametrize("step", range(2, 9))
def test_each_finished_step_opens_the_next(step):
    file = file_of(road_to(step))
    assert (file.step, file.state, file.current.attempt) == (step, "menunggu", 1)


def test_the_happy_road_ends_finished_with_everybody_named():
    file = file_of(happy_story())
    assert (file.status, file.step, file.current) == ("selesai", None, None)
    assert file.workers == {
        1: ("operator-1",),
        2: ("siak-1",),
        3: ("siak-1",),
        4: ("kasi-1",),
        5: ("kabid-1",),
        6: ("kadis-1",),
        7: ("cetak-1",),
        8: ("operator-1",),
    }
    assert [signed.level for signed in file.signed] == ["B-LTA"]
    assert file.siak_registration == "SIAK-2026-000123"
    assert file.verified_sha256 == (file.drafts[0].document_sha256,)
    assert file.returns == ()
    assert file.finished_at == file.last_event_at


@pytest.mark.parametrize(
    ("event_class", "target"),
    [
        (e.DataSiakTidakCocok, 1),
        (e.DraftDikembalikan, 3),
        (e.VerifikasiDikembalikan, 4),
        (e.PenandatangananDitolak, 5),
    ],
)
def test_a_return_opens_a_second_attempt_where_the_sop_says(event_class, target):
    story = road_to(event_class.STEP)
    story.work(event_class)
    file = file_of(story)
    assert (file.step, file.current.attempt, file.state) == (target, 2, "menunggu")
    assert [(r.from_step, r.to_step) for r in file.returns] == [(event_class.STEP, target)]
    assert file.returns[0].reason_codes
    for forward in ROAD[target - 1 :]:
        story.work(forward)
    done = file_of(story)
    assert done.status == "selesai"
    assert done.attempt_at(event_class.STEP, 2).outcome == ROAD[event_class.STEP - 1].__name__


def test_incomplete_papers_wait_for_the_applicant_and_a_new_paper_opens_step_1_again():
    story = road_to(1)
    story.work(e.BerkasTidakLengkap)
    waiting = file_of(story)
    assert (waiting.status, waiting.step, waiting.state) == ("menunggu-pemohon", None, None)
    assert waiting.returns[0].to_step == 0
    story.later(hours=5).tell(e.BerkasDiunggah, paper=paper("doc.nikah", name="clearer"))
    story.later(minutes=1).tell(e.BerkasDiunggah, paper=paper("frm.f201"))
    back = file_of(story)
    assert (back.status, back.step, back.current.attempt) == ("berjalan", 1, 2)
    assert len(back.papers) == 5


def test_cancelling_ends_the_case_and_its_task():
    story = road_to(1)
    story.tell(e.PermohonanDibatalkan)
    file = file_of(story)
    assert (file.status, file.current) == ("dibatalkan", None)
    assert file.attempts[0].outcome == "PermohonanDibatalkan"


@pytest.mark.parametrize("event_class", [e.PenandatangananGagal, e.CetakGagal, e.TidakDiambil])
def test_a_failure_leaves_the_case_at_its_step(event_class):
    story = road_to(event_class.STEP)
    story.tell(event_class)
    assert file_of(story).step == event_class.STEP


def test_a_task_is_taken_released_and_taken_by_another():
    story = road_to(1)
    story.tell(e.TugasDiambil)
    assert (file_of(story).state, file_of(story).current.taken_by) == ("dikerjakan", "operator-1")
    story.later(minutes=1).tell(e.TugasDilepas)
    assert (file_of(story).state, file_of(story).current.taken_by) == ("menunggu", None)
    other = Actor(account="operator-2", capability="operator-layanan")
    story.later(minutes=1).tell(e.TugasDiambil, actor=other)
    assert file_of(story).current.taken_by == "operator-2"


def test_a_pause_shows_its_reason_and_ends():
    story = road_to(2)
    story.tell(e.JedaDimulai, step=2)
    assert (file_of(story).state, file_of(story).current.paused_for) == ("jeda", "gangguan-siak")
    story.later(minutes=9).tell(e.JedaSelesai, step=2)
    assert file_of(story).state == "menunggu"


def test_versions_are_kept_per_service():
    file = file_of(road_to(3))
    assert {source: v.position for source, v in file.versions.items()} == {
        "intake": 3,
        "siak-adapter": 2,
    }


def test_delivery_status_only_moves_forward():
    story = road_to(1)
    story.tell(e.StatusPesanDilaporkan, status="read")
    story.tell(e.StatusPesanDilaporkan, status="delivered")
    story.tell(e.PemberitahuanTerkirim)
    (message,) = file_of(story).messages
    assert (message.status, message.template_id) == ("read", "diterima")


def test_a_message_that_could_not_be_sent_has_an_owner():
    story = road_to(1)
    story.tell(e.PemberitahuanGagal)
    (message,) = file_of(story).messages
    assert (message.status, message.owner) == ("gagal", "operator-layanan")


def test_revocation_and_erasure_are_kept():
    story = happy_story()
    story.tell(e.DokumenDicabut)
    story.tell(e.DataPribadiDihapus)
    file = file_of(story)
    assert (file.revoked, file.personal_data_erased) == (("K7M2Q9XW4T8B",), True)


def test_an_event_of_a_newer_version_is_passed_over_and_counted():
    story = road_to(2)
    told = story.tell(e.DataSiakCocok)
    newer = Record(told.meta.model_copy(update={"schema_version": 2}), told.data)
    facts = as_recorded(story.records[:-1], at=NOW)
    unknown = Recorded(9, 9, NOW, newer.meta, None)
    file = fold([*facts, unknown])
    assert (file.step, file.unread, file.position) == (2, 1, 9)


def busy_story():
    """Every return once, an incomplete first submission, a pause, a release."""
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasTidakLengkap)
    story.later(minutes=30).tell(e.BerkasDiunggah)
    for event_class in (e.BerkasDiterima, e.DataSiakTidakCocok, e.BerkasDiterima):
        story.work(event_class)
    story.tell(e.JedaDimulai, step=2, attempt=2)
    story.later(minutes=10).tell(e.JedaSelesai, step=2, attempt=2)
    for event_class in (e.DataSiakCocok, e.DraftDibuat, e.DraftDikembalikan, e.DraftDibuat):
        story.work(event_class)
    for event_class in (e.DraftDisetujui, e.VerifikasiDikembalikan, e.DraftDisetujui):
        story.work(event_class)
    for event_class in (e.Diverifikasi, e.PenandatangananDitolak, *ROAD[4:]):
        story.work(event_class)
    return story


def interleaved(records, seed):
    """Another order in which every service still tells its own facts in order."""
    queues = {}
    for record in records:
        queues.setdefault(record.meta.source, []).append(record)
    chance = random.Random(seed)  # noqa: S311 - order of a test, not a secret
    merged = []
    while queues:
        source = chance.choice(sorted(queues))
        merged.append(queues[source].pop(0))
        if not queues[source]:
            del queues[source]
    return merged


@settings(max_examples=40, deadline=timedelta(seconds=2))
@given(seed=st.integers(0, 10_000))
def test_the_file_of_a_whole_case_does_not_depend_on_how_services_interleave(seed):
    records = busy_story().records
    told, mixed = (
        fold(as_recorded(records, at=NOW)),
        fold(as_recorded(interleaved(records, seed), at=NOW)),
    )
    last = {"last_event", "last_event_at", "versions"}
    assert mixed.model_dump(exclude=last) == told.model_dump(exclude=last)
    assert mixed.versions == told.versions


def test_folding_on_from_a_file_equals_folding_from_the_start():
    facts = as_recorded(busy_story().records, at=NOW)
    for cut in range(1, len(facts)):
        file = fold(facts[:cut])
        assert advance(file, facts[cut]) == fold(facts[: cut + 1])


def test_folding_at_once_equals_folding_fact_by_fact_at_every_fact():
    story = road_to(5)
    story.tell(e.DataPribadiDibaca)
    story.work(e.VerifikasiDikembalikan)
    story.tell(e.PemberitahuanTerkirim)
    facts = as_recorded(story.records, at=NOW)
    facts[7] = replace(facts[7], event=None)
    file = None
    for number, fact in enumerate(facts, start=1):
        file = advance(file, fact)
        assert fold(facts[:number]) == file


def test_file_of_which_only_was_looked_at_stands_nowhere():
    story = Story()
    story.tell(e.DataPribadiDibaca)
    file = file_of(story)
    assert (file.position, file.case_position, file.versions) == (0, 1, {})


def test_a_warning_of_the_clock_changes_nothing_of_the_task():
    story = road_to(1)
    before = file_of(story)
    story.tell(e.SlaHampirTerlampaui)
    story.tell(e.SlaTerlampaui)
    after = file_of(story)
    assert (after.attempts, after.position) == (before.attempts, before.position + 2)


def test_cancelling_while_waiting_for_the_applicant_ends_the_case():
    story = road_to(1)
    story.work(e.BerkasTidakLengkap)
    story.tell(e.PermohonanDibatalkan)
    assert file_of(story).status == "dibatalkan"


@pytest.mark.parametrize(
    ("end", "status", "owner"),
    [
        (e.PemberitahuanDisampaikan, "told", None),
        (e.PenyampaianManualGagal, "gagal", "operator-layanan"),
    ],
)
def test_message_that_staff_tell_is_owed_until_it_is_settled(end, status, owner):
    story = Story()
    story.tell(e.PemberitahuanDilewati)
    story.tell(e.PenyampaianManualDiminta)
    (message,) = file_of(story).messages
    assert (message.status, message.owner) == ("manual", "operator-layanan")
    assert message.due_at is not None
    # Twice, and out of order: what became of it stays.
    for event in (end, end, e.PenyampaianManualDiminta):
        story.tell(event)
    (message,) = file_of(story).messages
    assert (message.status, message.owner) == (status, owner)


def test_each_message_is_followed_by_itself():
    story = road_to(1)
    story.tell(e.PemberitahuanTerkirim)
    story.tell(e.PemberitahuanTerkirim, message_id=named_id("second"), template_id="terbit")
    story.tell(e.StatusPesanDilaporkan, message_id=named_id("second"), status="read")
    assert [(m.template_id, m.status) for m in file_of(story).messages] == [
        ("diterima", "sent"),
        ("terbit", "read"),
    ]


def test_an_entry_this_software_cannot_read_is_kept_without_its_event():
    told = happy_story().records[0]
    newer = told.meta.model_copy(update={"schema_version": 99})
    entry = Entry(
        *(1, str(newer.event_id), newer.source, 1, str(newer.case_id), 1, newer.type),
        *(canonical_meta(newer), told.data, 0, GENESIS, GENESIS, GENESIS),
    )
    assert Recorded.of(entry).event is None


def test_a_return_keeps_its_reasons_and_the_next_draft_what_was_printed_before():
    story = road_to(4)
    reason = ReturnReason(code="salah-ketik", field="akta-kelahiran.child_name", note="v1.catatan")
    story.work(e.DraftDikembalikan, reasons=(reason,))
    story.work(e.DraftDibuat, data="v1.yang-baru")
    file = file_of(story)
    assert file.returns[0].reasons == (reason,)
    assert (file.data_before, file.data) == (file_of(road_to(4)).data, "v1.yang-baru")
    story.tell(e.DataPribadiDihapus)
    assert file_of(story).data_before is None


def test_who_opened_what_before_the_signature_is_kept_by_time():
    story = road_to(6)
    story.tell(e.DokumenDilihat)
    once = as_recorded(story.records, at=NOW)[-1]
    file = file_of(story)
    assert [(each.account, each.at) for each in file.looks] == [
        (once.meta.actor.account, once.event.occurred_at)
    ]
    earlier = once.event.model_copy(update={"occurred_at": once.event.occurred_at - timedelta(1)})
    later = advance(file, replace(once, event=earlier))
    assert [each.at for each in later.looks] == [earlier.occurred_at, once.event.occurred_at]


def test_notes_stand_in_their_order_with_whoever_wrote_them_until_the_case_is_forgotten():
    story = road_to(2)
    for worker in (1, 4):
        story.later(minutes=1).tell(e.CatatanDitambahkan, actor=WORKERS[worker])
    before = file_of(road_to(2))

    noted = file_of(story)
    assert [(each.account, each.capability) for each in noted.notes] == [
        ("operator-1", "operator-layanan"),
        ("kasi-1", "kasi"),
    ]
    assert noted.versions["intake"].position == before.versions["intake"].position
    story.tell(e.DataPribadiDihapus)
    assert file_of(story).notes == ()
    story.tell(e.CatatanDitambahkan, actor=WORKERS[1])
    assert file_of(story).notes == ()
