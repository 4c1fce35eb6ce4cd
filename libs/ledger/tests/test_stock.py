"""The stock as the ledger tells it: every piece is somewhere."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamila_contracts import events as e
from jamila_contracts.blangko import stock_id
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import fold
from jamila_ledger.stock import StockFile, keep
from jamila_ledger.views import STOCK, case_writes
from jamila_testing.builders import MONDAY, TENANT, Story, as_recorded, named_id

CASE, OTHER = named_id("case-1"), named_id("case-2")


def told(event: type[e.StockEvent], **facts: object) -> e.StockEvent:
    common = {
        "event_id": named_id("event"),
        "case_id": stock_id(TENANT, "blangko-kia"),
        "occurred_at": MONDAY,
        "item": "blangko-kia",
    }
    return event.model_validate({**common, **facts})


def kept(*events: e.StockEvent) -> StockFile:
    stock = None
    for each in events:
        stock = keep(stock, each)
    assert stock is not None
    return stock


RECEIVED = told(e.BlangkoDiterima, quantity=10, reference="SJ-1")
RESERVED = told(e.BlangkoDipesan, for_case_id=CASE, quantity=2)


def test_what_is_set_aside_is_not_available():
    stock = kept(RECEIVED, RESERVED)
    assert (stock.on_hand, stock.available) == (10, 8)


def test_what_is_used_is_gone():
    stock = kept(RECEIVED, RESERVED, told(e.BlangkoTerpakai, for_case_id=CASE, quantity=2))
    assert (stock.on_hand, stock.available, stock.used) == (8, 8, 2)


def test_what_is_released_is_available_again():
    stock = kept(RECEIVED, RESERVED, told(e.BlangkoDilepas, for_case_id=CASE, quantity=2))
    assert (stock.on_hand, stock.available) == (10, 10)


@pytest.mark.parametrize(("case", "available"), [(CASE, 8), (None, 7), (OTHER, 7)])
def test_what_is_spoiled_comes_out_of_what_was_set_aside_for_it(case: UUID | None, available: int):
    spoiled = told(e.BlangkoRusak, quantity=1, reason_code="blangko-rusak", for_case_id=case)
    stock = kept(RECEIVED, RESERVED, spoiled)
    assert (stock.on_hand, stock.available, stock.spoiled) == (9, available, 1)


def test_the_record_follows_the_count():
    counted = told(e.BlangkoDihitung, counted=9, expected=10, reason_code="selisih-hitung")
    stock = kept(RECEIVED, counted)
    assert (stock.on_hand, stock.difference, stock.counted_at) == (9, -1, MONDAY)


def test_old_cards_are_held_until_they_are_destroyed():
    taken = told(e.KartuDitarik, for_case_id=CASE, reason_code="kartu-diganti")
    other = told(e.KartuDitarik, for_case_id=OTHER, reason_code="kartu-diganti")
    stock = kept(taken, other, told(e.KartuDimusnahkan, quantity=1, record="BA-1"))
    assert stock.held_cards == 1


def test_that_it_runs_low_changes_nothing():
    low = told(e.BlangkoMenipis, available=10, reorder_point=10)
    assert kept(RECEIVED, low) == kept(RECEIVED)


@given(
    st.lists(
        st.one_of(
            st.builds(lambda n: ("in", n), st.integers(1, 50)),
            st.builds(lambda n: ("use", n), st.integers(1, 5)),
            st.builds(lambda n: ("spoil", n), st.integers(1, 5)),
        ),
        max_size=30,
    )
)
def test_every_piece_is_accounted_for(moves: list[tuple[str, int]]):
    stock = kept(RECEIVED)
    for number, (move, amount) in enumerate(moves):
        case = named_id(f"case-{number}")
        if move == "in":
            stock = keep(stock, told(e.BlangkoDiterima, quantity=amount, reference="SJ-2"))
        elif move == "use":
            stock = keep(stock, told(e.BlangkoDipesan, for_case_id=case, quantity=amount))
            stock = keep(stock, told(e.BlangkoTerpakai, for_case_id=case, quantity=amount))
        else:
            spoiled = {"quantity": amount, "reason_code": "blangko-rusak", "for_case_id": None}
            stock = keep(stock, told(e.BlangkoRusak, **spoiled))
    assert stock.received - stock.used - stock.spoiled == stock.on_hand == stock.available


def test_an_item_becomes_one_document_and_no_case():
    story = Story()
    records = [
        story.tell(e.BlangkoDiterima, item="blangko-kia", quantity=3, reference="SJ-1"),
        story.tell(e.BatasBlangkoDiubah, item="blangko-kia", reorder_point=3),
    ]
    facts = as_recorded(records, at=MONDAY)
    file = fold(facts)
    writes = case_writes(file, load_calendar("kalender-balangan"))
    assert list(writes) == [STOCK]
    document = writes[STOCK].document
    assert (document["available"], document["is_low"], document["tenant"]) == (3, True, TENANT)
