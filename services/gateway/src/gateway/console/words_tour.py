"""The tour of the console for whoever is new: its stops, as data, and which one is shown."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from jamila_contracts.sop import load_sop

OVER: Final = 0
"""Seen to its end, or skipped."""
_STEPS: Final = frozenset(step.capability for step in load_sop().steps)


@dataclass(frozen=True)
class Stop:
    """One stop of the tour."""

    title: str
    text: str
    spot: str
    """What is marked on the page meanwhile; a name of the style sheet."""
    is_of_steps: bool = False
    """Only for those who have a step of the SOP."""
    path: str | None = None
    """Where to look at it."""
    link: str = ""


STOPS: Final = (
    Stop(
        "Menu Anda",
        "Di baris atas ada semua halaman yang boleh Anda buka; isinya mengikuti peran Anda.",
        "menu",
    ),
    Stop(
        "Antrean",
        "Tugas yang paling mendesak ada paling atas. Tulisan dan warna menunjukkan sisa waktu "
        "langkah. Daftar ini berubah sendiri; tidak perlu dimuat ulang.",
        "antrean",
        is_of_steps=True,
        path="/antrean",
        link="Buka antrean",
    ),
    Stop(
        "Ambil tugas",
        "Tekan Ambil, atau pilih baris dengan J dan K lalu tekan A. Sejak itu waktu pengerjaan "
        "Anda berjalan dan petugas lain melihat bahwa Anda mengerjakannya. Keliru? Tekan Lepas.",
        "ambil",
        is_of_steps=True,
        path="/antrean",
        link="Buka antrean",
    ),
    Stop(
        "Halaman permohonan",
        "Kode tanda terima membuka permohonan: berkas, isian pemohon dan dokumen berdampingan, di "
        "bawahnya jejak lengkap. Setiap pembukaan data pribadi tercatat atas nama Anda.",
        "kode",
        is_of_steps=True,
    ),
    Stop(
        "Ada yang salah",
        "Kembalikan dengan alasan dari daftar. SOP menentukan ke langkah mana, dan petugas di "
        "sana melihat alasan Anda. Yang sudah Anda ketik tidak hilang bila sambungan putus.",
        "antrean",
        is_of_steps=True,
    ),
    Stop(
        "Bantuan",
        "Panduan untuk peran Anda ada di menu. Di bawah nama Anda di kanan atas Anda dapat "
        "mengulangi tur ini.",
        "bantuan",
        path="/panduan",
        link="Buka panduan",
    ),
)


@dataclass(frozen=True)
class Shown:
    """What of the tour is shown on a page."""

    number: int
    """0: only whether it shall begin."""
    of: int
    stop: Stop | None = None

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        return self.number == self.of


def stops_for(capabilities: Collection[str]) -> tuple[Stop, ...]:
    """The stops for whoever may do this."""
    has_step = bool(_STEPS & frozenset(capabilities))
    return tuple(each for each in STOPS if has_step or not each.is_of_steps)


def shown(at: int | None, capabilities: Collection[str], *, is_home: bool) -> Shown | None:
    """What is shown to an account that stands at a stop; the invitation on its first page only."""
    stops = stops_for(capabilities)
    if at is None:
        return Shown(0, len(stops)) if is_home else None
    if not 0 < at <= len(stops):
        return None
    return Shown(at, len(stops), stops[at - 1])
