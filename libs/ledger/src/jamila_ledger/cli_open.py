"""How every command of this package finds the ledger, says no, and prints for programs."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from jamila_contracts.events import PermohonanDiajukan
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.store import LedgerStore
from jamila_runtime.errors import JamilaError
from jamila_runtime.places import sql_store

TAMPERED: Final = 1
UNUSABLE: Final = 2
UNREADABLE: Final = "tidak ada buku besar yang terbaca di alamat itu"
_SQLITE = "sqlite:///"

Url = Annotated[
    str | None,
    typer.Option("--url", help="Alamat basis data; bawaan: JAMILA_HOME/stores/ledger.db"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk program.")]
CaseRef = Annotated[
    str, typer.Argument(metavar="CASE", help="Nomor permohonan (UUID) atau kode tanda terima")
]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="Nomor permohonan (UUID)")]


def _open(url: str | None) -> tuple[LedgerStore, str]:
    """Open the ledger that is named, or the one of this home; gives its address too."""
    address = url or _default_url()
    try:
        return SqlLedgerStore.open_existing(address), address
    except JamilaError as error:
        raise unusable(UNREADABLE) from error


@contextmanager
def opened_ledger(url: str | None) -> Iterator[tuple[LedgerStore, str]]:
    """The same, and its connections are given back at the end."""
    store, address = _open(url)
    try:
        yield store, address
    finally:
        store.close()


def folder_beside(address: str) -> Path | None:
    """Where what belongs to a ledger is kept: beside its file, else in the stores of this home."""
    if address.startswith(_SQLITE):
        return Path(address.removeprefix(_SQLITE)).parent
    home = os.environ.get("JAMILA_HOME")
    return Path(home) / "stores" if home else None


def case_identity(case_id: str) -> UUID:
    """Read the number of a case."""
    try:
        return UUID(case_id)
    except ValueError as error:
        raise unusable(f"{case_id} bukan nomor permohonan") from error


def find_case(store: LedgerStore, case_ref: str) -> UUID:
    """A case by its number, or by the receipt code that the applicant has."""
    try:
        return UUID(case_ref)
    except ValueError:
        code = case_ref.strip().upper()
    until = store.head().position
    entries = store.read_source("intake", [PermohonanDiajukan.__name__], until=until)
    for fact in _submitted(recorded(entries)):
        if fact.receipt_code == code:
            return fact.case_id
    raise unusable(f"{case_ref} bukan nomor permohonan atau kode tanda terima yang dikenal")


def _submitted(facts: Iterable[Recorded]) -> Iterable[PermohonanDiajukan]:
    return (each.event for each in facts if isinstance(each.event, PermohonanDiajukan))


def unusable(detail: str) -> typer.Exit:
    """Say why nothing could be done, and end with 2."""
    typer.echo(f"GALAT: {detail}", err=True)
    return typer.Exit(UNUSABLE)


def print_json(value: Any) -> None:
    """Print for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _default_url() -> str:
    home = os.environ.get("JAMILA_HOME")
    if not home:
        raise unusable("JAMILA_HOME belum diisi dan --url tidak diberikan")
    return os.environ.get("JAMILA_LEDGER_URL") or sql_store("ledger", Path(home) / "stores")
