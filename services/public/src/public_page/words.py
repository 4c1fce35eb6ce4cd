"""What residents read on the page: short, plain Indonesian."""

from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.office_time import DAYS, long_date
from jamila_contracts.values import ItemProblem
from jamila_ledger.wording import DOCUMENTS, REASONS
from public_page.domain import Reason

_ZONES: Final = MappingProxyType(
    {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
)

STEPS: Final = (
    "Berkas diperiksa kelengkapannya",
    "Berkas dicocokkan dengan data kependudukan",
    "Dokumen dibuat",
    "Dokumen diperiksa Kepala Seksi",
    "Dokumen diperiksa Kepala Bidang",
    "Dokumen ditandatangani Kepala Dinas",
    "Dokumen dicetak atau disiapkan untuk diunduh",
    "Dokumen diserahkan kepada Anda",
)
"""The eight steps as a resident sees them."""

CLOSED: Final[MappingProxyType[Reason, str]] = MappingProxyType(
    {
        "tidak-dikenal": "Tautan ini tidak kami kenal. Mungkin alamatnya tidak tersalin lengkap.",
        "kedaluwarsa": "Masa berlaku tautan ini sudah habis.",
        "terkunci": "Tautan ini dikunci karena PIN salah beberapa kali.",
        "diganti-tautan-baru": "Tautan ini sudah diganti dengan tautan yang lebih baru.",
        "dokumen-berakhir": "Dokumen di tautan ini sudah dicabut atau diganti dengan yang baru.",
        "dihapus": "Dokumen di tautan ini sudah tidak disimpan lagi.",
    }
)
"""Why a download link does not open."""


def service(service_id: str | None) -> str:
    """What residents call a service."""
    if service_id is None:
        return "Permohonan"
    return load_catalogue().service_label(service_id) or _spelled(service_id)


def document(kind: str | None) -> str:
    """What residents call a kind of document."""
    return DOCUMENTS.get(kind or "", _spelled(kind or "dokumen"))


def problem(item: dict[str, str]) -> str:
    """One paper that is asked for again, and why."""
    return load_catalogue().problem_line(ItemProblem.model_validate(item))


def reason(code: str | None) -> str:
    """A reason in words."""
    return REASONS.get(code or "", _spelled(code or "").lower())


def _spelled(code: str) -> str:
    return code.replace("-", " ").replace("_", " ").strip().capitalize()


class OfficeTime:
    """Instants and stretches of time as the office speaks of them."""

    def __init__(self, timezone: str) -> None:
        self.zone = ZoneInfo(timezone)
        self._name = _ZONES.get(timezone, timezone)

    def local(self, moment: datetime) -> datetime:
        """The same instant on the office's wall."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> str:
        """Senin, 6 April 2026."""
        return spelled(self.local(moment).date())

    def moment(self, moment: datetime) -> str:
        """Senin, 6 April 2026 pukul 09.05 WITA."""
        return f"{self.day(moment)} pukul {self.local(moment):%H.%M} {self._name}"

    def moment_from(self, moment: datetime, now: datetime) -> str:
        """The same, shorter when it is today."""
        if self.local(moment).date() == self.local(now).date():
            return f"hari ini pukul {self.local(moment):%H.%M} {self._name}"
        return self.moment(moment)


def spelled(day: date) -> str:
    """Senin, 6 April 2026."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def stretch(span: timedelta) -> str:
    """A stretch of working time: 25 menit, 1 jam 10 menit."""
    minutes = max(-int(-span.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} jam"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} menit")
    return " ".join(parts)
