"""What residents read in the chat: short, plain Indonesian."""

from collections.abc import Sequence
from typing import Final

from intake.domain import CaseIntake, Stage
from jamila_contracts.catalogue import Catalogue, Service

OFFICE: Final = "Dik Jamila, Disdukcapil Kabupaten Balangan"
FREE: Final = "Semua layanan GRATIS."

_STAGES: Final[dict[Stage, str]] = {
    "periksa": "berkas sedang diperiksa kelengkapannya",
    "pemohon": "menunggu berkas tambahan dari Anda",
    "siak": "sedang dicocokkan dengan data kependudukan",
    "draft": "dokumen sedang dibuat",
    "verifikasi": "dokumen sedang diperiksa pejabat",
    "tte": "menunggu tanda tangan elektronik Kepala Dinas",
    "cetak": "sudah ditandatangani, sedang disiapkan",
    "siap": "dokumen sudah siap",
}

NO_PAPERS: Final = "Belum ada berkas. Kirim foto atau PDF berkas Anda dulu, lalu ketik KIRIM."
DRAFT_DROPPED: Final = "Permohonan yang belum dikirim sudah dibatalkan dan berkasnya dihapus."
NOTHING_TO_CANCEL: Final = "Tidak ada permohonan yang bisa dibatalkan."
CANCELLED: Final = "Permohonan Anda sudah dibatalkan."
TOO_LATE: Final = (
    "Permohonan ini tidak bisa dibatalkan lagi karena dokumennya sudah ditandatangani atau "
    "permohonannya sudah selesai."
)
WAITING_FOR_MORE: Final = "Kirim dulu berkas yang diminta, lalu ketik KIRIM."


def menu(catalogue: Catalogue) -> str:
    """The help text: what can be asked for, and how."""
    services = "\n".join(
        f"• {each.label}: ketik {each.keywords[0].upper()}" for each in _first(catalogue)
    )
    return (
        f"Selamat datang di {OFFICE}. {FREE}\n\n"
        f"Ketik layanan yang Anda perlukan:\n{services}\n\n"
        "Lalu kirim foto atau PDF berkas, beri keterangan (misalnya: KK), dan ketik KIRIM.\n"
        "STATUS: melihat permohonan. BATAL: membatalkan."
    )


def ask_service(catalogue: Catalogue) -> str:
    """A paper came, but nobody knows what for."""
    names = ", ".join(each.keywords[0].upper() for each in _first(catalogue))
    return f"Berkas Anda kami simpan. Layanan apa yang Anda perlukan? Ketik salah satu: {names}."


def begun(service: Service, catalogue: Catalogue, *, missing: Sequence[str]) -> str:
    """A draft is open: what to send."""
    return (
        f"Permohonan {service.label}. {FREE}\n"
        f"Kirim foto atau PDF berikut, satu per satu, dengan keterangan:\n"
        f"{_list(missing, catalogue)}\n\nBila sudah lengkap ketik KIRIM."
    )


def paper_kept(
    item_id: str | None, catalogue: Catalogue, *, count: int, missing: Sequence[str]
) -> str:
    """A paper arrived well."""
    name = f" ({catalogue.label_of(item_id)})" if item_id else ""
    rest = f"\nMasih kami tunggu:\n{_list(missing, catalogue)}" if missing else ""
    return f"Berkas diterima{name}. Jumlah berkas: {count}.{rest}\nKetik KIRIM bila sudah lengkap."


def paper_added(item_id: str | None, catalogue: Catalogue, receipt_code: str) -> str:
    """A paper joined an application that the operator has not decided on yet."""
    name = f" ({catalogue.label_of(item_id)})" if item_id else ""
    return (
        f"Berkas{name} ditambahkan ke permohonan {receipt_code}. "
        "Untuk permohonan lain, ketik dulu layanannya."
    )


def submitted(service: Service, catalogue: Catalogue, *, missing: Sequence[str]) -> str:
    """The draft became a case; the receipt code comes from the notifier, once and on record."""
    rest = (
        f"\nCatatan, berkas ini belum kami kenali:\n{_list(missing, catalogue)}" if missing else ""
    )
    return (
        f"Permohonan {service.label} sudah dikirim kepada petugas. "
        f"Kode tanda terima kami kirim dalam pesan tersendiri.{rest}"
    )


def resubmitted(receipt_code: str) -> str:
    """The further papers went to their case."""
    return f"Berkas tambahan untuk permohonan {receipt_code} sudah kami terima dan diperiksa lagi."


def confirm_cancel(receipt_code: str) -> str:
    """Cancelling a submitted application asks for its code, so that no slip does it."""
    return f"Untuk membatalkan permohonan yang sudah dikirim, ketik: BATAL {receipt_code}"


def status_line(case: CaseIntake, catalogue: Catalogue) -> str:
    """Where one application stands, in general words."""
    label = catalogue.service(case.service_id).label
    if case.is_cancelled:
        state = "sudah dibatalkan"
    elif case.is_finished:
        state = "selesai, dokumen sudah diserahkan"
    else:
        state = _STAGES[case.stage]
    asked = [f"\n  - {catalogue.problem_line(each)}" for each in case.problems]
    return f"• {label} ({case.receipt_code}): {state}{''.join(asked)}"


def no_application() -> str:
    """STATUS without any application."""
    return "Anda belum punya permohonan. Ketik MENU untuk melihat layanan."


def draft_line(service: Service | None, papers: int) -> str:
    """The open draft in the answer to STATUS."""
    label = service.label if service else "layanan belum dipilih"
    return f"• Belum dikirim: {label}, {papers} berkas. Ketik KIRIM untuk mengirim."


def _list(item_ids: Sequence[str], catalogue: Catalogue) -> str:
    return "\n".join(f"- {catalogue.label_of(item_id)}" for item_id in item_ids)


def _first(catalogue: Catalogue) -> list[Service]:
    """One service per kind of document: the menu stays short."""
    kinds: dict[str, Service] = {}
    for service in catalogue.services:
        kinds.setdefault(service.id.split("-")[0], service)
    return list(kinds.values())
