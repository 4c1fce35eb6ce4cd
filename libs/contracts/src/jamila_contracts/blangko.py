"""Blangko and what else a card uses up, as data: which items there are, and what each card needs.

Source: equipment list of the SOP (blangko for KTP-el and KIA, ribbon and film).
"""

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from jamila_contracts.model import Code, Fact

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "jamila:blangko")


class StockItem(Fact):
    """One thing that is counted piece by piece."""

    id: Code
    label: str
    """What staff call it, Indonesian."""
    unit: str


STOCK_ITEMS: Final = (
    StockItem(id="blangko-ktp-el", label="Blangko KTP-el", unit="keping"),
    StockItem(id="blangko-kia", label="Blangko KIA", unit="keping"),
    StockItem(id="ribbon", label="Ribbon pencetak kartu", unit="cetak"),
    StockItem(id="film", label="Film pencetak kartu", unit="cetak"),
)
"""Ribbon and film are counted in cards that can still be printed with them."""

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "ktp-el": ("blangko-ktp-el", "ribbon", "film"),
    "kia": ("blangko-kia", "ribbon", "film"),
}
"""What one card uses up, one of each, by kind of document."""


def stock_id(tenant: str, item: str) -> UUID:
    """The id that stands in place of a case in the facts about one item of one office."""
    return uuid5(_NAMESPACE, f"{tenant}/{item}")
