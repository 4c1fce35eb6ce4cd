"""Where staff may go, by capability. Data."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.routes.office import SEES_OTHERS
from gateway.routes.system import LOOKS_AFTER
from jamila_contracts.sop import load_sop
from jamila_ledger.outages_board import MAY_DECLARE
from jamila_ledger.wording import CAPABILITIES

STEPS: Final = frozenset(step.capability for step in load_sop().steps)


@dataclass(frozen=True)
class Place:
    """One entry of the menu."""

    path: str
    label: str
    capabilities: frozenset[str]
    """Who sees it: holders of one of them."""


_SIGNERS: Final = frozenset({load_sop().step(6).capability})
_DESK: Final = frozenset({load_sop().step(1).capability})
_PRINTERS: Final = frozenset({load_sop().step(7).capability})

PLACES: Final = (
    Place("/antrean", "Antrean", STEPS),
    Place("/tanda-tangan", "Tanda tangan", _SIGNERS),
    Place("/loket", "Loket", _DESK),
    Place("/kolektif", "Kolektif", _DESK),
    Place("/penyerahan", "Penyerahan", _DESK),
    Place("/percakapan", "Percakapan", _DESK),
    Place("/kabar", "Kabar", _DESK),
    Place("/cetak", "Cetak", _PRINTERS),
    Place("/persediaan", "Persediaan", _DESK | _PRINTERS | {"kasi"}),
    Place("/dasbor", "Dasbor", SEES_OTHERS),
    Place("/sistem", "Sistem", LOOKS_AFTER),
    Place("/gangguan", "Gangguan", MAY_DECLARE),
    Place("/akun", "Akun", frozenset({"admin"})),
)
"""In the order of the menu."""
_LAST: Final = Place("/panduan", "Panduan", frozenset(CAPABILITIES))
"""For everybody, after what each came for."""


def places_for(capabilities: Collection[str]) -> tuple[Place, ...]:
    """Where holders of these capabilities may go."""
    held = frozenset(capabilities)
    return tuple(each for each in (*PLACES, _LAST) if each.capabilities & held)
