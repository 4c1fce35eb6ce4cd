"""Words of the dashboard and of the pages about the system. Data and formats."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from gateway.problems import PROBLEMS
from gateway.routes.system import LOOKS_AFTER
from jamila_contracts.office_time import DAYS, MONTHS, long_date
from jamila_ledger.wording import SYSTEMS

__all__ = ["SYSTEMS"]

PERIODS: Mapping[str, str] = MappingProxyType(
    {"hari": "Hari ini", "minggu": "Minggu ini", "bulan": "Bulan ini"}
)
_MINUTE: Final = 60
_NOTHING: Final = "\u2013"


def percent(rate: float | None) -> str:
    """``94,5 %``."""
    return _NOTHING if rate is None else f"{rate * 100:.1f} %".replace(".", ",").replace(",0 ", " ")


def minutes(seconds: float | None) -> str:
    """``6,5 menit`` of working time; less than one in seconds."""
    if seconds is None:
        return _NOTHING
    if 0 < seconds < _MINUTE:
        return f"{seconds:.0f} detik"
    return f"{seconds / _MINUTE:.1f} menit".replace(".", ",").replace(",0 ", " ")


def span(day: date, period: str, *, short: bool = False) -> str:
    """What a period is called that begins on a day."""
    if period == "bulan":
        name = MONTHS[day.month - 1]
        return name[:3] if short else f"{name} {day.year}"
    if short:
        return f"{day.day}/{day.month}"
    name = "minggu" if period == "minggu" else f"{DAYS[day.weekday()]},"
    return f"{name} {long_date(day)}"


def written(day: date) -> str:
    """``17 Agustus 2026``."""
    return long_date(day)


STATES: Mapping[str, str] = MappingProxyType(
    {
        "hidup": "hidup",
        "tidak-siap": "tidak siap",
        "diam": "diam",
        "belum-terdengar": "belum terdengar",
    }
)
"""How a process stands."""
STATE_MARKS: Mapping[str, str] = MappingProxyType(
    {"hidup": "aman", "tidak-siap": "segera", "diam": "lewat", "belum-terdengar": "lewat"}
)
_SYSTEM_TABS: Mapping[str, str] = MappingProxyType(
    {
        "/sistem": "Keadaan",
        "/sistem/tertahan": "Tertahan",
        "/gangguan": "Gangguan",
        "/sistem/kalender": "Kalender",
        "/sistem/aturan": "Aturan",
        "/sistem/pesan": "Pesan",
        "/sistem/jejak": "Jejak kantor",
        "/sistem/webhook": "Sistem lain",
    }
)
_TABS_FOR: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "/sistem": LOOKS_AFTER,
        "/sistem/tertahan": LOOKS_AFTER,
        "/sistem/jejak": frozenset({"admin"}),
        "/sistem/webhook": frozenset({"admin"}),
    }
)
"""Tabs that not everybody sees: who does."""
_PARKED: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": "tidak terbaca oleh versi layanan ini",
        "behind": "menunggu yang sebelumnya",
    }
)
_BUG: Final = "bug-"
HOOKS: Mapping[str, str] = MappingProxyType(
    {"berjalan": "berjalan", "mencoba-lagi": "mencoba lagi", "berhenti": "berhenti"}
)
"""How another system is told."""
HOOK_MARKS: Mapping[str, str] = MappingProxyType(
    {"berjalan": "aman", "mencoba-lagi": "segera", "berhenti": "lewat"}
)
DELIVERIES: Mapping[str, str] = MappingProxyType(
    {
        "full": "Selesai tanpa datang ke kantor.",
        "intake": "Diajukan lewat WhatsApp; selesai dengan datang ke kantor.",
        "visit": "Harus datang ke kantor.",
    }
)
DONE: Mapping[str, str] = MappingProxyType(
    {
        "gangguan-mulai": "Gangguan dicatat; jam langkah yang memerlukannya berhenti.",
        "parked-retry": "Permintaan dicatat. Hasilnya tampak di halaman ini.",
        "webhook-lanjut": "Pengiriman kabar dicoba lagi.",
        "webhook-hapus": "Sistem itu tidak diberi kabar lagi.",
        "gangguan-selesai": "Gangguan selesai; jam langkah berjalan lagi.",
    }
)


def why_parked(reason: str) -> str:
    """Why an event could not be handled, by its slug."""
    if reason.startswith(_BUG):
        return f"kesalahan program ({reason.removeprefix(_BUG)})"
    known = PROBLEMS.get(reason)
    return _PARKED.get(reason) or (known.title.rstrip(".") if known else reason)


def system_tabs(held: frozenset[str]) -> dict[str, str]:
    """The tabs that somebody with these capabilities can open."""
    return {
        path: label
        for path, label in _SYSTEM_TABS.items()
        if path not in _TABS_FOR or _TABS_FOR[path] & held
    }
