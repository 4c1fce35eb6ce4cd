"""``jamila account``: make, list and close the accounts of staff and programs."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gateway.account_changes import ON_THE_MACHINE, Change, What
from gateway.accounts import (
    ACCOUNT_PATTERN,
    MAXIMUM_PASSWORD,
    MINIMUM_PASSWORD,
    Account,
    AccountExistsError,
    Grant,
    StandIn,
    StoredAccount,
)
from gateway.accounts_store import SqlAccountsStore
from gateway.administration_rules import LastAdminError, details_of
from gateway.administration_store import AdministrationStore
from gateway.capabilities import known_capabilities
from gateway.change_log import ChangeLog
from gateway.demo import demo_accounts
from gateway.passwords import hash_password, new_password
from gateway.totp import STEP_SECONDS, code_of, step_at, unwritten
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_runtime.places import sql_store

app = typer.Typer(help="Akun petugas dan program.", no_args_is_help=True)

Home = Annotated[Path, typer.Option(envvar="JAMILA_HOME", help="Folder data sistem.")]
StoresDir = Annotated[Path | None, typer.Option(envvar="JAMILA_STORES_DIR", hidden=True)]
Tenant = Annotated[str, typer.Option(envvar="JAMILA_TENANT", help="Kode kabupaten.")]
Name = Annotated[str, typer.Argument(help="Nama akun, misalnya kasi-3 (bukan nama orang).")]
Generate = Annotated[
    bool, typer.Option("--generate", help="Buatkan kata sandi acak dan tampilkan sekali.")
]


@app.command()
def add(  # noqa: PLR0913 - the options of a command line
    account: Name,
    *,
    display_name: Annotated[str, typer.Option("--display-name", help="Sebutan di layar.")],
    capability: Annotated[list[str], typer.Option("--capability", help="Boleh diulang.")],
    generate: Generate = False,
    tenant: Tenant = "6311",
    home: Home = Path(".jamila"),
    stores_dir: StoresDir = None,
) -> None:
    """Buat akun baru. Kewenangan pengganti ditulis kasi:plh:kasi-1:2026-12-31."""
    if re.match(ACCOUNT_PATTERN, account) is None:
        _stop("Nama akun: huruf kecil, angka dan tanda hubung, 2 sampai 32 tanda.")
    grants = tuple(_grant(each) for each in capability)
    password = _password(generate=generate)
    stored = StoredAccount(
        Account(account=account, display_name=display_name, tenant=tenant, grants=grants),
        hash_password(password),
        password_is_temporary=generate,
    )
    change = _change(account, tenant, "akun-dibuat", {"grants": [details_of(g) for g in grants]})
    try:
        _store(home, stores_dir).add(stored, change)
    except AccountExistsError:
        _stop(f"Akun {account} sudah ada.")
    print(f"Akun {account} dibuat.")
    if generate:
        print(f"Kata sandi sekali pakai (hanya ditampilkan sekali): {password}")


@app.command("list")
def list_accounts(home: Home = Path(".jamila"), stores_dir: StoresDir = None) -> None:
    """Tampilkan semua akun."""
    now = datetime.now(tz=UTC)
    for account in _store(home, stores_dir).all():
        state = "aktif" if account.is_active else "ditutup"
        demo = " (demo)" if account.is_demo else ""
        may = ", ".join(sorted(account.capabilities(now))) or "-"
        print(f"{account.account:<20} {state:<8} {may}{demo}")


@app.command("changes")
def list_changes(
    *,
    limit: int = 50,
    tenant: Tenant = "6311",
    home: Home = Path(".jamila"),
    stores_dir: StoresDir = None,
) -> None:
    """Tampilkan riwayat perubahan akun, yang terbaru dahulu."""
    log = ChangeLog(_store(home, stores_dir).database)
    for each in log.newest(tenant, before=None, account=None, limit=limit):
        change = each.change
        at = change.at.astimezone(OFFICE_ZONE)
        details = json.dumps(dict(change.details), ensure_ascii=False) if change.details else ""
        print(f"{at:%d-%m-%Y %H:%M} {change.by:<12} {change.account:<20} {change.what} {details}")


@app.command()
def password(
    account: Name,
    *,
    generate: Generate = False,
    home: Home = Path(".jamila"),
    stores_dir: StoresDir = None,
) -> None:
    """Ganti kata sandi; semua sesi akun berakhir."""
    secret = _password(generate=generate)
    store = _store(home, stores_dir)
    change = _change(account, _tenant_of(store, account), "kata-sandi-diganti-admin")
    AdministrationStore(store.database).give_password(
        hash_password(secret), change, is_temporary=generate
    )
    print(f"Kata sandi {account} diganti; semua sesinya berakhir.")
    if generate:
        print(f"Kata sandi sekali pakai (hanya ditampilkan sekali): {secret}")


@app.command("forget-code")
def forget_code(account: Name, home: Home = Path(".jamila"), stores_dir: StoresDir = None) -> None:
    """Hapus autentikator akun, misalnya ponsel hilang; semua sesi akun berakhir."""
    store = _store(home, stores_dir)
    change = _change(account, _tenant_of(store, account), "autentikator-dihapus")
    AdministrationStore(store.database).forget_factor(change)
    print(f"Autentikator {account} dihapus; pemiliknya memasang yang baru setelah masuk.")


@app.command()
def code(account: Name, home: Home = Path(".jamila")) -> None:
    """Tampilkan kode autentikator sebuah akun demo, seperti aplikasi di ponsel."""
    found = {line.account: line for line in demo_accounts(home / "secrets")}.get(account)
    if found is None or found.totp_secret is None:
        _stop(f"Akun demo {account} tidak ada atau tidak memakai kode.")
    now = datetime.now(tz=UTC)
    left = STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS
    print(f"{code_of(unwritten(found.totp_secret), step_at(now))} (masih {left} detik)")


@app.command()
def close(account: Name, home: Home = Path(".jamila"), stores_dir: StoresDir = None) -> None:
    """Tutup akun; semua sesi dan token berakhir saat itu juga."""
    store = _store(home, stores_dir)
    change = _change(account, _tenant_of(store, account), "akun-ditutup")
    try:
        AdministrationStore(store.database).close(change)
    except LastAdminError:
        _stop(f"{account} administrator terakhir; tunjuk dahulu yang lain.")
    print(f"Akun {account} ditutup.")


def _grant(text: str) -> Grant:
    """Read ``kasi`` or ``kasi:plh:kasi-1:2026-12-31`` (in force through that day, WITA)."""
    known = known_capabilities()
    capability, *stand_in = text.split(":")
    if capability not in known:
        _stop(f"Kewenangan {capability} tidak dikenal. Pilihan: {', '.join(sorted(known))}.")
    if not stand_in:
        return Grant(capability)
    try:
        how, official, last_day = stand_in
        kind: StandIn = {"plh": "plh", "plt": "plt"}[how]  # type: ignore[assignment]  # narrowed
        until = datetime.fromisoformat(f"{last_day}T23:59:59.999999+08:00").astimezone(UTC)
    except (ValueError, KeyError):
        _stop("Pengganti ditulis kewenangan:plh|plt:akun-yang-digantikan:TTTT-BB-HH.")
    return Grant(capability, on_behalf_of=official, stand_in=kind, valid_until=until)


def _password(*, generate: bool) -> str:
    if generate:
        return new_password()
    secret = str(typer.prompt("Kata sandi", hide_input=True, confirmation_prompt="Sekali lagi"))
    if not MINIMUM_PASSWORD <= len(secret) <= MAXIMUM_PASSWORD:
        _stop(f"Kata sandi harus {MINIMUM_PASSWORD} sampai {MAXIMUM_PASSWORD} tanda.")
    return secret


def _change(
    account: str, tenant: str, what: What, details: dict[str, object] | None = None
) -> Change:
    at = datetime.now(tz=UTC)
    return Change(at, ON_THE_MACHINE, account, tenant, what, details or {})


def _tenant_of(store: SqlAccountsStore, account: str) -> str:
    found = store.find(account)
    if found is None:
        _stop(f"Akun {account} tidak ada.")
    return found.account.tenant


def _store(home: Path, stores_dir: Path | None) -> SqlAccountsStore:
    folder = stores_dir or home / "stores"
    folder.mkdir(parents=True, exist_ok=True)
    return SqlAccountsStore(sql_store("accounts", folder))


def _stop(sentence: str) -> NoReturn:
    print(f"GALAT: {sentence}", file=sys.stderr)
    raise typer.Exit(2)
