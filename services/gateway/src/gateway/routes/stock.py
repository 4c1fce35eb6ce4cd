"""What is left of blangko, ribbon and film."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from gateway.access import IdentityDep, require_one_of
from gateway.answers import Answer, AsOf
from gateway.door import DoorDep
from gateway.routes.waiting import CaughtUp
from jamila_contracts.blangko import STOCK_ITEMS, StockItem, stock_id
from jamila_runtime.mongo import Document

router = APIRouter(prefix="/stock", tags=["persediaan"], dependencies=[CaughtUp])

_READERS = ("operator-cetak", "operator-layanan", "kasi", "kabid", "kepala-dinas", "admin")


class Stock(Answer):
    """One item, counted piece by piece."""

    id: UUID
    """Stands in place of a case in the commands about the item."""
    item: str
    label: str
    unit: str
    on_hand: int = 0
    """What lies there."""
    reserved: int = 0
    """Set aside for cards that are being printed."""
    available: Annotated[int, Field(examples=[412])] = 0
    received: int = 0
    used: int = 0
    spoiled: int = 0
    difference: int = 0
    """What all counts together found more (or less, negative) than the record."""
    counted_at: AwareDatetime | None = None
    reorder_point: int = 0
    is_low: bool = True
    """It has to be ordered."""
    held_cards: int = 0
    """Old cards that were taken in and not destroyed yet."""


class StockList(Answer):
    """Everything that is kept in stock."""

    as_of: AsOf
    items: tuple[Stock, ...]


@router.get("", summary="Persediaan blangko, ribbon dan film")
async def stock(identity: IdentityDep, door: DoorDep) -> StockList:
    """Every item of the office, also what was never delivered."""
    require_one_of(identity, door, _READERS)
    as_of = await door.views.as_of()
    found = {each["_id"]: each for each in await door.views.stock()}
    items = tuple(_stock(item, identity.account.tenant, found) for item in STOCK_ITEMS)
    return StockList(as_of=as_of, items=items)


def _stock(item: StockItem, tenant: str, found: dict[str, Document]) -> Stock:
    about = stock_id(tenant, item.id)
    known = found.get(str(about), {})
    named = {"id": about, "item": item.id, "label": item.label, "unit": item.unit}
    return Stock.model_validate({**known, **named})
