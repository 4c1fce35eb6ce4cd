"""Every sentence the launcher says to people, in Indonesian."""

import json
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from jamila_deploy.child import LEASH
from jamila_deploy.environment import public_url, simulators_url
from jamila_deploy.errors import (
    BusyDayKnownError,
    DemoBlockedError,
    DemoFolderUsedError,
    HomeLockedError,
    HomeTooNewError,
    HomeUnusableError,
    LauncherError,
    NoDemoOfficeError,
    PortSharedError,
    PortTakenError,
    ProcessNotReadyError,
    ProgramMissingError,
    SecretDamagedError,
)
from jamila_deploy.secrets import demo_accounts_file
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.status import ExitReason, ProcessState, ProcessStatus, SystemStatus

_STATES = {
    ProcessState.WAITING: "menunggu",
    ProcessState.STARTING: "sedang mulai",
    ProcessState.READY: "siap",
    ProcessState.BACKING_OFF: "akan dimulai ulang",
    ProcessState.STOPPED: "berhenti",
}


class DemoAccount(BaseModel):
    """One account the gateway made for the demo."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    account: str
    password: str
    role: str
    capabilities: tuple[str, ...] = ()
    totp_secret: str | None = None


def explain(error: LauncherError) -> str:  # noqa: PLR0911  # one sentence for each kind of error
    """Tell an operator what is wrong and what to do about it."""
    match error:
        case PortTakenError():
            return (
                f"Port {error.port} sudah dipakai program lain. Hentikan program itu, atau pilih "
                f"port lain, misalnya: {error.setting}={_other_port(error.port)} make run"
            )
        case PortSharedError():
            return f"Port {error.port} dipakai oleh lebih dari satu: {', '.join(error.settings)}."
        case HomeLockedError():
            return (
                f"Sistem sudah berjalan pada folder {error.home} (pid {error.pid or '?'}). "
                "Hentikan dahulu dengan Ctrl-C, atau pilih folder lain dengan JAMILA_HOME."
            )
        case HomeUnusableError():
            return (
                f"Folder {error.home} tidak dapat dipakai: {error.reason}. "
                "Pilih folder lain dengan JAMILA_HOME."
            )
        case SecretDamagedError():
            return (
                f"Berkas rahasia {error.file} rusak ({error.reason}). Pulihkan dari cadangan; "
                "berkas ini tidak diganti otomatis karena data lama tidak akan terbaca lagi."
            )
        case ProgramMissingError():
            package = " (paket Debian: util-linux)" if error.program == LEASH[0] else ""
            return f"Program {error.program} tidak ditemukan{package}. Jalankan: make setup"
        case ProcessNotReadyError():
            return (
                f"Proses {error.name} belum siap setelah {error.waited_seconds:.0f} detik "
                f"({error.reason}). Lihat catatan: {error.log_path}"
            )
        case _:
            return _explain_rest(error)


def _explain_rest(error: LauncherError) -> str:
    match error:
        case HomeTooNewError():
            return (
                f"Folder {error.home} pernah dipakai perangkat lunak yang lebih baru (versi "
                f"{error.written_by}; terpasang {error.installed}): {', '.join(error.unknown)} "
                "belum dikenal. Pasang versi baru itu, atau pulihkan cadangan dari sebelum "
                "pembaruan (docs/howto/upgrade.md)."
            )
        case DemoFolderUsedError():
            return f"Folder {error.folder} sudah berisi. Demo memerlukan folder baru atau kosong."
        case DemoBlockedError():
            return (
                f"Demo tertahan ketika {error.account} {error.what}: {error.reason} "
                f"Catatan semua proses: {error.logs}"
            )
        case NoDemoOfficeError():
            return (
                f"Tidak ada kantor demo yang sedang berjalan pada folder {error.home}. "
                "Mulai dengan: jamila run --demo-day"
            )
        case BusyDayKnownError():
            return (
                f"Hari ramai sudah pernah diisikan ke kantor di {error.home}; keluarga yang sama "
                "tidak dapat datang dua kali. Untuk mulai dari awal pakai folder baru: "
                "JAMILA_HOME=FOLDER jamila run --demo-day"
            )
        case _:
            return f"Sistem tidak dapat dijalankan: {error}"


def explain_settings(error: ValidationError) -> str:
    """Name each environment variable that does not hold a usable value."""
    # The value itself is left out: a variable of this system may hold a secret.
    lines = [
        f"  JAMILA_{'PORT_' if error.title == 'Ports' else ''}"
        f"{'_'.join(str(part) for part in each['loc']).upper()}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    ]
    return "Pengaturan tidak dapat dipakai:\n" + "\n".join(lines)


def describe_change(status: ProcessStatus) -> str | None:
    """Say what happened to a process; None for what nobody needs to read."""
    match status.state:
        case ProcessState.READY:
            again = f" (mulai ulang ke-{status.restarts})" if status.restarts else ""
            return f"{status.name:<13} siap{again}"
        case ProcessState.BACKING_OFF if status.last_exit is not None:
            pause = status.next_start_seconds or 0.0
            reason = describe_exit(status.last_exit)
            return f"{status.name:<13} {reason}; dimulai ulang dalam {pause:.1f} detik"
        case _:
            return None


def describe_exit(reason: ExitReason) -> str:
    """Say why a process ended."""
    how = (
        f"dimatikan sinyal {reason.signal}"
        if reason.signal
        else f"berhenti dengan kode {reason.exit_code}"
    )
    return f"{how}; catatan terakhir: {reason.last_log_line}" if reason.last_log_line else how


def describe_system(status: SystemStatus, *, memory: int) -> str:
    """Draw the table of ``jamila status``."""
    rows = [
        f"{each.name:<13} {_STATES[each.state]:<19} pid {each.pid or '-':<8} "
        f"mulai ulang {each.restarts:<4} {each.url}"
        for each in status.processes
    ]
    last = [
        f"{each.name}: terakhir {describe_exit(each.last_exit)}"
        for each in status.processes
        if each.last_exit is not None
    ]
    return "\n".join([*rows, *last, f"Memori seluruh proses: {memory / 1024**2:.0f} MB"])


def welcome(settings: LauncherSettings, *, gateway_url: str, cold_start_seconds: float) -> str:
    """Say where the system is, who can log in, and what to try first."""
    accounts = _read_accounts(settings)
    return "\n".join(
        [
            "",
            f"Dik Jamila siap dalam {cold_start_seconds:.1f} detik.",
            "",
            f"  Loket petugas      {gateway_url}",
            f"  Halaman warga      {public_url(settings)}",
            f"  Simulator WhatsApp {simulators_url(settings)}",
            f"  Semua data di      {settings.home}",
            "",
            *_account_lines(accounts, settings),
            "Coba sekarang:",
            f"  1. Buka {gateway_url} dan masuk sebagai loket-1; tur singkat menyambut Anda.",
            "  2. Kantor masih kosong? Isi dengan satu hari yang ramai, di terminal lain:",
            "     jamila demo-day (atau mulai dengan make run-busy).",
            "  3. Buka simulator WhatsApp, kirim permohonan akta kelahiran sebagai warga.",
            "  4. Di terminal lain: make demo (seluruh jalan otomatis), atau jamila status.",
            "  5. Catatannya: jamila case timeline KODE_TANDA_TERIMA, jamila sla report,",
            "     jamila ledger verify, jamila doctor, jamila replay status.",
            "",
            "Ctrl-C menghentikan semuanya; data tetap tersimpan.",
        ]
    )


def _account_lines(accounts: Iterable[DemoAccount], settings: LauncherSettings) -> list[str]:
    listed = list(accounts)
    rows = [f"  {each.account:<18} {each.password:<20} {each.role}" for each in listed]
    if not rows:
        return [f"Akun demo belum ada di {demo_accounts_file(settings)}.", ""]
    header = f"  {'akun':<18} {'kata sandi':<20} peran"
    with_code = [each.account for each in listed if each.totp_secret is not None]
    code = [f"  Kode autentikator {', '.join(with_code)}: jamila account code AKUN"]
    title = "Akun demo (bukan untuk layanan sungguhan):"
    return [title, header, *rows, *(code if with_code else ()), ""]


def _read_accounts(settings: LauncherSettings) -> list[DemoAccount]:
    try:
        text = demo_accounts_file(settings).read_text(encoding="utf-8")
        return TypeAdapter(list[DemoAccount]).validate_python(json.loads(text))
    except (OSError, ValueError):
        return []


def _other_port(port: int) -> int:
    highest = 65_535
    return port + 1000 if port + 1000 <= highest else port - 1000
