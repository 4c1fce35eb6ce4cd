from datetime import UTC, datetime, timedelta

from jamila_contracts import events as e
from jamila_contracts.sop import load_sop
from jamila_ledger.attempts import Attempt
from jamila_ledger.calendar import load_calendar, working_time
from jamila_ledger.casefold import fold
from jamila_ledger.sla import CaseSla, due_of, measure
from jamila_testing.builders import MONDAY, ROAD, Story, as_recorded, happy_story

OFFICE = load_calendar()
MINUTE = timedelta(minutes=1)


def sla_of(story, *, as_of=None):
    facts = as_recorded(story.records)
    return measure(fold(facts), calendar=OFFICE, sop=load_sop(), as_of=as_of or story.now)


def test_the_happy_road_by_hand():
    sla = sla_of(happy_story())
    assert [(s.step, s.waiting / MINUTE, s.handling / MINUTE) for s in sla.steps] == [
        (step, 1, 3) for step in range(1, 9)
    ]
    assert {s.verdict for s in sla.steps} == {"tepat"}
    assert (sla.total, sla.total_budget) == (32 * MINUTE, 70 * MINUTE)
    assert (sla.verdict, sla.duty) == ("tepat", "tepat")
    assert sla.total_started_at == MONDAY
    assert sla.wall == 44 * MINUTE
    assert (sla.returns, sla.charged) == ((), {})


def test_a_step_over_its_budget_is_late_and_due_when_the_budget_ended():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasDiterima, wait=3, handle=3)
    (first, second) = sla_of(story).steps
    assert (first.verdict, first.used, first.due_at) == (
        "terlambat",
        6 * MINUTE,
        MONDAY + 5 * MINUTE,
    )
    assert (second.verdict, second.waiting) == ("berjalan", timedelta())


def test_a_step_still_open_after_its_budget_is_late_already():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    in_time = sla_of(story, as_of=MONDAY + 5 * MINUTE)
    late = sla_of(story, as_of=MONDAY + 5 * MINUTE + timedelta(seconds=1))
    assert [in_time.steps[0].verdict, late.steps[0].verdict] == ["berjalan", "terlambat"]


def test_nights_and_breaks_do_not_count():
    # 11:58 on Monday; taken at 13:01, done at 13:03 after the lunch break.
    story = Story(start=datetime(2026, 4, 6, 3, 58, tzinfo=UTC))
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasDiterima, wait=63, handle=2)
    first = sla_of(story).steps[0]
    assert (first.waiting, first.handling, first.verdict) == (3 * MINUTE, 2 * MINUTE, "tepat")


def test_a_pause_stops_the_clock_moves_the_due_time_and_names_its_reason():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.later(minutes=1).tell(e.TugasDiambil)
    story.later(minutes=1).tell(e.JedaDimulai)
    paused = sla_of(story, as_of=story.now + 20 * MINUTE).steps[0]
    assert (paused.due_at, paused.verdict, paused.used) == (None, "berjalan", 2 * MINUTE)
    story.later(minutes=20).tell(e.JedaSelesai)
    story.later(minutes=2).tell(e.BerkasDiterima)
    first = sla_of(story).steps[0]
    assert (first.waiting, first.handling) == (MINUTE, 3 * MINUTE)
    assert first.paused == {"gangguan-siak": 20 * MINUTE}
    assert (first.due_at, first.verdict) == (MONDAY + 25 * MINUTE, "tepat")


def test_overlapping_pauses_count_once():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.tell(e.JedaDimulai, reason_code="gangguan-siak")
    story.later(minutes=5).tell(e.JedaDimulai, reason_code="blangko-habis")
    story.later(minutes=5).tell(e.JedaSelesai, reason_code="gangguan-siak")
    story.later(minutes=5).tell(e.JedaSelesai, reason_code="blangko-habis")
    story.later(minutes=1).tell(e.BerkasDiterima)
    first = sla_of(story).steps[0]
    assert (first.used, first.due_at) == (MINUTE, MONDAY + 20 * MINUTE)


def test_releasing_a_task_makes_it_wait_again():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.later(minutes=1).tell(e.TugasDiambil)
    story.later(minutes=1).tell(e.TugasDilepas)
    story.later(minutes=1).tell(e.TugasDiambil)
    story.later(minutes=1).tell(e.BerkasDiterima)
    first = sla_of(story).steps[0]
    assert (first.waiting, first.handling) == (2 * MINUTE, 2 * MINUTE)


def test_waiting_for_the_applicant_is_on_nobodys_clock():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.work(e.BerkasTidakLengkap)
    story.later(hours=2).tell(e.BerkasDiunggah)
    answered = story.now
    for event_class in ROAD:
        story.work(event_class)
    sla = sla_of(story)
    assert [(s.step, s.attempt) for s in sla.steps[:3]] == [(1, 1), (1, 2), (2, 1)]
    assert (sla.total_started_at, sla.total) == (answered, 32 * MINUTE)
    assert (sla.returns[0].charged_to, sla.returns[0].rework) == (0, timedelta())
    assert sla.wall == 12 * MINUTE + 4 * MINUTE + 120 * MINUTE + 32 * MINUTE


def test_a_return_keeps_the_total_and_is_charged_to_the_step_it_goes_back_to():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in (*ROAD[:4], e.VerifikasiDikembalikan, *ROAD[3:]):
        story.work(event_class)
    sla = sla_of(story)
    assert sla.total == 40 * MINUTE
    (back,) = sla.returns
    assert (back.from_step, back.charged_to, back.rework) == (5, 4, 4 * MINUTE)
    assert sla.charged == {4: 4 * MINUTE}
    again = next(s for s in sla.steps if (s.step, s.attempt) == (4, 2))
    assert (again.budget, again.used) == (10 * MINUTE, 4 * MINUTE)


def test_within_nested_returns_the_innermost_pays():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    # 5 sends back to 4, 4 finds that 3 was wrong: 3 again, 4 again, 5 again.
    for event_class in (*ROAD[:4], e.VerifikasiDikembalikan, e.DraftDikembalikan, *ROAD[2:]):
        story.work(event_class)
    sla = sla_of(story)
    assert [(r.charged_to, r.rework / MINUTE) for r in sla.returns] == [(4, 8), (3, 4)]
    assert sla.charged == {3: 4 * MINUTE, 4: 8 * MINUTE}


def test_the_24_hour_duty_runs_over_nights_until_the_document_is_ready():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in ROAD[:6]:
        story.work(event_class)
    assert sla_of(story).duty == "berjalan"
    assert sla_of(story, as_of=MONDAY + timedelta(hours=25)).duty == "terlambat"
    story.later(hours=24).work(e.Dicetak)
    late = sla_of(story)
    assert (late.duty, late.duty_due_at) == ("terlambat", MONDAY + timedelta(hours=24))


def reprinted():
    """The counter finds the print spoiled and sends it back to the printer."""
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in (*ROAD[:7], e.CetakUlangDiminta, *ROAD[6:]):
        story.work(event_class)
    return story


def test_what_is_printed_again_is_charged_to_the_printer_and_keeps_the_total():
    sla = sla_of(reprinted())
    assert [(s.step, s.attempt, s.used / MINUTE) for s in sla.steps[6:]] == [
        (7, 1, 4),
        (8, 1, 4),
        (7, 2, 4),
        (8, 2, 4),
    ]
    (back,) = sla.returns
    assert (back.event, back.from_step, back.charged_to) == ("CetakUlangDiminta", 8, 7)
    assert back.reason_codes
    assert (back.rework, sla.charged) == (4 * MINUTE, {7: 4 * MINUTE})
    assert (sla.total, sla.verdict) == (10 * 4 * MINUTE, "tepat")


def test_a_print_that_was_sent_back_does_not_fulfil_the_24_hour_duty():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    for event_class in (*ROAD[:7], e.CetakUlangDiminta):
        story.work(event_class)
    assert (sla_of(story).duty, sla_of(story).duty_done_at) == ("berjalan", None)
    story.later(hours=24).work(e.Dicetak)
    assert (sla_of(story).duty, sla_of(story).duty_done_at) == ("terlambat", story.now)


def test_no_total_before_the_papers_are_complete():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    sla = sla_of(story, as_of=MONDAY + 3 * MINUTE)
    assert (sla.total_started_at, sla.total, sla.verdict) == (None, timedelta(), "berjalan")


def test_waiting_and_handling_and_pauses_fill_each_attempt():
    story = Story(start=datetime(2026, 4, 10, 3, 0, tzinfo=UTC))
    story.tell(e.PermohonanDiajukan)
    for minutes, event_class in enumerate(ROAD, start=1):
        story.work(event_class, wait=40 * minutes, handle=25)
    for step in sla_of(story).steps:
        paused = sum(step.paused.values(), timedelta())
        assert step.used + paused == working_time(step.arrived_at, step.done_at, OFFICE)


def test_measures_survive_json():
    sla = sla_of(happy_story())
    assert CaseSla.model_validate_json(sla.model_dump_json()) == sla


def test_a_pause_after_the_budget_is_used_does_not_move_the_due_time():
    story = Story()
    story.tell(e.PermohonanDiajukan)
    story.later(minutes=7).tell(e.JedaDimulai)
    assert sla_of(story).steps[0].due_at == MONDAY + 5 * MINUTE
    story.later(minutes=7).tell(e.JedaSelesai)
    assert sla_of(story).steps[0].due_at == MONDAY + 5 * MINUTE


def test_an_attempt_that_nobody_opened_has_no_due_time():
    assert due_of(Attempt(step=1, attempt=1), budget=MINUTE, calendar=OFFICE) is None


def test_an_outage_is_measured_as_nothing():
    story = Story("gangguan-1")
    story.tell(e.GangguanDimulai)
    sla = sla_of(story)
    assert (sla.steps, sla.wall, sla.duty) == ((), None, "berjalan")
