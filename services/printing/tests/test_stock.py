"""Blangko, ribbon and film: every piece is accounted for, and without them the clock stops."""

from uuid import uuid4

import pytest

from jamila_contracts import events
from jamila_contracts.blangko import STOCK_ITEMS
from jamila_contracts.commands import (
    CountStock,
    DestroyCards,
    ReceiveStock,
    ReportSpoiled,
    SetReorderPoint,
    SpoilStock,
    WithdrawCard,
)
from jamila_contracts.envelope import Actor
from printing.counter import HAND_OVER
from printing.sheets import PRINT

KASI = Actor(account="kasi-1", capability="kasi")
COUNTER = Actor(account="operator-layanan-1", capability="operator-layanan")
BLANK = "blangko-kia"


def told(room) -> list[str]:
    return [type(each).__name__ for each in room.facts()]


def test_a_delivery_is_counted_in(room):
    room.stocked(500, BLANK)
    assert room.stock(BLANK).available == 500


def test_a_delivery_is_for_who_minds_the_printers(room):
    reply = room.keep_stock(ReceiveStock, BLANK, quantity=5, reference="SJ-1", actor=COUNTER)
    assert reply.problem.slug == "capability-missing"


def test_a_delivery_reported_twice_by_one_command_counts_once(room):
    key = uuid4()
    for _ in range(2):
        room.keep_stock(ReceiveStock, BLANK, quantity=5, reference="SJ-1", command_id=key)
    assert room.stock(BLANK).on_hand == 5


def test_nothing_else_is_kept_in_stock(room, printing):
    wish = room.ask(ReportSpoiled, reason_code="x")
    receive = ReceiveStock(
        command_id=uuid4(),
        case_id=uuid4(),
        actor=wish.actor,
        asked_at=wish.asked_at,
        quantity=1,
        reference="SJ-1",
    )
    assert printing.execute(receive).problem.slug == "stock-item-unknown"


def test_a_card_sets_aside_and_then_uses_one_of_each(room):
    room.stocked(2)
    room.ready("kia")
    room.print_it("kartu")
    assert (room.stock(BLANK).on_hand, room.stock(BLANK).available) == (2, 1)
    room.run_effects()
    for item in (BLANK, "ribbon", "film"):
        assert (room.stock(item).on_hand, room.stock(item).available) == (1, 1)
    assert room.stock("blangko-ktp-el").on_hand == 2


def test_paper_needs_no_blangko(room):
    room.ready()
    room.print_it()
    room.run_effects()
    assert room.found().steps[HAND_OVER].is_open


def test_without_blangko_the_clock_stands_still_from_the_start(room):
    room.ready("kia")
    assert room.found().steps[PRINT].paused_for == "blangko-habis"
    problem = room.print_it("kartu").problem
    assert problem.slug == "step-paused"
    assert problem.data["steps"]["7"]["paused_for"] == "blangko-habis"
    assert told(room).count("JedaDimulai") == 1


def test_a_case_that_waits_goes_on_when_all_it_needs_is_there(room):
    room.ready("kia")
    room.stocked(1)
    assert room.found().steps[PRINT].paused_for is None
    room.print_it("kartu")
    room.run_effects()
    assert room.found().steps[HAND_OVER].is_open


def test_a_delivery_of_something_else_wakes_nobody(room):
    room.ready("kia")
    room.stocked(1, "blangko-ktp-el")
    assert room.found().steps[PRINT].paused_for == "blangko-habis"


def test_only_so_many_are_woken_as_there_is_blangko_for(room):
    room.ready("kia", "kia")
    room.stocked(1, "ribbon", "film")
    reply = room.keep_stock(ReceiveStock, BLANK, quantity=1, reference="SJ-2")
    assert reply.result == {"available": 1, "resumed_cases": 1}
    # One is not enough for two cards: it waits again, and its clock stands still again.
    assert room.print_it("kartu").result["state"] == "waiting-for-stock"
    assert room.found().steps[PRINT].paused_for == "blangko-habis"


def test_a_cancelled_case_frees_what_was_set_aside(room):
    room.stocked(1)
    room.ready("kia")
    room.print_it("kartu")
    assert room.stock(BLANK).available == 0
    room.hear(events.PermohonanDibatalkan)
    assert room.stock(BLANK).available == 1


def test_a_spoiled_card_is_gone(room):
    room.stocked(3)
    room.ready("kia")
    room.print_it("kartu")
    room.do(ReportSpoiled, reason_code="hasil-rusak", spoiled_sheets=1)
    assert (room.stock(BLANK).on_hand, room.stock(BLANK).available) == (2, 2)


def test_a_print_that_went_wrong_without_spoiling_frees_what_was_set_aside(room):
    room.stocked(3)
    room.ready("kia")
    room.print_it("kartu")
    room.do(ReportSpoiled, reason_code="printer-mati", spoiled_sheets=0)
    assert (room.stock(BLANK).on_hand, room.stock(BLANK).available) == (3, 3)


def test_a_low_stock_is_told_once_until_it_rises_again(room):
    room.stocked(3)
    room.keep_stock(SetReorderPoint, BLANK, reorder_point=2, actor=KASI)
    room.ready("kia")
    room.print_it("kartu")
    room.run_effects()
    assert told(room).count("BlangkoMenipis") == 1
    room.keep_stock(SpoilStock, BLANK, quantity=1, reason_code="blangko-rusak")
    assert told(room).count("BlangkoMenipis") == 1
    room.stocked(5, BLANK)
    room.keep_stock(SpoilStock, BLANK, quantity=5, reason_code="blangko-rusak")
    assert told(room).count("BlangkoMenipis") == 2


def test_more_than_there_is_cannot_spoil(room):
    room.stocked(1)
    reply = room.keep_stock(SpoilStock, BLANK, quantity=2, reason_code="blangko-rusak")
    assert reply.problem.slug == "stock-short"
    assert reply.problem.data["available"] == 1


def test_a_count_that_differs_must_be_explained(room):
    room.stocked(10, BLANK)
    assert room.keep_stock(CountStock, BLANK, counted=9).problem.slug == "stock-count-unexplained"
    assert room.keep_stock(CountStock, BLANK, counted=10).problem is None
    reply = room.keep_stock(CountStock, BLANK, counted=9, reason_code="selisih-hitung", actor=KASI)
    assert reply.problem is None
    assert room.stock(BLANK).on_hand == 9


def test_who_minds_the_stock_does_not_set_its_reorder_point(room):
    reply = room.keep_stock(SetReorderPoint, BLANK, reorder_point=2)
    assert reply.problem.slug == "capability-missing"


def test_an_old_card_is_taken_in_once_and_destroyed_on_record(room, story):
    item = "blangko-ktp-el"
    for _ in range(2):
        room.keep_stock(
            WithdrawCard,
            item,
            for_case_id=story.case_id,
            reason_code="kartu-diganti",
            actor=COUNTER,
        )
    assert room.stock(item).held_cards == 1
    destroy = {"quantity": 2, "record": "BA-1", "actor": KASI}
    assert room.keep_stock(DestroyCards, item, **destroy).problem.slug == "stock-short"
    assert room.keep_stock(DestroyCards, item, **{**destroy, "quantity": 1}).problem is None
    assert room.stock(item).held_cards == 0


@pytest.mark.parametrize("item", [each.id for each in STOCK_ITEMS])
def test_every_piece_is_accounted_for(room, item):
    """What came in is used, spoiled, set aside, or lies there."""
    room.stocked(10)
    room.ready("kia")
    room.print_it("kartu")
    room.run_effects()
    room.keep_stock(SpoilStock, item, quantity=2, reason_code="blangko-rusak")
    facts = [each for each in room.facts() if getattr(each, "item", None) == item]

    def total(name: str) -> int:
        return sum(each.quantity for each in facts if type(each).__name__ == name)

    gone = total("BlangkoTerpakai") + total("BlangkoRusak")
    assert total("BlangkoDiterima") - gone == room.stock(item).on_hand
