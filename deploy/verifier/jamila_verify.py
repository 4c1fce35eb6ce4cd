#!/usr/bin/env python3
"""Memeriksa buku besar atau ekspor satu permohonan Dik Jamila Me-WA, tanpa sistemnya.

    python3 jamila_verify.py ledger.db [--key checkpoint-keys.pem] [--expect POSISI:HASH]
    python3 jamila_verify.py ekspor.zip --key checkpoint-keys.pem

Kode keluar: 0 utuh, 1 tidak utuh, 2 tidak dapat diperiksa.

One file on purpose: it needs Python 3.11 and the package ``cryptography``, reads only, opens no
connection, and shares no code with the system it checks. What it proves and what it cannot prove
stands in docs/decisions/0010-merkle-checkpoints.md.
"""

import argparse
import base64
import hashlib
import json
import re
import sqlite3
import struct
import sys
import zipfile
import zlib
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

WHOLE, TAMPERED, UNUSABLE = 0, 1, 2
GENESIS = bytes(32)
TAG = b"jamila-ledger-v1"
HEADER = struct.Struct(">16sQ32sQ32sqQQ")
PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
Entry = namedtuple(  # noqa: PYI024 - one row of the ledger; its types are what is checked
    "Entry",
    "position event_id source log_position case_id case_position type meta data recorded_us"
    " previous_hash case_previous_hash hash",
)
REPEATED = ("event_id", "case_id", "source", "log_position", "type")
"""Columns that repeat what the envelope says."""
Keys = dict[str, Ed25519PublicKey]
Json = dict[str, Any]


class TamperedError(Exception):
    """What is checked is not what the office once recorded and signed."""


class UnusableError(Exception):
    """It cannot be checked."""


def push(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Let a Merkle tree of RFC 9162 grow, given the roots of its full subtrees."""
    node = leaf_hash(leaf)
    while size & 1:
        node, size = node_hash(peaks.pop(), node), size >> 1
    peaks.append(node)


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root over all leaves so far."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 9162, 2.1.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162, 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def climb(place: int, last: int, node: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Climb from a node to two roots: of the tree that ends with it, and of the whole tree.

    The loop that RFC 9162 gives in 2.1.3.2 (inclusion) and in 2.1.4.2 (consistency).
    """
    old = new = node
    for sibling in path:
        require(last > 0, "bukti terlalu panjang")
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    require(last == 0, "bukti terlalu pendek")
    return old, new


def check_consistency(older: Json, newer: Json, proof: list[bytes]) -> None:
    """The tree of one checkpoint begins the tree of another; RFC 9162, 2.1.4.2."""
    broken = "titik periksa terbaru bukan lanjutan dari titik periksa sebelumnya"
    roots = bytes.fromhex(older["root"]), bytes.fromhex(newer["root"])
    first, last = older["position"], newer["position"] - 1
    if first == newer["position"]:
        require(roots[0] == roots[1] and not proof, broken)
        return
    require(0 < first <= last and bool(proof), broken)
    node, *path = [roots[0], *proof] if first.bit_count() == 1 else proof
    place = first - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    require(climb(place, last, node, path) == roots, broken)


def require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop with a verdict unless something holds."""
    if not holds:
        raise TamperedError(otherwise)


def check_entry(entry: Entry) -> None:
    """An entry is what its hash says, and its columns what its envelope says."""
    what = f"catatan {entry.position}"
    try:
        meta = entry.meta.encode()
        place = entry.position, entry.previous_hash, entry.case_position, entry.case_previous_hash
        header = HEADER.pack(TAG, *place, entry.recorded_us, len(meta), len(entry.data))
        own = hashlib.sha256(header + meta + entry.data).digest() == entry.hash
        said = json.loads(entry.meta)
        agrees = all(said[name] == getattr(entry, name) for name in REPEATED)
    except (AttributeError, KeyError, TypeError, ValueError, struct.error) as error:
        raise TamperedError(f"{what} diubah: isinya tidak terbaca") from error
    require(own, f"{what} diubah: isinya bukan yang dicatat")
    require(agrees, f"{what} diubah: kolomnya bertentangan dengan amplopnya")


def follow(chains: dict[str, tuple[int, bytes]], entry: Entry) -> None:
    """An entry follows the one before it of its case; remembers it as the last."""
    position, previous = chains.get(entry.case_id, (0, GENESIS))
    follows = (entry.case_position, entry.case_previous_hash) == (position + 1, previous)
    require(follows, f"catatan {entry.position} tidak menyambung rantai permohonannya")
    chains[entry.case_id] = (entry.case_position, entry.hash)


def check_store(path: Path, checkpoints: list[Json], anchors: dict[int, bytes]) -> str:
    """A whole ledger: its chain, and every checkpoint on the way; gives the verdict."""
    signed = {each["position"]: each for each in checkpoints}
    size, previous, recorded_us = 0, GENESIS, 0
    peaks: list[bytes] = []
    chains: dict[str, tuple[int, bytes]] = {}
    for entry in read_store(path):
        expected = size + 1
        require(entry.position == expected, f"catatan {expected} hilang, disisipkan atau ditukar")
        require(entry.previous_hash == previous, f"rantai putus pada catatan {expected}")
        check_entry(entry)
        follow(chains, entry)
        require(entry.recorded_us >= recorded_us, f"waktu catatan {expected} berjalan mundur")
        push(peaks, size, entry.hash)
        size, previous, recorded_us = expected, entry.hash, entry.recorded_us
        kept = anchors.get(expected, previous)
        require(kept == previous, f"catatan {expected} bukan yang dulu disimpan di tempat lain")
        if point := signed.get(expected):
            same = (previous.hex(), root_of(peaks).hex()) == (point["hash"], point["root"])
            require(same, f"titik periksa {expected} tidak cocok: buku besar ditulis ulang")
    reached = max([*signed, *anchors], default=0)
    require(size >= reached, f"dipotong: dulu sampai {reached}, kini sampai {size}")
    if size and not reached:
        raise UnusableError(f"rantai {size} catatan utuh, tetapi tanpa titik periksa")
    tail = f"; {size - reached} catatan terakhir belum bertanda tangan"
    return f"{size} catatan, {len(signed)} titik periksa{tail * (size > reached)}"


def read_store(path: Path) -> Iterator[Entry]:
    """All rows of a ledger in a SQLite file, which is not changed."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise UnusableError("basis data tidak terbaca") from error
    # Bytes that are no text must not stop the reading: their entry is then found to be changed.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        query = f"SELECT {', '.join(Entry._fields)} FROM entries ORDER BY position"  # noqa: S608
        yield from map(Entry._make, connection.execute(query))
    except sqlite3.Error as error:
        raise UnusableError("basis data rusak atau bukan buku besar") from error
    finally:
        connection.close()


def check_export(path: Path, keys: Keys | None, anchors: dict[int, bytes]) -> str:
    """The export of one case; gives the verdict."""
    files = read_zip(path)
    try:
        keys = keys or parse_keys([files["kunci.pem"]])
        manifest = check_manifest(files, keys)
        lines = files["catatan.jsonl"].decode().split("\n")[:-1]
        entries = [parse_entry(line) for line in lines]
        check_case(entries, manifest)
        proof = json.loads(files["bukti.json"])
        check_proof(entries, manifest, proof, keys)
        check_papers(entries, manifest, files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TamperedError("isi ekspor tidak lengkap atau tidak terbaca") from error
    points = {each["position"]: each for each in (proof["checkpoint"], proof["latest"])}
    for position, kept in anchors.items():
        if position not in points:
            raise UnusableError(f"ekspor tidak memuat titik periksa {position}")
        require(points[position]["hash"] == kept.hex(), f"titik periksa {position} lain dari itu")
    until, since = proof["checkpoint"]["time"], manifest["ledger_position"]
    return (
        f"permohonan {manifest['case_id']}, {len(entries)} catatan,"
        f" dicatat sebelum {until}, lengkap sampai posisi {since} buku besar"
    )


def read_zip(path: Path) -> dict[str, bytes]:
    """All files of a ZIP file by name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            require(len(names) == len(set(names)), "sebuah berkas ada dua kali di dalam ekspor")
            return {name: archive.read(name) for name in names}
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise UnusableError("ekspor rusak, tidak terbaca sebagai ZIP") from error


def check_manifest(files: dict[str, bytes], keys: Keys) -> Json:
    """The manifest is signed by the office and names exactly the files there are."""
    signature = json.loads(files["tanda-tangan.json"])
    message = b"jamila-ekspor-v1\n" + files["ekspor.json"]
    genuine = is_signed(signature["key_id"], signature["signature"], message, keys)
    require(genuine, "daftar isi tidak ditandatangani oleh kunci kantor ini")
    manifest: Json = json.loads(files["ekspor.json"])
    require(manifest["format"] == "jamila-ekspor-v1", "bentuk ekspor tidak dikenal")
    own = {"ekspor.json", "tanda-tangan.json"}
    listed: dict[str, str] = manifest["files"]
    require(set(files) - own == set(listed), "ada berkas yang hilang atau ditambahkan")
    for name, digest in listed.items():
        require(hashlib.sha256(files[name]).hexdigest() == digest, f"{name} diubah")
    return manifest


def parse_entry(line: str) -> Entry:
    """Read a line of an export."""
    value = json.loads(line)
    for name in ("previous_hash", "case_previous_hash", "hash"):
        value[name] = bytes.fromhex(value[name])
    value["data"] = base64.b64decode(value["data"], validate=True)
    return Entry(**value)


def check_case(entries: Sequence[Entry], manifest: Json) -> None:
    """The entries are the unbroken beginning of one case."""
    require(len(entries) == manifest["entries"] > 0, "jumlah catatan tidak cocok")
    position, recorded_us = 0, 0
    chains: dict[str, tuple[int, bytes]] = {}
    for entry in entries:
        require(entry.case_id == manifest["case_id"], "ada catatan permohonan lain")
        check_entry(entry)
        follow(chains, entry)
        require(entry.position > position, f"catatan {entry.position} salah urutan")
        require(entry.recorded_us >= recorded_us, f"waktu catatan {entry.position} mundur")
        position, recorded_us = entry.position, entry.recorded_us


def check_proof(entries: Sequence[Entry], manifest: Json, proof: Json, keys: Keys) -> None:
    """The entries belong to a signed ledger that was only added to since."""
    first, latest = proof["checkpoint"], proof["latest"]
    for point in (first, latest):
        require(is_genuine(point, keys), "titik periksa tidak ditandatangani kunci kantor ini")
        require(point["tenant"] == manifest["tenant"], "titik periksa dari kantor lain")
    require(latest["position"] == manifest["ledger_position"], "titik periksa terbaru tertukar")
    check_consistency(first, latest, list(map(bytes.fromhex, proof["consistency"])))
    root = bytes.fromhex(first["root"])
    for entry in entries:
        path = list(map(bytes.fromhex, proof["paths"][str(entry.position)]))
        size = first["position"]
        require(entry.position <= size, "titik periksa tidak mencakup semua catatan")
        _, found = climb(entry.position - 1, size - 1, leaf_hash(entry.hash), path)
        require(found == root, f"catatan {entry.position} tidak termasuk buku besar itu")


def check_papers(entries: Sequence[Entry], manifest: Json, files: dict[str, bytes]) -> None:
    """Papers and documents are those that the entries name."""
    said = b"\n".join(entry.data for entry in entries)
    digests = [paper["sha256"] for paper in manifest["papers"]]
    for document in manifest["documents"]:
        digests.append(document["signed_sha256"])
        if document["file"] is not None:
            same = hashlib.sha256(files[document["file"]]).hexdigest() == digests[-1]
            require(same, f"{document['file']} bukan dokumen yang ditandatangani")
    for digest in digests:
        require(digest.encode() in said, "ada berkas yang tidak disebut oleh catatan mana pun")


def is_signed(key_id: str, signature: str, message: bytes, keys: Keys) -> bool:
    """Whether one of these keys signed that."""
    try:
        keys[key_id].verify(bytes.fromhex(signature), message)
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


def is_genuine(point: Json, keys: Keys) -> bool:
    """Whether a checkpoint is signed as it stands."""
    names = ("tenant", "position", "hash", "root", "time", "key_id")
    lines = ["jamila-checkpoint-v1", *(str(point[name]) for name in names)]
    message = "".join(f"{line}\n" for line in lines).encode()
    signed = is_signed(point["key_id"], point["signature"], message, keys)
    return signed and type(point["position"]) is int


def parse_keys(texts: Iterable[bytes]) -> Keys:
    """Public keys of PEM files by their short names."""
    keys: Keys = {}
    for block in (block for text in texts for block in PEM.findall(text)):
        try:
            key = load_pem_public_key(block)
        except ValueError as error:
            raise UnusableError("kunci publik rusak") from error
        if isinstance(key, Ed25519PublicKey):
            keys[hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]] = key
    if not keys:
        raise UnusableError("tidak ada kunci publik Ed25519")
    return keys


def read_checkpoints(path: Path, keys: Keys) -> list[Json]:
    """The checkpoints of a file, every signature checked."""
    # What follows the last line end was torn off by a power cut and was never a checkpoint.
    lines = path.read_bytes().split(b"\n")[:-1]
    reached = 0
    points: list[Json] = []
    for number, line in enumerate(lines, start=1):
        try:
            point = json.loads(line)
            genuine = is_genuine(point, keys) and point["position"] > reached
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TamperedError(f"baris {number} titik periksa tidak terbaca") from error
        require(genuine, f"baris {number} titik periksa palsu atau salah urutan")
        reached = point["position"]
        points.append(point)
    return points


def kept_head(text: str) -> tuple[int, bytes]:
    """Read a head that was kept elsewhere."""
    position, _, digest = text.partition(":")
    return int(position), bytes.fromhex(digest)


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path, help="ledger.db atau ekspor.zip")
    parser.add_argument("--key", type=Path, action="append", help="kunci publik tepercaya (PEM)")
    parser.add_argument("--checkpoints", type=Path, help="bawaan: checkpoints.jsonl di sampingnya")
    parser.add_argument("--expect", type=kept_head, help="kepala yang disimpan: POSISI:HASH")
    return parser.parse_args(argv)


def verdict(options: argparse.Namespace) -> str:
    """Check what the command line names."""
    anchors: dict[int, bytes] = dict([options.expect] if options.expect else [])
    keys = parse_keys(each.read_bytes() for each in options.key) if options.key else None
    with options.path.open("rb") as opened:
        is_store = opened.read(16) == b"SQLite format 3\0"
    if not is_store:
        return check_export(options.path, keys, anchors)
    beside = options.path.parent
    file = options.checkpoints or beside / "checkpoints.jsonl"
    points: list[Json] = []
    if options.checkpoints or file.exists():
        keys = keys or parse_keys([(beside / "checkpoint-keys.pem").read_bytes()])
        points = read_checkpoints(file, keys)
    return check_store(options.path, points, anchors)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the verdict; gives the exit code."""
    options = arguments(sys.argv[1:] if argv is None else argv)
    try:
        said, code = f"UTUH: {verdict(options)}", WHOLE
        if not options.key:
            said += "\nPerhatian: kunci publik diambil dari tempat yang sama; beri --key tepercaya"
    except TamperedError as error:
        said, code = f"TIDAK UTUH: {error}", TAMPERED
    except (UnusableError, OSError) as error:
        said, code = f"TIDAK DAPAT DIPERIKSA: {error}", UNUSABLE
    sys.stdout.write(f"{said}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
