"""What is asked about blangko, ribbon and film; the case of the route is the item's own id."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, NonNegativeInt, PositiveInt

from gateway.bodies import CommandBody
from jamila_contracts import commands as c
from jamila_contracts.model import Code

Reference = Annotated[str, Field(min_length=1, max_length=80)]


class StockBody(CommandBody):
    """Base of what whoever minds the printers says about the stock."""

    @property
    def capability(self) -> str:
        """Who minds the printers minds the stock."""
        return "operator-cetak"


class SupervisorStockBody(StockBody):
    """Base of what is above who minds it."""

    @property
    def capability(self) -> str:
        """The Kasi answers for what is ordered and destroyed."""
        return "kasi"


class ReceiveStockBody(StockBody):
    """A delivery arrived."""

    COMMAND = c.ReceiveStock
    SUMMARY = "Persediaan: mencatat kiriman datang"

    quantity: PositiveInt
    reference: Reference


class CountStockBody(StockBody):
    """Somebody counted what lies there."""

    COMMAND = c.CountStock
    SUMMARY = "Persediaan: mencatat hasil hitung (stok opname)"

    counted: NonNegativeInt
    reason_code: Code | None = None


class SpoilStockBody(StockBody):
    """Some of it was found damaged."""

    COMMAND = c.SpoilStock
    SUMMARY = "Persediaan: mencatat yang rusak"

    quantity: PositiveInt
    reason_code: Code


class SetReorderPointBody(SupervisorStockBody):
    """From how much on somebody has to order."""

    COMMAND = c.SetReorderPoint
    SUMMARY = "Persediaan: menetapkan batas pemesanan"

    reorder_point: NonNegativeInt


class WithdrawCardBody(StockBody):
    """An old card was taken in."""

    COMMAND = c.WithdrawCard
    SUMMARY = "Persediaan: mencatat kartu lama yang ditarik"

    for_case_id: UUID
    reason_code: Code

    @property
    def capability(self) -> str:
        """Old cards are taken in at the counter."""
        return "operator-layanan"


class DestroyCardsBody(SupervisorStockBody):
    """Cards that were taken in were destroyed."""

    COMMAND = c.DestroyCards
    SUMMARY = "Persediaan: mencatat pemusnahan kartu lama"

    quantity: PositiveInt
    record: Reference
