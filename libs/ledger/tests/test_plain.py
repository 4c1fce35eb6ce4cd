from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from jamila_contracts.model import Fact
from jamila_ledger.plain import plain_fields

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


def test_what_mongodb_has_no_form_for_is_refused():
    with pytest.raises(TypeError, match="complex"):
        plain_fields(Odd(value=1j))
