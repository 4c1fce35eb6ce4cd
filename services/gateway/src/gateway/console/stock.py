"""``/persediaan``: what is left of blangko, ribbon and film, and what is done about it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway import bodies_stock as b
from gateway.console.doing import do, number_in, text_in, wish
from gateway.console.pages import page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.problems import CaseUnknownError
from gateway.routes import finding, stock
from gateway.routes.waiting import CaughtUp

router = APIRouter(prefix="/persediaan", include_in_schema=False, dependencies=[Depends(visiting)])

_HERE: Final = "/persediaan"


@router.get("", dependencies=[CaughtUp])
async def items(
    visit: VisitDep, found: Annotated[stock.StockList, Depends(stock.stock)]
) -> Response:
    """Everything that is kept, what has to be ordered first."""
    ordered = sorted(found.items, key=lambda each: not each.is_low)
    return page(visit, "persediaan", found=found, items=ordered)


@router.post("/{item_id}/receive-stock")
async def receive(item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """A delivery arrived."""
    body = wish(
        b.ReceiveStockBody, quantity=number_in(form, "jumlah"), reference=text_in(form, "bukti")
    )
    return await do(visit, item_id, form, body, then=_HERE)


@router.post("/{item_id}/count-stock")
async def count(item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Somebody counted; a difference has to be explained."""
    reason = text_in(form, "alasan") or None
    body = wish(b.CountStockBody, counted=number_in(form, "jumlah"), reason_code=reason)
    return await do(visit, item_id, form, body, then=_HERE)


@router.post("/{item_id}/spoil-stock")
async def spoil(item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Some of it was found damaged."""
    reason = text_in(form, "alasan")
    body = wish(b.SpoilStockBody, quantity=number_in(form, "jumlah"), reason_code=reason)
    return await do(visit, item_id, form, body, then=_HERE)


@router.post("/{item_id}/set-reorder-point")
async def set_reorder_point(item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """From how much on somebody has to order."""
    body = wish(b.SetReorderPointBody, reorder_point=number_in(form, "jumlah"))
    return await do(visit, item_id, form, body, then=_HERE)


@router.post("/{item_id}/withdraw-card")
async def withdraw(item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """An old card was taken in for a case, named by its receipt code."""
    code = text_in(form, "kode")[:100] or "-"
    found = await finding.search(visit.identity, visit.door, finding.Wanted(), code)
    if found.by != "receipt-code" or len(found.cases) != 1:
        raise CaseUnknownError("no case has this receipt code")
    case_id, reason = found.cases[0].case_id, text_in(form, "alasan")
    body = wish(b.WithdrawCardBody, for_case_id=case_id, reason_code=reason)
    return await do(visit, item_id, form, body, then=_HERE)


@router.post("/{item_id}/destroy-cards")
async def destroy(item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Cards that were taken in were destroyed, on record."""
    body = wish(
        b.DestroyCardsBody, quantity=number_in(form, "jumlah"), record=text_in(form, "berita-acara")
    )
    return await do(visit, item_id, form, body, then=_HERE)
