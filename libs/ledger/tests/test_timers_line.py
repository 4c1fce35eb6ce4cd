"""A line that is cut stops clocks by itself: the SIAK adapter notices, the alarms declare."""

from uuid import uuid4

import pytest

from jamila_contracts import events as e
from jamila_contracts.commands import StartOutage
from jamila_contracts.envelope import Actor
from jamila_ledger.calendar import load_calendar
from jamila_ledger.timers import Rules
from jamila_ledger.timers_application import create
from jamila_runtime.effects import EffectRunner
from jamila_testing.builders import MONDAY, Logs, Story, named_id

OUTAGE = named_id("gangguan-1")


class FixedClock:
    def now(self):
        return MONDAY


class Sla:
    """The alarms, told what other services say."""

    def __init__(self):
        memory = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"}
        self.app = create(memory, rules=Rules(load_calendar(), 80), clock=FixedClock())
        self.logs = Logs()

    def hear(self, event_class, *, outage=OUTAGE):
        story = Story(logs=self.logs)
        story.case_id = outage
        record = story.tell(event_class)
        assert not self.app.consume([record, record]).parked
        EffectRunner(self.app.store, self.app.effects, self.app.clock).perform_due()

    def said(self):
        rows = self.app.store.select_notifications(None, 1000)
        names = [type(self.app.mapper.to_domain_event(row)).__name__ for row in rows]
        return [name for name in names if name != "WaktuDicatat"]


@pytest.fixture
def sla():
    opened = Sla()
    yield opened
    opened.app.close()


def test_a_line_that_is_cut_becomes_an_outage_and_ends_with_it(sla):
    waiting = Story("kasus-2", logs=sla.logs)
    waiting.tell(e.PermohonanDiajukan)
    waiting.work(e.BerkasDiterima)
    sla.app.consume(waiting.records)
    sla.hear(e.SambunganNikPutus)
    assert sla.said()[-3:] == ["Dibuka", "GangguanDimulai", "TerdampakGangguan"]
    sla.hear(e.SambunganNikPulih)
    assert sla.said()[-1] == "GangguanSelesai"


def test_an_outage_that_officers_declared_is_theirs_to_end(sla):
    declared = StartOutage(
        command_id=uuid4(),
        case_id=named_id("gangguan-2"),
        actor=Actor(account="kasi-1", capability="kasi"),
        asked_at=MONDAY,
        system="nik",
    )
    assert sla.app.execute(declared).problem is None
    sla.hear(e.SambunganNikPutus)
    sla.hear(e.SambunganNikPulih)
    assert sla.said() == ["Dibuka", "GangguanDimulai"]


def test_a_line_that_comes_back_without_having_been_cut_is_quiet(sla):
    sla.hear(e.SambunganNikPulih)
    assert "GangguanSelesai" not in sla.said()
