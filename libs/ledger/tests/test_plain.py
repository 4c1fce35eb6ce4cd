from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from jamila_contracts.events import EVENTS
from jamila_contracts.model import Fact
from jamila_ledger.casefold import fold
from jamila_ledger.plain import plain_fields
from jamila_ledger.trail import trail_line
from jamila_ledger.views import trail_document
from jamila_testing.builders import Story, as_recorded, happy_story

ID = UUID("6d1c8a52-6311-4a6e-9d0a-0d1ca311a000")
NOON = datetime(2026, 4, 6, 4, 0, tzinfo=UTC)


class Inner(Fact):
    id: UUID
    spent: dict[int, timedelta]


class Outer(Fact):
    at: datetime
    share: float
    inner: tuple[Inner, ...] = ()
    gone: str | None = None


class Odd(Fact):
    value: complex


def test_a_fact_becomes_text_ids_whole_seconds_and_text_keys_in_its_order():
    inner = Inner(id=ID, spent={3: timedelta(minutes=1, milliseconds=900)})
    fact = Outer(at=NOON, share=0.5, inner=(inner,))
    assert list(plain_fields(fact).items()) == [
        ("at", NOON),
        ("share", 0.5),
        ("inner", [{"id": str(ID), "spent": {"3": 60}}]),
        ("gone", None),
    ]


def facts(story):
    return as_recorded(story.records, at=NOON)


def by_pydantic(value):
    """What pydantic's own serialiser says, in the forms of MongoDB."""
    match value:
        case dict():
            return {str(key): by_pydantic(each) for key, each in value.items()}
        case list() | tuple():
            return [by_pydantic(each) for each in value]
        case timedelta():
            return int(value.total_seconds())
        case UUID():
            return str(value)
        case _:
            return value


@pytest.mark.parametrize("event_class", EVENTS.values(), ids=lambda each: each.__name__)
def test_the_file_of_a_case_is_written_as_pydantic_would_after_every_kind_of_event(event_class):
    story = happy_story()
    story.tell(event_class)
    file = fold(facts(story))
    said = by_pydantic(file.model_dump(exclude={"status"}))
    assert list(plain_fields(file).items()) == list(said.items())


@pytest.mark.parametrize("event_class", EVENTS.values(), ids=lambda each: each.__name__)
def test_the_document_of_a_line_is_the_line(event_class):
    (fact,) = facts(told(event_class))
    line = by_pydantic(trail_line(fact).model_dump())
    assert trail_document(fact) == {"_id": 1, **line}


def told(event_class):
    story = Story()
    story.tell(event_class)
    return story


def test_what_mongodb_has_no_form_for_is_refused():
    with pytest.raises(TypeError, match="complex"):
        plain_fields(Odd(value=1j))
