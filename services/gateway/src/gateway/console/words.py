"""The Indonesian words of the console, and how it writes times. Data and formats, no logic."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from gateway.answers import CaseView
from gateway.console import words_accounts, words_office
from gateway.console import words_desk as desk
from gateway.console import words_officers as officers
from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.codes import in_groups
from jamila_contracts.office_time import DAYS, OFFICE_ZONE, long_date
from jamila_contracts.sop import SopStep, load_sop
from jamila_ledger.wording import CAPABILITIES, CHANNELS, DOCUMENTS, REASONS

__all__ = ["CAPABILITIES", "CHANNELS", "DOCUMENTS", "REASONS", "desk", "officers"]

Urgency = Literal["lewat", "segera", "aman", "jeda"]
_SOON: Final = timedelta(minutes=3)
_HOUR: Final = 3600
_MINUTE: Final = 60
_NOTHING: Final = "\u2013"
_DAY: Final = 86400

DONE: Mapping[str, str] = MappingProxyType(
    {
        "take-task": "Tugas Anda ambil. Jam pengerjaan berjalan.",
        "release-task": "Tugas dilepas; petugas lain dapat mengambilnya.",
        "pause-task": "Waktu langkah ini dihentikan.",
        "resume-task": "Waktu langkah ini berjalan lagi.",
        "accept-papers": "Berkas dinyatakan lengkap dan diteruskan ke Operator SIAK.",
        "return-papers": "Kekurangan berkas disampaikan kepada pemohon.",
        "cancel-application": "Permohonan dibatalkan.",
        "add-note": "Catatan disimpan.",
        "add-paper": "Berkas ditambahkan ke permohonan ini.",
        "check-claims": "Data sudah ditanyakan kepada SIAK.",
        "confirm-match": "Data cocok; lanjut ke entri SIAK.",
        "reject-match": "Dikembalikan ke Operator Layanan.",
        "record-entry": "Draft dibuat dan diteruskan ke Kepala Seksi.",
        "import-signed": "Dokumen dari SIAK diterima dan diteruskan.",
        "approve-draft": "Draft disetujui dan diteruskan ke Kepala Bidang.",
        "return-draft": "Draft dikembalikan ke Operator SIAK.",
        "verify-draft": "Draft diverifikasi dan diteruskan ke Kepala Dinas.",
        "return-verification": "Dikembalikan ke Kepala Seksi.",
        "sign-document": "Dokumen ditandatangani dan diteruskan ke pencetakan.",
        "refuse-signature": "Dikembalikan ke Kepala Bidang.",
        "print-document": "Dokumen dikirim ke pencetak.",
        "resolve-print": "Hasil cetak dicatat.",
        "report-spoiled": "Cetak gagal dicatat.",
        "hand-over": "Dokumen diserahkan. Permohonan selesai.",
        "renew-collection-code": "Kode pengambilan baru dikirim kepada pemohon.",
        "request-reprint": "Dikembalikan untuk dicetak ulang.",
        "report-uncollected": "Dicatat: dokumen belum diambil.",
        **words_accounts.DONE,
        **words_office.DONE,
        "resend-softcopy": "Dokumen dikirim ulang ke WhatsApp pemohon.",
        **desk.DONE,
        **officers.DONE,
    }
)
"""What a page says after something was done, by the route of the command."""

STATES: Mapping[str, str] = MappingProxyType(
    {"menunggu": "menunggu diambil", "dikerjakan": "dikerjakan", "jeda": "waktu dihentikan"}
)
SERVICES: Mapping[str, str] = MappingProxyType(
    {each.id: each.label for each in load_catalogue().services}
)
STEPS: Mapping[int, str] = MappingProxyType(
    {each.number: f"{each.number}. {each.activity}" for each in load_sop().steps}
)
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "berjalan": "berjalan",
        "menunggu-pemohon": "menunggu pemohon",
        "selesai": "selesai",
        "dibatalkan": "dibatalkan",
    }
)


def service(service_id: str | None) -> str:
    """What a service is called."""
    return load_catalogue().service_label(service_id or "") or "belum dipilih"


def step(number: int | None) -> str:
    """The step and what is done in it."""
    if number is None:
        return "selesai"
    return f"{number}. {load_sop().step(number).activity}"


def row(number: int) -> SopStep:
    """The step as the SOP has it."""
    return load_sop().step(number)


def version_of(case: CaseView, number: int) -> int:
    """The version of the stage that owns a step, as the page shows it."""
    known = case.versions.get(row(number).service)
    return known.position if known else 0


def item(item_id: str | None) -> str:
    """What a paper of the checklist is called."""
    found = load_catalogue().item(item_id or "")
    return found.title if found else "Berkas yang belum dikenali"


def capability(code: str) -> str:
    """What a capability is called."""
    return CAPABILITIES.get(code, code)


def moment(at: datetime | None) -> str:
    """``23 November 2026 pukul 14.05`` on the office's clock."""
    return _NOTHING if at is None else f"{day(at)} pukul {clock(at)}"


def day(at: datetime | None) -> str:
    """``23 November 2026`` on the office's clock."""
    if at is None:
        return _NOTHING
    return long_date(at.astimezone(OFFICE_ZONE))


def clock(at: datetime | None) -> str:
    """``14.05`` on the office's clock."""
    return _NOTHING if at is None else at.astimezone(OFFICE_ZONE).strftime("%H.%M")


def duration(seconds: float | None) -> str:
    """``1 jam 5 menit``; less than a minute in seconds."""
    if seconds is None:
        return _NOTHING
    whole = abs(int(seconds))
    if whole < _MINUTE:
        return f"{whole} detik"
    days, rest = divmod(whole, _DAY)
    hours, rest = divmod(rest, _HOUR)
    parts = ((days, "hari"), (hours, "jam"), (rest // _MINUTE, "menit"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def urgency(due_at: datetime | None, now: datetime) -> Urgency:
    """How urgent a task is; the colour of its mark."""
    if due_at is None:
        return "jeda"
    if due_at <= now:
        return "lewat"
    return "segera" if due_at - now <= _SOON else "aman"


def time_left(due_at: datetime | None, now: datetime) -> str:
    """How long there is until a task is late, in words: colour alone tells nobody enough."""
    if due_at is None:
        return "jam berhenti"
    local, left = due_at.astimezone(OFFICE_ZONE), (due_at - now).total_seconds()
    if left > 0 and local.date() != now.astimezone(OFFICE_ZONE).date():
        # Hours in which the office is closed are no time to work in.
        return f"sampai {DAYS[local.weekday()]} {clock(due_at)}"
    return f"terlambat {duration(left)}" if left <= 0 else f"sisa {duration(left)}"


def code(text: str | None) -> str:
    """A receipt code as it can be read aloud."""
    if not text:
        return _NOTHING
    return text if "-" in text else in_groups(text)
