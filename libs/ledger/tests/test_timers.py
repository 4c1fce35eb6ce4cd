"""The alarms of the service ``sla``, on a store in memory and a clock that is set by hand."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from uuid import uuid4

import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import EndOutage, StartOutage
from jamila_contracts.envelope import Actor
from jamila_ledger.calendar import CalendarData, Day, build_calendar, load_calendar
from jamila_ledger.timers import Rules
from jamila_ledger.timers_application import ALARM, HOLD, PUBLICATIONS, SETTLE, create
from jamila_ledger.timers_watch import SlaWatch
from jamila_runtime.effects import EffectRunner
from jamila_testing.builders import MONDAY, ROAD, Logs, Story, named_id

MINUTE = timedelta(minutes=1)
KASI = Actor(account="kasi-1", capability="kasi")
OPERATOR = Actor(account="siak-1", capability="operator-siak")
OFFICE = Rules(load_calendar(), 80)
OUTAGE = named_id("gangguan-1")


class HandClock:
    def __init__(self):
        self.at = MONDAY

    def now(self):
        return self.at


class Desk:
    """The application, told records and moved through time."""

    def __init__(self, rules=OFFICE, *, env=None):
        memory = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"}
        self.clock = HandClock()
        self.app = create(env or memory, rules=rules, clock=self.clock)
        self.effects = EffectRunner(self.app.store, self.app.effects, self.clock)

    def hear(self, *records):
        assert not self.app.consume(records).parked

    def at(self, moment):
        """Let time pass; ring whatever is due."""
        self.clock.at = moment
        while self.effects.perform_due():
            continue

    def ask(self, command):
        return self.app.execute(command)

    def declare(self, moment, *, actor=KASI, system="siak", outage=OUTAGE, **more):
        self.clock.at = moment
        return self.ask(
            StartOutage(
                command_id=uuid4(),
                case_id=outage,
                actor=actor,
                asked_at=moment,
                system=system,
                **more,
            )
        )

    def recover(self, moment, *, outage=OUTAGE):
        self.clock.at = moment
        return self.ask(EndOutage(command_id=uuid4(), case_id=outage, actor=KASI, asked_at=moment))

    def published(self):
        """Every fact that leaves the service: name, step, attempt, time it happened."""
        rows = self.app.store.select_notifications(None, 10_000)
        facts = [self.app.mapper.to_domain_event(row) for row in rows]
        return [
            (
                type(fact).__name__,
                getattr(fact, "step", None),
                getattr(fact, "attempt", None),
                fact.cause.occurred_at,
            )
            for fact in facts
            if PUBLICATIONS.contract_of(fact) is not None
        ]

    def names(self):
        return [name for name, *_ in self.published()]


@pytest.fixture
def desk():
    opened = Desk()
    yield opened
    opened.app.close()


def submitted(**start):
    story = Story(**start)
    story.tell(e.PermohonanDiajukan)
    return story


def to_step_2(story):
    story.work(e.BerkasDiterima, wait=1, handle=1)
    return story


def test_an_alarm_rings_when_the_budget_is_nearly_used_and_when_it_is(desk):
    desk.hear(*submitted().records)
    desk.at(MONDAY + 4 * MINUTE)
    assert desk.names() == []
    desk.at(MONDAY + 4 * MINUTE + SETTLE)
    assert desk.names() == ["SlaHampirTerlampaui"]
    desk.at(MONDAY + 5 * MINUTE + SETTLE)
    assert desk.published() == [
        ("SlaHampirTerlampaui", 1, 1, MONDAY + 4 * MINUTE),
        ("SlaTerlampaui", 1, 1, MONDAY + 5 * MINUTE),
    ]


def test_a_breach_names_its_owner_its_budget_and_when_it_fell_due(desk):
    story = submitted()
    desk.hear(*story.records)
    desk.at(MONDAY + 6 * MINUTE)
    breach = list(desk.app.events.get(SlaWatch.create_id(story.case_id)))[-1]
    assert (breach.escalate_to, breach.budget, breach.due_at, breach.canary) == (
        "kasi",
        5 * MINUTE,
        MONDAY + 5 * MINUTE,
        False,
    )


def test_an_alarm_never_rings_twice(desk):
    desk.hear(*submitted().records)
    for minutes in range(4, 40):
        desk.at(MONDAY + minutes * MINUTE)
    assert desk.names() == ["SlaHampirTerlampaui", "SlaTerlampaui"]


def test_a_timer_that_is_performed_again_after_a_crash_is_quiet(desk):
    desk.hear(*submitted().records)
    due = desk.app.store.due_effects(MONDAY + 6 * MINUTE, 10)
    desk.at(MONDAY + 6 * MINUTE)
    for effect in due:
        desk.app.ring(effect)
    assert desk.names() == ["SlaHampirTerlampaui", "SlaTerlampaui"]


def test_facts_delivered_twice_set_no_second_timer(desk):
    story = to_step_2(submitted())
    desk.hear(*story.records)
    desk.hear(*story.records)
    assert len(desk.app.store.waiting_effects((ALARM,))) == 2


def test_a_finished_step_rings_no_alarm_and_the_next_one_has_its_own(desk):
    desk.hear(*to_step_2(submitted()).records)
    desk.at(MONDAY + 6 * MINUTE + SETTLE)
    assert desk.names() == ["SlaHampirTerlampaui"]
    assert desk.published()[0][1:] == (2, 1, MONDAY + 6 * MINUTE)


def test_a_step_finished_while_its_alarm_is_being_rung_stays_silent(desk):
    # The row was read as due; before it is performed the fact of the finish is handled.
    story = submitted()
    desk.hear(*story.records)
    desk.clock.at = MONDAY + 6 * MINUTE
    due = desk.app.store.due_effects(desk.clock.at, 10)
    desk.hear(*to_step_2(story).records[1:])
    for effect in due:
        desk.app.ring(effect)
    assert desk.names() == []


def test_the_fact_of_a_finish_and_the_alarm_race_for_the_same_aggregate_and_one_wins(desk):
    story = submitted()
    desk.hear(*story.records)
    desk.clock.at = MONDAY + 6 * MINUTE
    nearly, _ = desk.app.store.due_effects(desk.clock.at, 10)
    save, finish = desk.app._save, to_step_2(story).records[1:]

    def interrupted(work, **together):
        # Between the alarm's decision and its transaction somebody else commits.
        desk.app._save = save
        desk.hear(*finish)
        save(work, **together)

    desk.app._save = interrupted
    desk.app.ring(nearly)
    assert desk.names() == []


def test_a_paused_step_is_silent_and_rings_later_by_as_much(desk):
    story = submitted()
    story.later(minutes=2).tell(e.JedaDimulai, step=1, attempt=1)
    desk.hear(*story.records)
    desk.at(MONDAY + 60 * MINUTE)
    assert desk.names() == []
    story.later(minutes=60).tell(e.JedaSelesai, step=1, attempt=1)
    desk.hear(story.records[-1])
    desk.at(story.now + 3 * MINUTE + SETTLE)
    assert desk.published()[-1] == ("SlaTerlampaui", 1, 1, MONDAY + 65 * MINUTE)


def test_a_return_gives_the_step_new_alarms(desk):
    story = to_step_2(submitted())
    story.work(e.DataSiakTidakCocok, wait=1, handle=1)
    desk.hear(*story.records)
    desk.at(story.now + 10 * MINUTE)
    assert desk.published() == [
        ("SlaHampirTerlampaui", 1, 2, story.now + 4 * MINUTE),
        ("SlaTerlampaui", 1, 2, story.now + 5 * MINUTE),
    ]


@pytest.mark.parametrize("end", [e.PermohonanDibatalkan, e.BerkasTidakLengkap])
def test_an_application_that_ends_or_waits_for_the_applicant_is_silent(desk, end):
    story = submitted()
    story.later(minutes=1).tell(end)
    desk.hear(*story.records)
    desk.at(MONDAY + 600 * MINUTE)
    assert (desk.names(), desk.app.store.waiting_effects((ALARM, HOLD))) == ([], [])


def test_the_whole_road_in_time_is_silent_and_leaves_no_timer(desk):
    story = submitted()
    for event in ROAD:
        story.work(event)
    for record in story.records:
        desk.at(record.meta.occurred_at)
        desk.hear(record)
    desk.at(MONDAY + timedelta(days=30))
    assert (desk.names(), desk.app.store.waiting_effects((ALARM, HOLD))) == ([], [])


def test_facts_in_any_order_of_the_services_end_with_the_same_timers(desk):
    story = to_step_2(submitted())
    story.work(e.DataSiakCocok, wait=1, handle=1)
    other = Desk()
    desk.hear(*story.records)
    siak_first = sorted(story.records, key=lambda record: record.meta.source == "intake")
    other.hear(*siak_first)
    found = [
        {
            (each.kind, each.step, each.attempt, each.due_at)
            for each in w.app.find(story.case_id).timers
        }
        for w in (desk, other)
    ]
    assert found[0] == found[1]
    other.app.close()


def test_alarms_wait_for_opening_hours(desk):
    # Friday 16:28: two minutes are left of the week.
    story = submitted(start=datetime(2026, 4, 10, 8, 28, tzinfo=UTC))
    desk.hear(*story.records)
    desk.at(datetime(2026, 4, 12, tzinfo=UTC))
    assert desk.names() == []
    desk.at(datetime(2026, 4, 12, 23, 33, 1, tzinfo=UTC))
    assert desk.published()[-1][::3] == (
        "SlaTerlampaui",
        datetime(2026, 4, 12, 23, 33, tzinfo=UTC),
    )


def test_timers_survive_a_restart(tmp_path):
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(tmp_path / "sla.db"),
    }
    first = Desk(env=env)
    first.hear(*submitted().records)
    first.app.close()
    second = Desk(env=env)
    second.at(MONDAY + 90 * MINUTE)
    assert second.names() == ["SlaHampirTerlampaui", "SlaTerlampaui"]
    second.app.close()


def test_a_holiday_announced_late_moves_the_alarms_of_open_cases(tmp_path):
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(tmp_path / "sla.db"),
    }
    before = Desk(env=env)
    # Monday 15:58; the rest of the budget falls on Tuesday.
    before.hear(*submitted(start=datetime(2026, 4, 6, 7, 58, tzinfo=UTC)).records)
    before.app.close()
    after = Desk(Rules(with_holiday(date(2026, 4, 7)), 80), env=env)
    assert after.app.replan_all(uuid4()) == 1
    assert after.app.replan_all(uuid4()) == 1
    after.at(datetime(2026, 4, 7, 10, tzinfo=UTC))
    assert after.names() == []
    after.at(datetime(2026, 4, 8, tzinfo=UTC))
    assert after.published()[-1][3] == datetime(2026, 4, 7, 23, 33, tzinfo=UTC)
    after.app.close()


def with_holiday(day):
    shipped = files("jamila_ledger") / "data" / "kalender-balangan.json"
    days = (Day(date=day, name="Libur mendadak"),)
    data = CalendarData.model_validate_json(shipped.read_bytes())
    return build_calendar(data.model_copy(update={"version": "2026.2", "days": days}))


def test_an_outage_silences_every_case_at_its_steps_and_no_other(desk):
    logs = Logs()
    waiting = submitted(name="kasus-1", logs=logs)
    stopped = [to_step_2(submitted(name=f"kasus-{n}", logs=logs)) for n in (2, 3)]
    desk.hear(*waiting.records, *(r for story in stopped for r in story.records))
    assert desk.declare(MONDAY + 3 * MINUTE).problem is None
    desk.at(MONDAY + 60 * MINUTE)
    assert [each for each in desk.published() if each[0].startswith("Sla")] == [
        ("SlaHampirTerlampaui", 1, 1, MONDAY + 4 * MINUTE),
        ("SlaTerlampaui", 1, 1, MONDAY + 5 * MINUTE),
    ]


def test_after_an_outage_the_clock_runs_on_with_what_was_left(desk):
    desk.hear(*to_step_2(submitted()).records)
    desk.declare(MONDAY + 3 * MINUTE)
    desk.at(MONDAY + 4 * MINUTE)
    assert desk.recover(MONDAY + 43 * MINUTE).problem is None
    desk.at(MONDAY + 60 * MINUTE)
    assert desk.published()[-1] == ("SlaTerlampaui", 2, 1, MONDAY + 47 * MINUTE)


def test_an_outage_is_told_once_per_case_also_to_one_that_arrives_later(desk):
    logs = Logs()
    there = to_step_2(submitted(name="kasus-1", logs=logs))
    comes = submitted(name="kasus-2", logs=logs)
    desk.hear(*there.records, *comes.records)
    desk.declare(MONDAY + 2 * MINUTE)
    desk.at(MONDAY + 3 * MINUTE)
    comes.work(e.BerkasDiterima, wait=3, handle=1)
    desk.hear(*comes.records[1:])
    desk.at(MONDAY + 30 * MINUTE)
    desk.app.replan_all(uuid4())
    assert [each[:3] for each in desk.published() if each[0] == "TerdampakGangguan"] == [
        ("TerdampakGangguan", 2, 1)
    ] * 2


def test_an_alarm_that_is_due_while_the_outage_spreads_is_silent(desk):
    desk.hear(*to_step_2(submitted()).records)
    due = desk.app.store.due_effects(MONDAY + 60 * MINUTE, 10)
    desk.declare(MONDAY + 3 * MINUTE)
    desk.clock.at = MONDAY + 20 * MINUTE
    for effect in due:
        desk.app.ring(effect)
    assert "SlaTerlampaui" not in desk.names()


def test_a_second_outage_of_the_same_system_names_the_first(desk):
    desk.declare(MONDAY)
    problem = desk.declare(MONDAY, outage=uuid4()).problem
    assert (problem.slug, problem.data["outage_id"]) == ("outage-already-open", str(OUTAGE))


def test_the_same_outage_declared_or_ended_again_is_quiet(desk):
    for _ in range(2):
        assert desk.declare(MONDAY).problem is None
    for _ in range(2):
        assert desk.recover(MONDAY + MINUTE).problem is None
    assert desk.names() == ["GangguanDimulai", "GangguanSelesai"]


def test_who_works_at_a_step_may_not_stop_its_clock(desk):
    assert desk.declare(MONDAY, actor=OPERATOR).problem.slug == "capability-missing"


def test_a_system_that_nobody_knows_needs_its_steps_named(desk):
    assert desk.declare(MONDAY, system="genset").problem.slug == "outage-system-unknown"
    assert desk.declare(MONDAY, system="genset", steps=(7,)).problem is None


def test_an_outage_that_was_never_declared_cannot_end(desk):
    assert desk.recover(MONDAY).problem.slug == "outage-unknown"
    desk.declare(MONDAY)
    assert desk.recover(MONDAY, outage=uuid4()).problem.slug == "outage-unknown"


def test_a_canary_rings_at_night_and_is_marked(desk):
    night = datetime(2026, 4, 5, 18, 0, tzinfo=UTC)
    desk.clock.at = night
    canary = uuid4()
    desk.app.open_canary(canary, night + timedelta(seconds=1), tenant="6311")
    desk.app.open_canary(canary, night + timedelta(seconds=9), tenant="6311")
    desk.at(night + timedelta(seconds=2))
    assert desk.published()[-1] == ("SlaTerlampaui", 1, 1, night + timedelta(seconds=1))
    assert all(
        fact.canary
        for fact in desk.app.events.get(SlaWatch.create_id(canary))
        if hasattr(fact, "canary")
    )
    assert desk.app.store.waiting_effects((ALARM, HOLD)) == []
