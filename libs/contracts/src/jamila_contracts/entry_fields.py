"""What has to be entered for each kind of document: fields with label, kind and whether required.

Whoever draws a form reads this; the SIAK adapter, which refuses what cannot be printed, is tested
against it. Numbers are SIAK's: they are copied, never made. Data, no logic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

FieldKind = Literal[
    "text", "number", "date", "time", "nik", "no-kk", "digits", "choice", "photo", "group", "rows"
]


@dataclass(frozen=True)
class EntryField:
    """One field of a document."""

    name: str
    label: str
    kind: FieldKind = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label of what may be chosen; nothing else is accepted."""
    suggestions: tuple[str, ...] = ()
    """Words of SIAK that come often; others are accepted too."""
    hint: str = ""
    same_as: str = ""
    """Fields of several documents with the same word here hold the same value."""
    fields: tuple["EntryField", ...] = ()
    """Of a group, or of each row."""


def _must(name: str, label: str, kind: FieldKind = "text", **more: str) -> EntryField:
    return EntryField(name, label, kind, required=True, **more)  # type: ignore[arg-type]  # words


def _may(name: str, label: str, kind: FieldKind = "text", **more: str) -> EntryField:
    return EntryField(name, label, kind, **more)  # type: ignore[arg-type]  # words only


_COPIED: Final = "Salin persis dari SIAK."
_SEX_CHOICES: Final = (("L", "Laki-laki"), ("P", "Perempuan"))
_SEX: Final = EntryField("sex", "Jenis kelamin", "choice", required=True, choices=_SEX_CHOICES)
_CITIZENSHIP: Final = EntryField(
    "citizenship",
    "Kewarganegaraan",
    "choice",
    required=True,
    choices=(("WNI", "WNI"), ("WNA", "WNA")),
)
_BIRTH: Final = (
    _must("birth_place", "Tempat lahir", same_as="tempat-lahir"),
    _must("birth_date", "Tanggal lahir", "date", same_as="tanggal-lahir"),
)
_RELIGION: Final = EntryField(
    "religion",
    "Agama atau kepercayaan",
    required=True,
    suggestions=("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Khonghucu", "Kaharingan"),
)
_BLOOD: Final = EntryField("blood_type", "Golongan darah", suggestions=("A", "B", "AB", "O"))
_MARITAL: Final = EntryField(
    "marital_status",
    "Status perkawinan",
    required=True,
    suggestions=(
        "Belum Kawin",
        "Kawin Tercatat",
        "Kawin Belum Tercatat",
        "Cerai Hidup",
        "Cerai Mati",
    ),
)
_RELATION: Final = EntryField(
    "relationship",
    "Hubungan dalam keluarga",
    required=True,
    suggestions=(
        "Kepala Keluarga",
        "Suami",
        "Istri",
        "Anak",
        "Menantu",
        "Cucu",
        "Orang Tua",
        "Mertua",
        "Famili Lain",
        "Lainnya",
    ),
)
_EDUCATION: Final = EntryField(
    "education",
    "Pendidikan",
    required=True,
    suggestions=(
        "Tidak/Belum Sekolah",
        "Belum Tamat SD/Sederajat",
        "Tamat SD/Sederajat",
        "SLTP/Sederajat",
        "SLTA/Sederajat",
        "Diploma I/II",
        "Akademi/Diploma III/S. Muda",
        "Diploma IV/Strata I",
        "Strata II",
        "Strata III",
    ),
)
_OCCUPATION: Final = EntryField(
    "occupation",
    "Pekerjaan",
    required=True,
    suggestions=(
        "Belum/Tidak Bekerja",
        "Mengurus Rumah Tangga",
        "Pelajar/Mahasiswa",
        "Wiraswasta",
        "Petani/Pekebun",
        "Karyawan Swasta",
        "Pegawai Negeri Sipil",
    ),
)
_PARENTS: Final = (
    _may("father_name", "Nama ayah", same_as="ayah"),
    _may("mother_name", "Nama ibu", same_as="ibu"),
)
_ADDRESS: Final = (
    _must("address", "Alamat", same_as="alamat"),
    _must("rt", "RT", "number", same_as="rt"),
    _must("rw", "RW", "number", same_as="rw"),
    _may("postal_code", "Kode pos", "digits", hint="5 angka.", same_as="kode-pos"),
    _must("village", "Desa atau kelurahan", same_as="desa"),
    _must("district", "Kecamatan", same_as="kecamatan"),
    _must("regency", "Kabupaten", same_as="kabupaten"),
    _must("province", "Provinsi", same_as="provinsi"),
)
_NOTES: Final = EntryField(
    "marginal_notes",
    "Catatan pinggir",
    "rows",
    fields=(_must("text", "Isi catatan"), _must("noted_date", "Tanggal catatan", "date")),
)
_CERTIFICATE: Final = (
    _must("certificate_number", "Nomor akta", hint=_COPIED, same_as="nomor-akta"),
    replace(_CITIZENSHIP, name="nationality"),
    _must("registered_place", "Tempat pencatatan"),
    _must("registered_date", "Tanggal pencatatan", "date"),
    _may("state_gazette", "Staatsblad"),
    _NOTES,
)
_SPOUSE: Final = (
    _must("name", "Nama"),
    _may("nik", "NIK", "nik", hint=_COPIED),
    _must("birth_place", "Tempat lahir"),
    _must("birth_date", "Tanggal lahir", "date"),
    replace(_CITIZENSHIP, required=False),
    *(replace(each, same_as="") for each in _PARENTS),
)
_COUPLE: Final = (
    EntryField("husband", "Suami", "group", required=True, fields=_SPOUSE),
    EntryField("wife", "Istri", "group", required=True, fields=_SPOUSE),
)
_CHILD_OF: Final = (
    _must("child_name", "Nama anak"),
    _may("child_nik", "NIK anak", "nik", hint=_COPIED),
    replace(_SEX, name="child_sex", label="Jenis kelamin anak"),
    *_BIRTH,
    _must("birth_certificate_number", "Nomor akta kelahiran"),
    _must("birth_certificate_date", "Tanggal akta kelahiran", "date"),
    _must("birth_certificate_place", "Tempat akta kelahiran diterbitkan"),
    _must("father_name", "Nama ayah"),
    _may("father_nik", "NIK ayah", "nik", hint=_COPIED),
    _must("mother_name", "Nama ibu"),
    _may("mother_nik", "NIK ibu", "nik", hint=_COPIED),
    _may("religious_marriage_date", "Tanggal perkawinan agama", "date"),
    _may("court_order_number", "Nomor penetapan pengadilan"),
    _may("court_order_date", "Tanggal penetapan", "date"),
    _may("court", "Pengadilan"),
)
_MEMBER: Final = (
    _must("name", "Nama"),
    _may("nik", "NIK", "nik", hint=_COPIED),
    _SEX,
    _must("birth_place", "Tempat lahir"),
    _must("birth_date", "Tanggal lahir", "date"),
    _RELIGION,
    _EDUCATION,
    _OCCUPATION,
    _BLOOD,
    _MARITAL,
    _may("marriage_date", "Tanggal perkawinan atau perceraian", "date"),
    _RELATION,
    _CITIZENSHIP,
    _may("passport_number", "Nomor paspor"),
    _may("kitap_number", "Nomor KITAP"),
    *(replace(each, same_as="") for each in _PARENTS),
)
_PERSON_NIK: Final = EntryField(
    "nik", "NIK", "nik", required=True, hint=_COPIED, same_as="nik-anak"
)
_CHILD_NAME: Final = _must("name", "Nama", same_as="anak")
_SEX_OF_CHILD: Final = replace(_SEX, same_as="jenis-kelamin")

ENTRY_FIELDS: Final[Mapping[str, tuple[EntryField, ...]]] = MappingProxyType(
    {
        "akta-kelahiran": (
            *_CERTIFICATE,
            _may("child_nik", "NIK anak", "nik", hint=_COPIED, same_as="nik-anak"),
            _must("child_name", "Nama anak", same_as="anak"),
            *_BIRTH,
            _may("birth_time", "Jam lahir", "time", hint="Waktu setempat (WITA)."),
            _SEX_OF_CHILD,
            _may("birth_order", "Anak ke", "number"),
            EntryField(
                "model",
                "Bentuk kutipan",
                "choice",
                required=True,
                choices=(
                    ("ayah-ibu", "Anak dari ayah dan ibu"),
                    ("ayah-ibu-frasa", "Ayah dan ibu, perkawinan belum tercatat"),
                    ("ibu", "Anak dari seorang ibu"),
                    ("tanpa-orang-tua", "Tanpa nama orang tua"),
                ),
            ),
            *_PARENTS,
        ),
        "akta-kematian": (
            *_CERTIFICATE,
            _may("nik", "NIK", "nik", hint=_COPIED),
            _must("name", "Nama"),
            _SEX,
            *_BIRTH,
            _must("death_place", "Tempat meninggal"),
            _must("death_date", "Tanggal meninggal", "date"),
            _may("death_time", "Jam meninggal", "time", hint="Waktu setempat (WITA)."),
            *_PARENTS,
        ),
        "akta-perkawinan": (
            *_CERTIFICATE,
            *_COUPLE,
            _must("marriage_place", "Tempat perkawinan"),
            _must("marriage_date", "Tanggal perkawinan", "date"),
            _RELIGION,
            _must("celebrant", "Pemuka agama atau penghayat"),
            _may("court_order", "Nomor penetapan dan pengadilan"),
            _may("photo_sha256", "Foto berdampingan", "photo"),
        ),
        "akta-perceraian": (
            *_CERTIFICATE,
            *_COUPLE,
            _must("court", "Pengadilan"),
            _must("decision_number", "Nomor putusan"),
            _must("decision_date", "Tanggal putusan berkekuatan tetap", "date"),
            _must("marriage_certificate_number", "Nomor akta perkawinan"),
            _may("marriage_certificate_date", "Tanggal akta perkawinan", "date"),
            _may("marriage_certificate_place", "Tempat akta perkawinan diterbitkan"),
        ),
        "akta-pengakuan-anak": (*_CERTIFICATE, *_CHILD_OF),
        "akta-pengesahan-anak": (
            *_CERTIFICATE,
            *_CHILD_OF,
            _must("marriage_certificate_number", "Nomor akta perkawinan"),
            _must("marriage_certificate_date", "Tanggal akta perkawinan", "date"),
        ),
        "kartu-keluarga": (
            _must("family_card_number", "Nomor KK", "no-kk", hint=_COPIED, same_as="no-kk"),
            *_ADDRESS,
            EntryField("members", "Anggota keluarga", "rows", required=True, fields=_MEMBER),
        ),
        "ktp-el": (
            replace(_PERSON_NIK, same_as=""),
            _must("name", "Nama"),
            *(replace(each, same_as="") for each in _BIRTH),
            _SEX,
            _BLOOD,
            *_ADDRESS,
            _RELIGION,
            _MARITAL,
            _OCCUPATION,
            _CITIZENSHIP,
            _may("valid_until", "Berlaku sampai", "date", hint="Hanya untuk orang asing."),
            _may("photo_sha256", "Foto", "photo"),
        ),
        "kia": (
            EntryField(
                "model",
                "Jenis KIA",
                "choice",
                required=True,
                choices=(("0-5", "Umur 0-5 tahun"), ("5-17", "Umur 5-17 tahun, dengan foto")),
            ),
            _PERSON_NIK,
            _CHILD_NAME,
            *_BIRTH,
            _SEX_OF_CHILD,
            _BLOOD,
            _must("family_card_number", "Nomor KK", "no-kk", hint=_COPIED, same_as="no-kk"),
            _must("head_name", "Nama kepala keluarga"),
            _must("birth_certificate_number", "Nomor akta kelahiran", same_as="nomor-akta"),
            *_ADDRESS,
            _RELIGION,
            _CITIZENSHIP,
            _may("photo_sha256", "Foto anak", "photo"),
        ),
        "biodata": (
            _may("nik", "NIK", "nik", hint=_COPIED),
            _may("family_card_number", "Nomor KK", "no-kk", hint=_COPIED, same_as="no-kk"),
            _must("name", "Nama"),
            *(replace(each, same_as="") for each in _BIRTH),
            _SEX,
            _BLOOD,
            *_ADDRESS,
            _RELIGION,
            _MARITAL,
            _RELATION,
            _may("disability", "Penyandang disabilitas"),
            _EDUCATION,
            _OCCUPATION,
            _CITIZENSHIP,
            _PARENTS[0],
            _may("father_nik", "NIK ayah", "nik"),
            _PARENTS[1],
            _may("mother_nik", "NIK ibu", "nik"),
            _may("birth_certificate_number", "Nomor akta kelahiran"),
            _may("marriage_certificate_number", "Nomor akta perkawinan"),
            _may("marriage_date", "Tanggal perkawinan", "date"),
            _may("divorce_certificate_number", "Nomor akta perceraian"),
            _may("divorce_date", "Tanggal perceraian", "date"),
            _may("passport_number", "Nomor paspor"),
            _may("passport_valid_until", "Paspor berlaku sampai", "date"),
            _may("kitap_number", "Nomor KITAP"),
        ),
    }
)
"""By kind of document, in the order in which they are entered."""


def label_at(kind: str, path: str) -> str:
    """What a place is called: ``members.0.name`` is ``Anggota keluarga 1: Nama``."""
    fields, said = ENTRY_FIELDS.get(kind, ()), ""
    for part in path.split("."):
        if part.isdigit():
            said = f"{said} {int(part) + 1}"
            continue
        found = next((each for each in fields if each.name == part), None)
        said = f"{said}: " * bool(said) + (found.label if found else part)
        fields = found.fields if found else ()
    return said
