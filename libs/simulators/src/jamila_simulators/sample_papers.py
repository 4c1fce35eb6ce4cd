"""Which papers a played family has at hand, and the words on each.

For every service of the office there is something to send; the words are of invented people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jamila_simulators.residents import Resident

_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Kelahiran dan anak": {
        "surat-lahir": "Surat keterangan lahir",
        "akta-kelahiran": "Kutipan akta kelahiran",
        "ktp-saksi": "KTP-el saksi",
        "sptjm": "SPTJM kelahiran (F-2.03)",
        "surat-pengakuan": "Surat pengakuan anak",
        "formulir": "Formulir F-2.01",
    },
    "Keluarga dan identitas": {
        "kartu-keluarga": "Kartu Keluarga",
        "ktp-ayah": "KTP-el ayah",
        "ktp-ibu": "KTP-el ibu",
        "buku-nikah": "Buku nikah",
        "pas-foto": "Pas foto anak",
        "surat-hilang": "Surat kehilangan polisi",
        "surat-pindah": "Surat pindah (SKPWNI)",
        "formulir-f102": "Formulir F-1.02",
    },
    "Kematian, kawin, cerai": {
        "surat-kematian": "Surat keterangan kematian",
        "surat-perkawinan": "Surat perkawinan agama",
        "putusan": "Putusan pengadilan",
        "izin-orang-tua": "Izin orang tua",
    },
}
"""Label by slug, as the page offers them."""

PAPERS: Final[Mapping[str, str]] = {
    slug: label for papers in GROUPS.values() for slug, label in papers.items()
}


@dataclass(frozen=True)
class _Family:
    father: Resident
    mother: Resident

    @property
    def child(self) -> str:
        return f"NUR {self.father.name.split()[-1]}"

    @property
    def parents(self) -> list[str]:
        return [f"Nama ayah: {self.father.name}", f"Nama ibu: {self.mother.name}"]

    @property
    def midwife(self) -> str:
        return f"Penolong: Bidan, Puskesmas {self.mother.place.district.title()}"


Text = tuple[str, list[str]]
"""Title and lines."""


def sample_text(paper: str, father: Resident, mother: Resident) -> Text:
    """One paper of this family; ``paper`` is a key of ``PAPERS``."""
    family = _Family(father, mother)
    return {**_birth(family), **_identity(family), **_other(family)}[paper]


def _identity(family: _Family) -> dict[str, Text]:
    father, mother = family.father, family.mother
    wedding = father.marriage_date
    when = [] if wedding is None else [f"Tanggal nikah: {_spelled(wedding)}"]
    head = [f"No. KK: {father.no_kk}", f"Kepala keluarga: {father.name}", f"NIK: {father.nik}"]
    wife = [f"Istri: {mother.name}", f"NIK istri: {mother.nik}"]
    address = f"Alamat: {father.place.address}"
    lost = ["Barang hilang: Kartu Keluarga", f"Pelapor: {mother.name}", "Polsek Paringin"]
    moved = [f"Nama: {father.name}", f"NIK: {father.nik}", f"Tujuan: {father.place.address}"]
    asks = [f"Pemohon: {mother.name}", f"NIK: {mother.nik}", f"No. KK: {mother.no_kk}"]
    picture = ["Ukuran: 2 x 3 cm", "(foto contoh)"]
    return {
        "kartu-keluarga": ("KARTU KELUARGA", [*head, *wife, address]),
        "ktp-ayah": ("KARTU TANDA PENDUDUK", _card(father)),
        "ktp-ibu": ("KARTU TANDA PENDUDUK", _card(mother)),
        "buku-nikah": (
            "KUTIPAN AKTA NIKAH",
            [f"Suami: {father.name}", f"Istri: {mother.name}", *when],
        ),
        "pas-foto": ("PAS FOTO", [f"Nama: {family.child}", *picture]),
        "surat-hilang": ("SURAT TANDA PENERIMAAN LAPORAN KEHILANGAN", lost),
        "surat-pindah": ("SURAT KETERANGAN PINDAH WNI", moved),
        "formulir-f102": ("FORMULIR F-1.02 PENDAFTARAN PERISTIWA KEPENDUDUKAN", asks),
    }


def _card(person: Resident) -> list[str]:
    born = f"{person.birth_place}, {_spelled(person.birth_date)}"
    return [
        f"NIK: {person.nik}",
        f"Nama: {person.name}",
        f"Tempat/Tgl lahir: {born}",
        f"Alamat: {person.place.address}",
    ]


def _birth(family: _Family) -> dict[str, Text]:
    child, parents = f"Nama anak: {family.child}", family.parents
    born = [child, "Tempat lahir: BALANGAN", *parents]
    witness = ["Nama: SAKSI CONTOH", f"Alamat: {family.mother.place.address}"]
    form = [f"Nama bayi: {family.child}", f"No. KK: {family.father.no_kk}", *parents]
    return {
        "surat-lahir": ("SURAT KETERANGAN KELAHIRAN", [*born, family.midwife]),
        "akta-kelahiran": ("KUTIPAN AKTA KELAHIRAN", born),
        "ktp-saksi": ("KARTU TANDA PENDUDUK", witness),
        "sptjm": ("SPTJM KEBENARAN DATA KELAHIRAN F-2.03", [child, *parents, "Saksi: dua orang"]),
        "surat-pengakuan": ("SURAT PENGAKUAN ANAK", [child, *parents, "Disetujui ibu kandung"]),
        "formulir": (
            "FORMULIR F-2.01 PELAPORAN KELAHIRAN",
            [*form, f"Pelapor: {family.mother.name}"],
        ),
    }


def _other(family: _Family) -> dict[str, Text]:
    father, mother = family.father, family.mother
    couple = [f"Suami: {father.name}", f"Istri: {mother.name}"]
    died = [f"Nama: {father.name}", f"NIK: {father.nik}", f"Pelapor: {mother.name}"]
    return {
        "surat-kematian": ("SURAT KETERANGAN KEMATIAN", died),
        "surat-perkawinan": ("SURAT PERKAWINAN DARI PEMUKA AGAMA", couple),
        "putusan": ("SALINAN PUTUSAN PENGADILAN", [*couple, "Berkekuatan hukum tetap"]),
        "izin-orang-tua": ("SURAT IZIN ORANG TUA", [*couple, "Memberi izin kepada anak kami"]),
    }


def _spelled(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
