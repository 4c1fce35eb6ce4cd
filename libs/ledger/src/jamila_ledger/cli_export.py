"""``jamila ledger export``: one case, ready for a court."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from jamila_contracts.commands import RecordRead
from jamila_ledger.chain import Entry
from jamila_ledger.checkpoints import FILE_NAME, CheckpointFile, CheckpointsUnusableError
from jamila_ledger.checkpoints_check import first_forged
from jamila_ledger.checkpoints_key import Office, OfficeKeyUnusableError
from jamila_ledger.checkpoints_signer import CheckpointContradictedError, CheckpointSigner
from jamila_ledger.cli_asking import NOT_RUNNING, ask, operator, settings_by_hand
from jamila_ledger.cli_open import (
    TAMPERED,
    UNREADABLE,
    AsJson,
    CaseId,
    Url,
    case_identity,
    folder_beside,
    opened_ledger,
    print_json,
    unusable,
)
from jamila_ledger.export import build_export
from jamila_ledger.export_documents import document_reader, left_out
from jamila_ledger.export_proof import CaseProof, NotProvableError, prove_case
from jamila_ledger.privacy import ADMIN
from jamila_ledger.settings import LedgerSettings
from jamila_ledger.store import LedgerStore
from jamila_runtime.clock import SystemClock
from jamila_runtime.commanding import ServiceUnavailableError
from jamila_runtime.errors import JamilaError
from jamila_runtime.vault import CaseKeyMissingError

Out = Annotated[Path, typer.Option("--out", help="Berkas ZIP yang dibuat; tidak boleh sudah ada.")]
Documents = Annotated[
    bool, typer.Option(help="Sertakan dokumen bertanda tangan (berisi data pribadi).")
]


def export_case(
    case_id: CaseId,
    *,
    out: Out,
    url: Url = None,
    documents: Documents = True,
    as_json: AsJson = False,
) -> None:
    """Ekspor satu permohonan beserta buktinya: 0 jadi, 1 buku besar diubah, 2 tidak dapat."""
    identity = case_identity(case_id)
    settings = _settings()
    if documents:
        _record_read(identity, settings)
    with opened_ledger(url) as (store, address), _told(out):
        file = CheckpointFile((folder_beside(address) or settings.stores) / FILE_NAME)
        office = Office.read(
            settings.tenant,
            key_file=settings.office_key_file,
            public_file=settings.public_keys_file,
        )
        entries, proof = _proved(store, file, office, identity)
        reader = document_reader(settings) if documents else left_out
        now = SystemClock().now()
        build_export(entries, proof, office, now=now, read_document=reader).write(out)
    if as_json:
        print_json({"file": str(out), "entries": len(entries), **proof.data()})
    else:
        typer.echo(f"{out}: {len(entries)} catatan, titik periksa {proof.latest.position}")
        typer.echo("Periksa dengan: python3 jamila_verify.py BERKAS --key KUNCI_PUBLIK")


def _record_read(case_id: UUID, settings: LedgerSettings) -> None:
    """The documents of an export are personal data: who reads them is recorded first."""
    command = RecordRead(
        command_id=uuid4(),
        case_id=case_id,
        actor=operator(ADMIN),
        asked_at=SystemClock().now(),
        what="ekspor",
        via="cli",
    )
    try:
        reply = ask(command, settings)
    except ServiceUnavailableError as error:
        told = f"{NOT_RUNNING}. Dokumen baru diekspor bila pembacaannya tercatat; --no-documents"
        raise unusable(f"{told} mengekspor tanpanya") from error
    # Of a forgotten case the export says itself that its documents are gone.
    if reply.problem is not None and reply.problem.slug != CaseKeyMissingError.slug:
        raise unusable(f"pembacaan dokumen tidak dapat dicatat ({reply.problem.slug})")


def _proved(
    store: LedgerStore, file: CheckpointFile, office: Office, case_id: UUID
) -> tuple[list[Entry], CaseProof]:
    """All entries of a case and their proof, after signing them if they are not signed yet."""
    entries = store.read_case(case_id)
    if not entries:
        raise unusable(f"buku besar tidak mengenal permohonan {case_id}")
    last = file.last()
    if last is None or last.position < entries[-1].position:
        CheckpointSigner(store, file, office, SystemClock()).sign()
    checkpoints = file.all()
    if first_forged(checkpoints, office.keys) is not None:
        raise NotProvableError("a checkpoint is forged")
    # What came in meanwhile is left to the next export: it is not signed.
    entries = store.read_case(case_id, until=checkpoints[-1].position)
    return entries, prove_case(store, entries, checkpoints)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Say in Indonesian what went wrong, and end with the right code."""
    try:
        yield
    except (NotProvableError, CheckpointContradictedError) as error:
        typer.echo("TIDAK UTUH: buku besar tidak cocok dengan titik periksanya", err=True)
        raise typer.Exit(TAMPERED) from error
    except OfficeKeyUnusableError as error:
        raise unusable("kunci kantor tidak ada atau rusak; buku besar membuatnya") from error
    except CheckpointsUnusableError as error:
        raise unusable("titik periksa rusak atau bukan dari kantor ini") from error
    except JamilaError as error:
        raise unusable(UNREADABLE) from error
    except FileExistsError as error:
        raise unusable(f"{out} sudah ada; bukti tidak ditimpa") from error
    except OSError as error:
        raise unusable(f"{out} tidak dapat ditulis") from error


def _settings() -> LedgerSettings:
    settings = settings_by_hand()
    if settings is None:
        raise unusable("JAMILA_HOME belum diisi: kunci kantor ada di sana")
    return settings
