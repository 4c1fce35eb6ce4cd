"""What the console may ask about parked events, and what is recorded of it."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from jamila_contracts.commands import ListParked, RetryParked
from jamila_contracts.envelope import Actor
from jamila_ledger.ops import ASKED, PUBLICATIONS, create
from jamila_ledger.ops_parked import ParkedDesk
from jamila_ledger.trail import sentences
from jamila_testing.builders import MONDAY, as_recorded, named_id
from jamila_testing.bus import MemoryBus

RUN, CASE = named_id("ulangan-1"), named_id("kasus-1")
OPS = Actor(account="it-1", capability="ops")
ADMIN = Actor(account="admin-1", capability="admin")
KASI = Actor(account="kasi-1", capability="kasi")
LISTS = {"review": {"total": 1, "oldest": [{"event": "DraftDibuat"}]}, "signing": None}


@pytest.fixture
def town():
    application = create(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"}
    )
    ParkedDesk(application, readers=lambda: {"review", "signing"}, lists=lambda: LISTS)
    bus = MemoryBus()
    bus.join(application, PUBLICATIONS)
    yield SimpleNamespace(application=application, bus=bus)
    application.close()


def retry(**fields):
    usual = {"actor": OPS, "reader": "review", "reason": "sesudah pembaruan", "case_id": RUN}
    return RetryParked(command_id=uuid4(), asked_at=MONDAY, **{**usual, **fields})


def look(actor=OPS):
    return ListParked(command_id=uuid4(), case_id=UUID(int=0), actor=actor, asked_at=MONDAY)


def waiting(town):
    return [dict(each.payload) for each in town.application.store.waiting_effects([ASKED])]


async def test_retry_is_recorded_with_its_reason_before_the_owner_is_asked(town):
    reply = town.application.execute(retry(parked_case=CASE))
    await town.bus.settle()

    assert reply.events == ("PemutaranUlangDimulai",)
    assert reply.log_position == 1
    (told,) = sentences(as_recorded(town.bus.published))
    assert told.account == "it-1"
    assert "mencoba lagi yang tertahan): sesudah pembaruan" in told.sentence
    asked = {"action": "parked-retry", "service": "review", "case_id": str(CASE)}
    assert waiting(town) == [asked]


def test_without_a_case_everything_of_the_reader_is_asked_for(town):
    town.application.execute(retry())

    assert waiting(town) == [{"action": "parked-retry", "service": "review"}]


def test_retry_asked_twice_begins_one_run(town):
    wish = retry()
    first, second = town.application.execute(wish), town.application.execute(wish)

    assert first == second
    assert len(waiting(town)) == 1


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"actor": ADMIN}, "capability-missing"),
        ({"actor": KASI}, "capability-missing"),
        ({"reader": "nobody"}, "reader-unknown"),
        ({"reason": "    "}, "reason-needed"),
        ({"reason": "untuk NIK 6311990101010001"}, "reason-needed"),
    ],
)
def test_retry_that_is_refused_records_nothing(town, wrong, slug):
    reply = town.application.execute(retry(**wrong))

    assert reply.problem.slug == slug
    assert waiting(town) == []
    assert town.application.find(RUN) is None


@pytest.mark.parametrize("actor", [OPS, ADMIN])
def test_list_says_who_has_what_who_is_silent_and_what_is_under_way(town, actor):
    town.application.execute(retry(parked_case=CASE))
    told = town.application.execute(look(actor)).result

    assert told == {
        "readers": [{"reader": "review", **LISTS["review"]}],
        "silent": ["signing"],
        "asked": [{"reader": "review", "case_id": str(CASE)}],
    }


def test_list_is_for_those_who_look_after_the_system(town):
    assert town.application.execute(look(KASI)).problem.slug == "capability-missing"


async def test_how_it_ended_is_told_with_its_figures(town):
    town.application.execute(retry())
    (effect,) = town.application.store.waiting_effects([ASKED])
    town.application.end(RUN, "selesai", {"handled": 3, "parked": 1}, finish=effect.id)
    await town.bus.settle()

    *_, ended = sentences(as_recorded(town.bus.published))
    assert "selesai: 3 ditangani, 1 tetap tertahan" in ended.sentence
    assert waiting(town) == []
