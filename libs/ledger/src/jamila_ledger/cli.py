"""``jamila ledger``: look at the ledger itself, without any running service."""

from pathlib import Path
from typing import Annotated

import typer

from jamila_ledger import cli_tables as tables
from jamila_ledger.chain import Head
from jamila_ledger.checkpoints import FILE_NAME, Checkpoint, CheckpointFile
from jamila_ledger.checkpoints_check import check
from jamila_ledger.checkpoints_key import PUBLIC_FILE, PublicKeys
from jamila_ledger.cli_export import export_case
from jamila_ledger.cli_open import (
    TAMPERED,
    UNREADABLE,
    AsJson,
    Url,
    folder_beside,
    opened_ledger,
    print_json,
    unusable,
)
from jamila_runtime.errors import JamilaError

ledger = typer.Typer(help="Buku besar: periksa, simpan kepalanya, ekspor.", no_args_is_help=True)
ledger.command("export")(export_case)

Expect = Annotated[
    str | None, typer.Option(help="Kepala yang disimpan di tempat lain: POSISI:HASH")
]
CheckpointsPath = Annotated[
    Path | None,
    typer.Option("--checkpoints", help=f"Titik periksa; bawaan: {FILE_NAME} di samping buku besar"),
]
KeyPath = Annotated[
    Path | None,
    typer.Option("--key", help="Kunci publik kantor yang dipercaya; bawaan: di samping buku besar"),
]


@ledger.command("verify")
def verify_ledger(
    *,
    url: Url = None,
    expect: Expect = None,
    checkpoints: CheckpointsPath = None,
    key: KeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Buktikan bahwa buku besar utuh: 0 utuh, 1 diubah, 2 tidak dapat diperiksa."""
    anchors = _anchors(expect)
    with opened_ledger(url) as (store, address):
        signed, keys = _signed(folder_beside(address), checkpoints, key)
        try:
            report = check(store.scan(), signed, keys, anchors=anchors)
        except JamilaError as error:
            raise unusable(UNREADABLE) from error
    reached = max([*anchors, *(each.position for each in signed)], default=0)
    if as_json:
        print_json(tables.report_data(report) | {"signed_up_to": reached})
    else:
        tables.print_report(report)
    if not report.ok:
        raise typer.Exit(TAMPERED)
    if report.entries and not reached:
        raise unusable("rantai utuh, tetapi tanpa titik periksa ujungnya tidak terbukti")
    if report.entries > reached and not as_json:
        typer.echo(f"Belum bertanda tangan: {report.entries - reached} catatan terakhir")


@ledger.command("head")
def head(*, url: Url = None, as_json: AsJson = False) -> None:
    """Tampilkan kepala buku besar, untuk disimpan di tempat lain."""
    with opened_ledger(url) as (store, _):
        last = store.head()
    if as_json:
        print_json(tables.head_data(last))
    else:
        typer.echo(str(last))


def _signed(
    folder: Path | None, checkpoints: Path | None, key: Path | None
) -> tuple[list[Checkpoint], PublicKeys]:
    """The checkpoints of a ledger, and the keys that count."""
    file = checkpoints or (folder and folder / FILE_NAME)
    public = key or (folder and folder / PUBLIC_FILE)
    try:
        found = CheckpointFile(file).all() if file else []
        return found, PublicKeys.read(public) if found and public else PublicKeys({})
    except JamilaError as error:
        raise unusable("titik periksa atau kunci publik tidak terbaca") from error


def _anchors(expect: str | None) -> dict[int, bytes]:
    try:
        kept = Head.parse(expect) if expect else None
    except ValueError as error:
        raise unusable("kepala yang disimpan tidak terbaca; bentuknya POSISI:HASH") from error
    return {kept.position: kept.hash} if kept else {}
