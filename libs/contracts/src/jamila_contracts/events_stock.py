"""The events about blangko, ribbon and film, and about old cards that were taken in.

``case_id`` is the item of the office (``blangko.stock_id``). None of them changes what an officer
has to decide about a case.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, NonNegativeInt, PositiveInt

from jamila_contracts.event import IntegrationEvent
from jamila_contracts.model import Code


class StockEvent(IntegrationEvent):
    """A fact about one item that is kept in stock."""

    CHANGES_TASK: ClassVar[bool] = False

    item: Code
    """``blangko-ktp-el``, ``blangko-kia``, ``ribbon`` or ``film``."""


class BlangkoDiterima(StockEvent):
    """A delivery arrived."""

    quantity: PositiveInt
    reference: Annotated[str, Field(min_length=1, max_length=80)]
    """Number of the delivery note."""


class BlangkoDipesan(StockEvent):
    """Set aside for the card of a case."""

    for_case_id: UUID
    quantity: PositiveInt


class BlangkoDilepas(StockEvent):
    """Set aside no longer: the card will not be printed."""

    for_case_id: UUID
    quantity: PositiveInt


class BlangkoTerpakai(StockEvent):
    """A card was printed with it."""

    for_case_id: UUID
    quantity: PositiveInt


class BlangkoRusak(StockEvent):
    """Spoiled; it cannot be used any more."""

    quantity: PositiveInt
    reason_code: Code
    for_case_id: UUID | None = None


class BlangkoDihitung(StockEvent):
    """Somebody counted what really lies there; the record follows the count."""

    counted: NonNegativeInt
    expected: int
    reason_code: Code | None = None
    """Why the two differ; needed when they do."""


class BlangkoMenipis(StockEvent):
    """What is left fell to the reorder point; told once until it rises again."""

    available: NonNegativeInt
    reorder_point: NonNegativeInt


class BatasBlangkoDiubah(StockEvent):
    """The reorder point was set."""

    reorder_point: NonNegativeInt


class KartuDitarik(StockEvent):
    """An old or damaged card was taken in from an applicant."""

    for_case_id: UUID
    reason_code: Code


class KartuDimusnahkan(StockEvent):
    """Cards that were taken in were destroyed, on record."""

    quantity: PositiveInt
    record: Annotated[str, Field(min_length=1, max_length=80)]
    """Number of the berita acara."""
