"""What is left of blangko, ribbon and film, item by item, as the facts tell it. Pure.

All facts about one item come from one service in its own order.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime, Field

from jamila_contracts import events as e
from jamila_contracts.model import Code, Fact

Update = dict[str, Any]


class StockFile(Fact):
    """One item of one office."""

    item: Code
    on_hand: int = 0
    reserved: dict[UUID, int] = Field(default_factory=dict)
    """Set aside, by case."""
    received: int = 0
    used: int = 0
    spoiled: int = 0
    reorder_point: int = 0
    counted_at: AwareDatetime | None = None
    """When somebody last counted."""
    difference: int = 0
    """What all counts together found more (or less, negative) than the record."""
    held_cards: int = 0
    """Old cards that were taken in and not destroyed yet."""

    @property
    def available(self) -> int:
        """Neither used nor set aside."""
        return self.on_hand - sum(self.reserved.values())


def keep(stock: StockFile | None, event: e.StockEvent) -> StockFile:
    """The item after one more fact."""
    before = stock or StockFile(item=event.item)
    change = _CHANGES.get(type(event))
    return before.model_copy(update=change(before, event)) if change else before


def _received(stock: StockFile, event: e.BlangkoDiterima) -> Update:
    amount = event.quantity
    return {"on_hand": stock.on_hand + amount, "received": stock.received + amount}


def _reserved(stock: StockFile, event: e.BlangkoDipesan) -> Update:
    return {"reserved": {**stock.reserved, event.for_case_id: event.quantity}}


def _released(stock: StockFile, event: e.BlangkoDilepas) -> Update:
    return {"reserved": _without(stock, event.for_case_id)}


def _used(stock: StockFile, event: e.BlangkoTerpakai) -> Update:
    return {
        "on_hand": stock.on_hand - event.quantity,
        "used": stock.used + event.quantity,
        "reserved": _without(stock, event.for_case_id),
    }


def _spoiled(stock: StockFile, event: e.BlangkoRusak) -> Update:
    return {
        "on_hand": stock.on_hand - event.quantity,
        "spoiled": stock.spoiled + event.quantity,
        "reserved": _less(stock, event.for_case_id, event.quantity),
    }


def _counted(stock: StockFile, event: e.BlangkoDihitung) -> Update:
    return {
        "on_hand": event.counted,
        "counted_at": event.occurred_at,
        "difference": stock.difference + event.counted - event.expected,
    }


def _without(stock: StockFile, case_id: UUID) -> dict[UUID, int]:
    return {case: held for case, held in stock.reserved.items() if case != case_id}


def _less(stock: StockFile, case_id: UUID | None, quantity: int) -> dict[UUID, int]:
    if case_id not in stock.reserved:
        return stock.reserved
    left = stock.reserved[case_id] - quantity
    others = _without(stock, case_id)
    return {**others, case_id: left} if left > 0 else others


_CHANGES: Final[dict[type[e.StockEvent], Callable[[StockFile, Any], Update]]] = {
    e.BlangkoDiterima: _received,
    e.BlangkoDipesan: _reserved,
    e.BlangkoDilepas: _released,
    e.BlangkoTerpakai: _used,
    e.BlangkoRusak: _spoiled,
    e.BlangkoDihitung: _counted,
    e.BatasBlangkoDiubah: lambda _, event: {"reorder_point": event.reorder_point},
    e.KartuDitarik: lambda stock, _: {"held_cards": stock.held_cards + 1},
    e.KartuDimusnahkan: lambda stock, event: {"held_cards": stock.held_cards - event.quantity},
}
"""Facts that change what lies there; the others only tell of it."""
