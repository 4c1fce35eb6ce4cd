"""The export of one case for a court: a ZIP file that proves itself without any service running.

It holds the entries of the case word for word, the audit trail for people, the digests of all
papers, the signed documents as far as they can still be read, the proof that the entries belong to
the signed ledger, and the public key. The manifest names the SHA-256 of every file and is signed
by the office. Papers themselves stay in the office; their digests identify them.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from jamila_contracts.events import Ditandatangani, SignedDocument
from jamila_contracts.values import Paper
from jamila_ledger.chain import Entry
from jamila_ledger.checkpoints_key import Office
from jamila_ledger.export_proof import CaseProof
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.trail import sentences, wita

FORMAT: Final = "jamila-ekspor-v1"
MANIFEST: Final = "ekspor.json"
SIGNATURE: Final = "tanda-tangan.json"
_MESSAGE: Final = f"{FORMAT}\n".encode()
_README: Final = """\
Ekspor satu permohonan dari buku besar Dik Jamila Me-WA
Nomor permohonan : {case_id}
Diekspor         : {when}
Catatan          : {entries}, semuanya sampai posisi {ledger_position} buku besar

Isi
  ekspor.json        daftar isi, ditandatangani kantor (tanda-tangan.json)
  catatan.jsonl      catatan asli kata demi kata; data pribadi di dalamnya tetap tersegel
  jejak.txt          jejak yang sama untuk dibaca orang
  bukti.json         titik periksa bertanda tangan dan bukti bahwa catatan termasuk di dalamnya
  kunci.pem          kunci publik kantor
  dokumen/           dokumen yang sudah ditandatangani, bila masih dapat dibaca

Cara memeriksa, tanpa jaringan dan tanpa sistem kantor:
  python3 jamila_verify.py BERKAS.zip --key KUNCI.pem
Program jamila_verify.py dan kunci publik sebaiknya diperoleh langsung dari kantor, bukan dari
berkas yang diperiksa. Tanda tangan PAdES pada dokumen diperiksa dengan pembaca PDF.
"""

ReadDocument = Callable[[UUID, str], bytes]
"""Gives the bytes of a signed document by case and SHA-256; raises UnreadableError."""


class UnreadableError(Exception):
    """A document cannot be put in the export; the text says why, in Indonesian."""


@dataclass(frozen=True)
class Export:
    """All files of one export, by name."""

    files: Mapping[str, bytes]

    def write(self, path: Path) -> None:
        """Write the ZIP file for its owner's eyes only.

        Raises:
            FileExistsError: there is a file of that name; evidence is never overwritten.
            OSError: it cannot be written.
        """
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            for name, content in self.files.items():
                # No time of this machine: the manifest says when.
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def build_export(
    entries: Sequence[Entry],
    proof: CaseProof,
    office: Office,
    *,
    now: datetime,
    read_document: ReadDocument,
) -> Export:
    """Put the export of one case together.

    Args:
        entries: All entries of the case, in order, at least one.
        proof: That they belong to the signed ledger.
        office: Signs.
        now: When this is done.
        read_document: Where signed documents come from.
    """
    facts = recorded(entries)
    documents, contents = _documents(facts, read_document)
    manifest = {
        "format": FORMAT,
        "tenant": office.tenant,
        "case_id": entries[0].case_id,
        "exported_at": now.isoformat(),
        "ledger_position": proof.latest.position,
        "entries": len(entries),
        "papers": [paper.model_dump(mode="json") for paper in _papers(facts)],
        "documents": documents,
    }
    files = {
        "catatan.jsonl": b"".join(map(_entry_line, entries)),
        "jejak.txt": _trail(facts),
        "bukti.json": _json(proof.data()),
        "kunci.pem": office.key.public_pem,
        "BACA-SAYA.txt": _README.format(when=wita(now), **manifest).encode(),
        **contents,
    }
    return _signed(manifest, files, office)


def _signed(manifest: dict[str, Any], files: dict[str, bytes], office: Office) -> Export:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    signed = _json(manifest | {"files": digests})
    signature = {"key_id": office.key.key_id, "signature": office.key.sign(_MESSAGE + signed).hex()}
    return Export({MANIFEST: signed, SIGNATURE: _json(signature), **files})


def _documents(
    facts: Iterable[Recorded], read_document: ReadDocument
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Every document that was ever signed for the case, and the bytes of those that can be read."""
    listed: list[dict[str, Any]] = []
    contents: dict[str, bytes] = {}
    for case_id, document in _signed_documents(facts):
        name = f"dokumen/{document.kind}-{document.signed_sha256[:12]}.pdf"
        line = document.model_dump(mode="json") | {"file": name, "missing_because": None}
        try:
            contents[name] = read_document(case_id, document.signed_sha256)
        except UnreadableError as reason:
            line |= {"file": None, "missing_because": str(reason)}
        listed.append(line)
    return listed, contents


def _signed_documents(facts: Iterable[Recorded]) -> list[tuple[UUID, SignedDocument]]:
    found = {
        document.signed_sha256: (fact.meta.case_id, document)
        for fact in facts
        if isinstance(fact.event, Ditandatangani)
        for document in fact.event.documents
    }
    return list(found.values())


def _papers(facts: Iterable[Recorded]) -> list[Paper]:
    """Every paper that any fact of the case names."""
    found: dict[str, Paper] = {}
    for fact in facts:
        single = getattr(fact.event, "paper", None)
        for paper in (*getattr(fact.event, "papers", ()), *([single] if single else ())):
            found[paper.sha256] = paper
    return list(found.values())


def _entry_line(entry: Entry) -> bytes:
    value = entry._asdict() | {
        "data": base64.b64encode(entry.data).decode(),
        "previous_hash": entry.previous_hash.hex(),
        "case_previous_hash": entry.case_previous_hash.hex(),
        "hash": entry.hash.hex(),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _trail(facts: Iterable[Recorded]) -> bytes:
    lines = (f"{each.case_position}. {each.when}\n   {each.sentence}" for each in sentences(facts))
    return "\n".join([*lines, ""]).encode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
