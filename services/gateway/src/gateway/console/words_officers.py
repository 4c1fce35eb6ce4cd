"""The words of steps 2 to 6: reasons, faults of an entry, and what an officer should look at."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.changing import written
from gateway.comparing import LABELS
from jamila_contracts.entry_fields import ENTRY_FIELDS, label_at
from jamila_ledger.wording import DOCUMENTS, FAULTS, REASONS

__all__ = ["DOCUMENTS", "label_at", "written"]

MISMATCH: Final = ("data-tidak-cocok", "salah-orang", "tidak-terbaca", "kedaluwarsa", "salah-ketik")
"""Why papers go back to the front desk."""
RETURN: Final = ("salah-ketik", "salah-data", "data-tidak-cocok", "belum-lengkap", "periksa-ulang")
"""Why a draft goes back."""

DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sign-batch": "Permintaan tanda tangan dicatat.",
        "open-signing-session": "Sesi TTE terbuka; frasa tidak ditanyakan lagi sementara ini.",
        "no-next-task": "Tidak ada tugas lain yang menunggu Anda saat ini.",
    }
)

_FAULTS: Final = {
    "missing": "wajib diisi",
    "enum": "pilih salah satu",
    "string_too_short": "wajib diisi",
    "string_too_long": "terlalu panjang",
    "too_short": "isi sedikitnya satu",
    "string_pattern_mismatch": "jumlah angkanya tidak benar",
    "int_parsing": "isi dengan angka",
    "nik-malformed": "bukan NIK yang dapat terbit dari SIAK",
    "text-control-character": "memuat huruf yang tidak dapat dicetak",
    "parents-contradict-model": "nama orang tua tidak sesuai bentuk kutipan",
    "registered-before-birth": "tanggal pencatatan sebelum kelahiran",
    "registered-before-death": "tanggal pencatatan sebelum kematian",
    "registered-before-marriage": "tanggal pencatatan sebelum perkawinan",
    "registered-before-decision": "tanggal pencatatan sebelum putusan",
    "registered-before-birth-certificate": "tanggal pencatatan sebelum akta kelahiran",
    "death-before-birth": "tanggal meninggal sebelum kelahiran",
    "marriage-before-birth": "tanggal perkawinan sebelum kelahiran",
    "divorce-before-marriage": "tanggal perceraian sebelum perkawinan",
    "spouses-share-nik": "NIK suami dan istri sama",
    "court-order-incomplete": "penetapan perlu nomor, tanggal dan pengadilan",
    "child-without-basis": "isi tanggal perkawinan agama atau penetapan",
    "family-head-not-one": "kepala keluarga harus tepat satu",
    "family-nik-repeated": "satu NIK tertulis pada dua anggota",
    "photo-contradicts-model": "foto hanya untuk anak mulai 5 tahun",
    "validity-contradicts-citizenship": "berlaku sampai hanya untuk orang asing",
}
_WARNINGS: Final = {
    "nik-missing": "NIK kosong",
    "nik-differs-from-birth-date": "NIK tidak sesuai tanggal lahir",
    "nik-differs-from-sex": "NIK tidak sesuai jenis kelamin",
    "family-card-number-missing": "Nomor KK kosong",
    "family-card-number-odd-date": "tanggal dalam Nomor KK tidak lazim",
    "family-card-number-odd-serial": "urutan Nomor KK tidak lazim",
    "certificate-number-legacy-format": "nomor akta memakai bentuk lama",
    "certificate-code-unexpected": "kode huruf nomor akta tidak lazim untuk jenis ini",
    "certificate-number-differs-from-date": "tanggal dalam nomor akta berbeda",
    "registered-in-the-future": "tanggal pencatatan belum tiba",
    "birth-registered-late": "kelahiran terlambat dilaporkan",
    "death-registered-late": "kematian terlambat dilaporkan",
    "marriage-registered-late": "perkawinan terlambat dilaporkan",
    "divorce-registered-late": "perceraian terlambat dilaporkan",
    "religious-marriage-after-birth": "perkawinan agama setelah anak lahir; perlu penetapan",
    "photo-missing": "foto belum ada",
    "too-young-for-identity-card": "belum 17 tahun dan belum kawin",
    "too-old-for-child-card": "sudah 17 tahun untuk KIA",
    "child-card-model-differs-from-age": "jenis KIA tidak sesuai umur",
    "under-marriage-age": "belum 19 tahun saat kawin; perlu dispensasi",
    "name-too-long": "nama lebih dari 60 huruf",
    "name-single-word": "nama hanya satu kata",
    "name-not-latin-letters": "nama memuat tanda selain huruf",
    "name-abbreviated": "nama disingkat",
    "name-with-title": "nama memuat gelar",
}
_WHO: Final = {"husband": "Suami", "wife": "Istri"}
_WAITS: Final = {
    "document-not-seen": "dokumennya belum dibuka",
    "task-taken": "sedang dikerjakan akun lain",
    "draft-changed": "drafnya berganti, buka lagi",
    "step-not-open": "sudah tidak menunggu tanda tangan",
}


def reasons(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes and words, as a list to choose from."""
    return [(code, REASONS[code].capitalize()) for code in codes]


def fault(text: str) -> tuple[str, str, str]:
    """Place, what it is called, and what is wrong, of ``kia.name:missing``."""
    place, _, slug = text.partition(":")
    kind, _, path = place.partition(".")
    said = _FAULTS.get(slug, "tidak benar")
    if "date" in slug or "time" in slug:
        said = _FAULTS.get(slug, "isi tanggal atau jam yang benar")
    document = DOCUMENTS.get(kind, kind)
    return place, f"{document}: {label_at(kind, path)}" if path else document, said


def warning(text: str) -> str:
    """``kia.member-2:nik-missing`` as an officer reads it."""
    kind, _, slug = text.partition(".")
    who, _, rest = slug.rpartition(":")
    said = _WARNINGS.get(rest, rest)
    if who.startswith("member-"):
        said = f"anggota keluarga {who.removeprefix('member-')}: {said}"
    elif who:
        said = f"{_WHO.get(who, who)}: {said}"
    return f"{DOCUMENTS.get(kind, kind)}: {said}"


def field(name: str | None) -> str:
    """What a field is called that a reason points to."""
    if not name:
        return ""
    if name in LABELS:
        return LABELS[name]
    kind, _, path = name.partition(".")
    if kind in ENTRY_FIELDS and path:
        return f"{DOCUMENTS.get(kind, kind)}: {label_at(kind, path)}"
    return name.replace("-", " ")


def waits_for(slug: str | None) -> str:
    """Why a signature is not made yet, or never will be."""
    if slug is None:
        return "dalam antrean"
    return _WAITS.get(slug) or FAULTS.get(slug) or "tidak dapat ditandatangani"
