"""What whoever keeps blangko, ribbon and film may ask; ``case_id`` is the item of the office."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, NonNegativeInt, PositiveInt

from jamila_contracts.command import Command
from jamila_contracts.model import Code


class StockCommand(Command):
    """A wish about one item that is kept in stock."""

    SERVICE: ClassVar[str] = "printing"


class ReceiveStock(StockCommand):
    """A delivery arrived."""

    quantity: PositiveInt
    reference: Annotated[str, Field(min_length=1, max_length=80)]
    """Number of the delivery note."""


class CountStock(StockCommand):
    """Somebody counted what lies there."""

    counted: NonNegativeInt
    reason_code: Code | None = None
    """Why it differs from the record; needed when it does."""


class SpoilStock(StockCommand):
    """Some of it was found damaged."""

    quantity: PositiveInt
    reason_code: Code


class SetReorderPoint(StockCommand):
    """From how much on somebody has to order."""

    reorder_point: NonNegativeInt


class WithdrawCard(StockCommand):
    """The old or damaged card of an applicant was taken in."""

    for_case_id: UUID
    reason_code: Code


class DestroyCards(StockCommand):
    """Cards that were taken in were destroyed."""

    quantity: PositiveInt
    record: Annotated[str, Field(min_length=1, max_length=80)]
    """Number of the berita acara."""
