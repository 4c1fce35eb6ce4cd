"""``jamila case forget``: asks the running system to destroy the key of an ended case."""

import time
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

import typer

from jamila_contracts.commands import CommandReply, ForgetCase
from jamila_contracts.events import DataPribadiDihapus
from jamila_ledger.cli_asking import NOT_RUNNING, ask, operator, settings_by_hand
from jamila_ledger.cli_open import AsJson, CaseRef, find_case, opened_ledger, print_json, unusable
from jamila_ledger.privacy import ADMIN, REASONS
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_runtime.clock import SystemClock
from jamila_runtime.commanding import ServiceUnavailableError

_REFUSED: Final = 1
_PATIENCE_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.1
_REFUSALS: Final = {
    "case-still-open": "permohonan masih berjalan; selesaikan atau batalkan dahulu",
    "case-unknown": "buku besar tidak mengenal permohonan itu",
    "forget-reason-unknown": f"alasan harus salah satu dari: {', '.join(REASONS)}",
    "capability-missing": "hanya administrator yang boleh menghapus",
}

Reason = Annotated[str, typer.Option("--reason", help=f"Alasan: {', '.join(REASONS)}")]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Katakan saja apa yang akan terjadi; tidak mengubah apa pun"),
]
Yes = Annotated[bool, typer.Option("--yes", help="Jangan bertanya lagi")]


def forget(
    case_ref: CaseRef,
    *,
    reason: Reason,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Hapus data pribadi permohonan untuk selamanya: 0 terhapus, 1 ditolak, 2 tidak dapat.

    Kuncinya dimusnahkan, juga bagi cadangan lama. Jejak, waktu layanan dan angka-angka tetap ada.
    """
    settings = settings_by_hand()
    if settings is None:
        raise unusable("JAMILA_HOME belum diisi")
    with opened_ledger(settings.ledger) as (store, _):
        identity = find_case(store, case_ref)
    plan = _asked(_command(identity, reason, dry_run=True), settings).result
    if not as_json:
        _explain(identity, plan)
    if not dry_run:
        if not yes:
            typer.confirm("Hapus untuk selamanya?", abort=True)
        _asked(_command(identity, reason, dry_run=False), settings)
        plan = plan | {"position": _wait_for_end(identity, settings)}
    if as_json:
        print_json({"case_id": str(identity), "dry_run": dry_run, **plan})
    elif not dry_run:
        typer.echo(f"Data pribadi sudah dihapus: posisi {plan['position']} buku besar.")
        typer.echo("Ganti salinan folder rahasia yang disimpan di tempat lain: salinan lama")
        typer.echo("masih dapat membuka cadangan lama.")


def _command(case_id: UUID, reason: str, *, dry_run: bool) -> ForgetCase:
    return ForgetCase(
        command_id=uuid4(),
        case_id=case_id,
        actor=operator(ADMIN),
        asked_at=SystemClock().now(),
        reason_code=reason,
        dry_run=dry_run,
    )


def _asked(command: ForgetCase, settings: LedgerSettings) -> CommandReply:
    try:
        reply = ask(command, settings)
    except ServiceUnavailableError as error:
        raise unusable(NOT_RUNNING) from error
    if reply.problem is not None:
        slug = reply.problem.slug
        typer.echo(f"DITOLAK: {_REFUSALS.get(slug, slug)}", err=True)
        raise typer.Exit(_REFUSED)
    return reply


def _wait_for_end(case_id: UUID, settings: LedgerSettings) -> int:
    """Wait until the ledger says that the key is destroyed; gives the place."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    store = SqlLedgerStore.open_existing(settings.ledger)
    try:
        while time.monotonic() < deadline:
            for entry in reversed(store.read_case(case_id)):
                if entry.type == DataPribadiDihapus.__name__:
                    return entry.position
            time.sleep(_POLL_SECONDS)
    finally:
        store.close()
    raise unusable("penghapusan sudah diminta, tetapi belum tercatat selesai; periksa lagi nanti")


def _explain(case_id: UUID, plan: dict[str, Any]) -> None:
    typer.echo(f"Permohonan {case_id} ({plan['status']})")
    if plan["done"]:
        typer.echo("  data pribadinya sudah pernah dihapus")
        return
    typer.echo(f"  dimusnahkan: kunci permohonan, {plan['papers']} berkas, ")
    typer.echo(f"  {plan['documents']} dokumen, pesan yang masih mengantre")
    others = plan["other_cases"]
    if others:
        typer.echo(f"  nomor pengirim tetap dikenal: masih ada {others} permohonan lain darinya")
    else:
        typer.echo("  nomor dan nama pengirim ikut dihapus: tidak ada permohonan lain darinya")
    typer.echo("  tetap ada: jejak, waktu layanan, angka-angka, rantai buku besar")
