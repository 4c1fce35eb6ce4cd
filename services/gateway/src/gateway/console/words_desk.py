"""Words of the front desk and the printing room. Data, and what they follow from; no logic."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from gateway.answers import CaseView, Trail
from jamila_contracts.blangko import NEEDS
from jamila_contracts.catalogue import ANSWER_FAULTS, load_catalogue
from jamila_ledger.wording import REASONS

DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "begin-entry": "Catatan baru dibuka. Belum ada yang diajukan.",
        "drop-entry": "Catatan dibuang. Isian dan berkasnya tidak dapat dibuka lagi.",
        "submit-entry": "Permohonan diajukan.",
        "answer-help-request": "Jawaban dikirim ke WhatsApp warga.",
        "close-help-request": "Percakapan ditutup. Warga kembali dilayani jawaban otomatis.",
        "mark-notice-told": "Dicatat: pemohon sudah diberi tahu.",
        "mark-notice-unreached": "Dicatat: pemohon tidak terhubung.",
        "mark-told": "Dicatat: jawaban sudah disampaikan.",
        "relay-message": "Pesan diteruskan. Jawabannya ada di daftar ini.",
        "submit-batch": "Daftar diajukan.",
        "receive-stock": "Kiriman dicatat.",
        "count-stock": "Hasil hitung dicatat.",
        "spoil-stock": "Yang rusak dicatat.",
        "set-reorder-point": "Batas pemesanan diubah.",
        "withdraw-card": "Kartu lama dicatat sebagai ditarik.",
        "destroy-cards": "Pemusnahan dicatat.",
    }
)
"""What a page says after something was done, by the route of the command."""

OUTCOME_UNKNOWN: Final = "hasil-tidak-diketahui"
_NEWS_OF_PRINTING: Final = ("CetakTertahan", "CetakGagal", "Dicetak", "CetakUlangDiminta")

SPOILED: Final = ("hasil-rusak", "kertas-macet", "tinta-habis", "blangko-rusak", "printer-mati")
"""Why a sheet is no good."""
REPRINT: Final = ("hasil-rusak", "salah-ketik", "salah-data")
"""Why what lies at the counter is no good."""
COUNTED: Final = ("selisih-hitung", "blangko-rusak", "salah-input")
"""Why a count differs from the record."""
DAMAGED: Final = ("blangko-rusak", "hasil-rusak")
WITHDRAWN: Final = ("kartu-diganti", "kartu-rusak")
UNREACHED: Final = ("tidak-terhubung", "nomor-salah", "ditolak-pemohon")
MEDIA: Final[Mapping[str, str]] = MappingProxyType(
    {"hvs-a4": "Cetak di HVS A4", "kartu": "Cetak kartu", "unduh": "Siapkan unduhan"}
)


def reasons(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Codes with their words, for a choice."""
    return tuple((code, REASONS.get(code, code).capitalize()) for code in codes)


def trouble(trail: Trail) -> str | None:
    """Why the printer stands still; None when it does not."""
    news = [line for line in trail.lines if line.event in _NEWS_OF_PRINTING]
    if not news or news[-1].event != "CetakTertahan":
        return None
    return next(iter(news[-1].reason_codes), None)


def media(case: CaseView) -> tuple[tuple[str, str], ...]:
    """On what the documents of a case can be brought: cards on blangko, the others on paper."""
    kinds = {each.kind for each in case.signed}
    wanted = ("kartu",) if kinds and kinds <= NEEDS.keys() else ("hvs-a4", "unduh")
    return tuple((each, MEDIA[each]) for each in wanted)


FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {fault: f"{said[0].upper()}{said[1:]}." for fault, said in ANSWER_FAULTS.items()}
)
"""Why an answer is none, beside its field."""

_ABOUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PermohonanDiajukan": "Permohonan diterima",
        "BerkasDiterima": "Berkas lengkap",
        "BerkasTidakLengkap": "Berkas kurang",
        "PermohonanDibatalkan": "Permohonan dibatalkan",
        "Ditandatangani": "Dokumen ditandatangani",
        "Dicetak": "Dokumen siap diambil",
        "TidakDiambil": "Dokumen belum diambil",
        "KodePengambilanDiganti": "Kode pengambilan baru",
        "Diserahkan": "Dokumen diserahkan",
    }
)


def about(event: str) -> str:
    """What a notice tells."""
    return _ABOUT.get(event, "Kabar permohonan")


class Listed(Protocol):
    """A row of a village's list."""

    @property
    def service(self) -> str:
        """As it was written."""
        ...

    @property
    def service_id(self) -> str:
        """As it was understood."""
        ...


def listed_service(row: Listed) -> str:
    """The service that a row was understood to mean; as it was written when none was."""
    return load_catalogue().service_label(row.service_id) or row.service
