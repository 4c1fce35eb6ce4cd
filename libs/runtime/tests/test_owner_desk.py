"""What a service answers to those who look after it about the events it parked."""

import json
from uuid import UUID

import pytest

from jamila_contracts import events as e
from jamila_runtime import owner_desk
from jamila_runtime.recorder import Parked
from jamila_testing.builders import MONDAY, Story

READER = "review"


class Reader:
    """A service with parked events that can be read by now, but for one case."""

    service = READER

    def __init__(self, stories, *, hopeless=()):
        self.hopeless = frozenset(hopeless)
        self.store = self
        self.tries = []
        self._parked = [Parked(r, "unreadable", MONDAY) for each in stories for r in each.records]

    def parked(self):
        return self._parked

    def retry_parked(self, case_id):
        self.tries.append(case_id)
        mine = [each for each in self._parked if each.record.meta.case_id == case_id]
        if case_id in self.hopeless:
            return Outcome(0, mine)
        self._parked = [each for each in self._parked if each not in mine]
        return Outcome(len(mine), [])


class Outcome:
    def __init__(self, handled, parked):
        self.handled, self.parked = handled, parked


class Line:
    """A connection to NATS with nobody between."""

    def __init__(self):
        self.heard = {}

    async def subscribe(self, subject, *, queue, cb):
        self.heard[subject.removesuffix("*")] = (queue, cb)

    async def ask(self, action, body):
        _, answer = self.heard[owner_desk.parked_subject(READER, "")]
        message = Asked(owner_desk.parked_subject(READER, action), json.dumps(body).encode())
        await answer(message)
        return json.loads(message.answered)


class Asked:
    def __init__(self, subject, data):
        self.subject, self.data = subject, data

    async def respond(self, answered):
        self.answered = answered


def story(name, events=1):
    told = Story(name)
    for _ in range(events):
        told.tell(e.BerkasDiterima)
    return told


async def line_to(reader):
    line = Line()
    await owner_desk.answer_operators(line, reader)
    return line


async def test_list_names_place_event_case_and_reason_but_not_what_it_says():
    told = story("satu")
    line = await line_to(Reader([told]))
    answer = await line.ask("list", {})

    (meta,) = [each.meta for each in told.records]
    assert answer == {
        "total": 1,
        "oldest": [
            {
                "source": meta.source,
                "log_position": meta.log_position,
                "case_id": str(meta.case_id),
                "event_id": str(meta.event_id),
                "event": "BerkasDiterima",
                "reason": "unreadable",
                "parked_at": MONDAY.isoformat(),
            }
        ],
    }


async def test_long_list_is_cut_and_counted():
    line = await line_to(Reader([story("banyak", owner_desk.MOST_LISTED + 5)]))
    answer = await line.ask("list", {})

    assert answer["total"] == owner_desk.MOST_LISTED + 5
    assert len(answer["oldest"]) == owner_desk.MOST_LISTED


async def test_all_is_tried_again_case_by_case_and_counted():
    good, bad = story("baik", 2), story("buruk")
    reader = Reader([good, bad], hopeless=[bad.case_id])
    line = await line_to(reader)

    assert await line.ask("retry-all", {}) == {"handled": 2, "parked": 1}
    assert reader.tries == [good.case_id, bad.case_id]
    assert await line.ask("retry-all", {}) == {"handled": 0, "parked": 1}


@pytest.mark.parametrize("body", [{}, {"case_id": None}, {"case_id": "semua"}])
async def test_single_retry_without_a_case_is_no_retry_of_all(body):
    reader = Reader([story("satu")])
    line = await line_to(reader)

    assert await line.ask("retry", body) == {"problem": "malformed-request"}
    assert reader.tries == []


async def test_single_retry_is_of_that_case():
    first, other = story("satu"), story("dua")
    reader = Reader([first, other])
    line = await line_to(reader)

    assert await line.ask("retry", {"case_id": str(first.case_id)}) == {"handled": 1, "parked": 0}
    assert reader.tries == [UUID(str(first.case_id))]
