"""Nothing is ever sent because events are heard, folded or published again."""

import asyncio

from jamila_contracts import events
from jamila_contracts.wire import Record
from jamila_runtime.outbox import Outbox
from notifier.outbox import PUBLICATIONS

ROAD = (
    events.BerkasTidakLengkap,
    events.BerkasDiunggah,
    events.BerkasDiterima,
    events.JedaDimulai,
    events.TerdampakGangguan,
    events.Ditandatangani,
    events.KirimUlangDiminta,
    events.TidakDiambil,
    events.DokumenDicabut,
    events.SurveiDijawab,
)


class Shelf:
    """Takes what is published."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    async def publish(self, records) -> None:
        self.records += records


def whole_story(world) -> list[Record]:
    submission = world.submission()
    world.hear(submission)
    told = [submission, *(world.tell(event) for event in ROAD)]
    told.append(world.tell(events.Dicetak, medium="unduh"))
    told.append(world.tell(events.Diserahkan))
    for _ in range(12):
        world.later(minutes=1)
    return told


def test_everything_heard_again_in_any_order_sends_nothing(world):
    told = whole_story(world)
    sent, calls = len(world.whatsapp.sent), world.whatsapp.calls
    assert sent > len(ROAD)
    for again in (told, list(reversed(told))):
        world.hear(*again)
        world.later(minutes=30)
    assert (len(world.whatsapp.sent), world.whatsapp.calls) == (sent, calls)
    assert world.pending() <= 1


def test_folding_the_whole_log_and_publishing_it_again_sends_nothing(world):
    whole_story(world)
    calls, log = world.whatsapp.calls, len(world.recorded_all())
    for _ in range(2):
        shelf = Shelf()
        outbox = Outbox(world.app, PUBLICATIONS, shelf, tenant="6311")
        world.app.internal = PUBLICATIONS.internal
        outbox.rewind(0)
        asyncio.run(outbox.relay())
        assert shelf.records
        assert world.app.find(world.case_id) is not None
        world.later(minutes=30)
    assert world.whatsapp.calls == calls
    assert len(world.recorded_all()) == log


def test_a_process_that_starts_again_on_its_store_sends_nothing(world, make_world):
    told = whole_story(world)
    calls = world.whatsapp.calls
    again = make_world()
    again.hear(*told)
    again.later(minutes=30)
    assert again.whatsapp.calls == calls
