"""One invented entry per kind of document, for the demo, the benchmark and the tests.

Everybody here is invented: NIK and No. KK begin with 631199, a district that does not exist.
"""

import io
from copy import deepcopy
from typing import Any, Final

from PIL import Image, ImageDraw

_ADDRESS: Final = {
    "address": "Jl. Contoh Raya No. 5",
    "rt": 3,
    "rw": 0,
    "postal_code": "71662",
    "village": "Ju'uh",
    "district": "Tebing Tinggi",
    "regency": "Balangan",
    "province": "Kalimantan Selatan",
}
_REGISTERED: Final = {
    "nationality": "WNI",
    "registered_place": "Paringin",
    "registered_date": "2026-10-23",
}
_HUSBAND: Final = {
    "name": "Yohanes Contoh Pitap",
    "nik": "6311991402950001",
    "birth_place": "Balangan",
    "birth_date": "1995-02-14",
    "father_name": "Markus Contoh",
    "mother_name": "Debora Contoh",
}
_WIFE: Final = {
    "name": "Maria Noor Contoh",
    "nik": "6311996309970002",
    "birth_place": "Tabalong",
    "birth_date": "1997-09-23",
    "father_name": "Petrus Contoh",
    "mother_name": "Ruth Contoh",
}
_CHILD_OF: Final = {
    "child_name": "Daniel Contoh Pitap",
    "child_nik": "6311990508240003",
    "child_sex": "L",
    "birth_place": "Balangan",
    "birth_date": "2024-08-05",
    "birth_certificate_number": "6311-LU-19082024-0004",
    "birth_certificate_date": "2024-08-19",
    "birth_certificate_place": "Dinas Dukcapil Kabupaten Balangan",
    "father_name": "Yohanes Contoh Pitap",
    "father_nik": "6311991402950001",
    "mother_name": "Maria Noor Contoh",
    "mother_nik": "6311996309970002",
    "religious_marriage_date": "2023-05-20",
}
_MEMBER: Final = {
    "birth_place": "Paringin",
    "religion": "Islam",
    "education": "SLTA/Sederajat",
    "blood_type": "O",
    "citizenship": "WNI",
}
_COUPLE: Final = {"marital_status": "Kawin Tercatat", "marriage_date": "2015-03-02"}
_CHILD: Final = {
    "occupation": "Pelajar/Mahasiswa",
    "marital_status": "Belum Kawin",
    "relationship": "Anak",
    "father_name": "Ahmad Contoh",
    "mother_name": "Noor Laila Contoh",
}


def sample_entry(kind: str) -> dict[str, Any]:
    """The data of one document as an operator enters it; photos are named by ``photo_sha256``.

    Raises:
        KeyError: there is no such kind.
    """
    return deepcopy(_ENTRIES[kind])


def sample_photo(*, couple: bool = False) -> bytes:
    """A drawn face on a red ground, or two: nobody's photo."""
    size = (900, 600) if couple else (600, 900)
    image = Image.new("RGB", size, (176, 42, 48))
    draw = ImageDraw.Draw(image)
    for middle in (270, 630) if couple else (300,):
        reach = 150 if couple else 230
        top = size[1] * 0.22
        draw.ellipse(
            (middle - reach, top + reach * 2.1, middle + reach, top + reach * 6), fill=(38, 52, 84)
        )
        draw.ellipse(
            (middle - reach * 0.62, top, middle + reach * 0.62, top + reach * 1.7),
            fill=(198, 150, 116),
        )
        draw.pieslice(
            (middle - reach * 0.68, top - reach * 0.2, middle + reach * 0.68, top + reach * 1.2),
            180,
            360,
            fill=(28, 24, 24),
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


_ENTRIES: Final[dict[str, dict[str, Any]]] = {
    "kartu-keluarga": {
        **_ADDRESS,
        "family_card_number": "6311990202150001",
        "members": [
            {
                **_MEMBER,
                **_COUPLE,
                "name": "Ahmad Contoh",
                "nik": "6311990101900001",
                "sex": "L",
                "birth_date": "1990-01-01",
                "occupation": "Wiraswasta",
                "relationship": "Kepala Keluarga",
                "father_name": "Hasan Contoh",
                "mother_name": "Masitah Contoh",
            },
            {
                **_MEMBER,
                **_COUPLE,
                "name": "Noor Laila Contoh",
                "nik": "6311995203920002",
                "sex": "P",
                "birth_date": "1992-03-12",
                "occupation": "Mengurus Rumah Tangga",
                "relationship": "Istri",
                "father_name": "Abdul Contoh",
                "mother_name": "Rusmini Contoh",
            },
            {
                **_MEMBER,
                **_CHILD,
                "name": "Muhammad Rizqi Contoh",
                "nik": "6311990704160003",
                "sex": "L",
                "birth_date": "2016-04-07",
                "education": "Belum Tamat SD/Sederajat",
            },
            {
                **_MEMBER,
                **_CHILD,
                "name": "Siti Zahra Contoh",
                "nik": "6311994811190004",
                "sex": "P",
                "birth_date": "2019-11-08",
                "education": "Tidak/Belum Sekolah",
                "occupation": "Belum/Tidak Bekerja",
                "blood_type": None,
            },
            {
                **_MEMBER,
                **_CHILD,
                "name": "Aisyah Nur Contoh",
                "nik": "6311995210260001",
                "sex": "P",
                "birth_date": "2026-10-12",
                "education": "Tidak/Belum Sekolah",
                "occupation": "Belum/Tidak Bekerja",
                "blood_type": None,
            },
        ],
    },
    "akta-kelahiran": {
        **_REGISTERED,
        "certificate_number": "6311-LU-23102026-0007",
        "state_gazette": "1927 Nomor 564",
        "child_nik": "6311995210260001",
        "child_name": "Aisyah Nur Contoh",
        "birth_place": "Balangan",
        "birth_date": "2026-10-12",
        "birth_time": "08:15",
        "sex": "P",
        "birth_order": 3,
        "model": "ayah-ibu",
        "father_name": "Ahmad Contoh",
        "mother_name": "Noor Laila Contoh",
    },
    "akta-kematian": {
        **_REGISTERED,
        "certificate_number": "6311-KM-23102026-0002",
        "nik": "6311990107480001",
        "name": "Hasan Contoh",
        "sex": "L",
        "birth_place": "Amuntai",
        "birth_date": "1948-07-01",
        "death_place": "Balangan",
        "death_date": "2026-10-09",
        "death_time": "02:40",
        "father_name": "Umar Contoh",
        "mother_name": "Galuh Contoh",
    },
    "akta-perkawinan": {
        **_REGISTERED,
        "certificate_number": "6311-KW-23102026-0001",
        "husband": _HUSBAND,
        "wife": _WIFE,
        "marriage_place": "Balangan",
        "marriage_date": "2026-10-10",
        "religion": "Kristen",
        "celebrant": "Pdt. Contoh Simanungkalit",
    },
    "akta-perceraian": {
        **_REGISTERED,
        "certificate_number": "6311-CR-23102026-0001",
        "husband": _HUSBAND,
        "wife": _WIFE,
        "court": "Pengadilan Negeri Paringin",
        "decision_number": "12/Pdt.G/2026/PN Prn",
        "decision_date": "2026-09-30",
        "marriage_certificate_number": "6311-KW-12062019-0003",
        "marriage_certificate_date": "2019-06-12",
        "marriage_certificate_place": "Paringin",
    },
    "akta-pengakuan-anak": {
        **_REGISTERED,
        **_CHILD_OF,
        "certificate_number": "6311-XX-23102026-0001",
    },
    "akta-pengesahan-anak": {
        **_REGISTERED,
        **_CHILD_OF,
        "certificate_number": "6311-XX-23102026-0002",
        "marriage_certificate_number": "6311-KW-14092026-0001",
        "marriage_certificate_date": "2026-09-14",
    },
    "ktp-el": {
        **_ADDRESS,
        "nik": "6311990101900001",
        "name": "Ahmad Contoh",
        "birth_place": "Paringin",
        "birth_date": "1990-01-01",
        "sex": "L",
        "blood_type": "O",
        "religion": "Islam",
        "marital_status": "Kawin Tercatat",
        "occupation": "Wiraswasta",
        "citizenship": "WNI",
    },
    "kia": {
        **_ADDRESS,
        "model": "0-5",
        "nik": "6311995210260001",
        "name": "Aisyah Nur Contoh",
        "birth_place": "Balangan",
        "birth_date": "2026-10-12",
        "sex": "P",
        "family_card_number": "6311990202150001",
        "head_name": "Ahmad Contoh",
        "birth_certificate_number": "6311-LU-23102026-0007",
        "religion": "Islam",
        "citizenship": "WNI",
    },
    "biodata": {
        **_ADDRESS,
        "nik": "6311995203920002",
        "family_card_number": "6311990202150001",
        "name": "Noor Laila Contoh",
        "birth_place": "Paringin",
        "birth_date": "1992-03-12",
        "sex": "P",
        "blood_type": "AB",
        "religion": "Islam",
        "marital_status": "Kawin Tercatat",
        "relationship": "Istri",
        "education": "SLTA/Sederajat",
        "occupation": "Mengurus Rumah Tangga",
        "citizenship": "WNI",
        "father_name": "Abdul Contoh",
        "mother_name": "Rusmini Contoh",
        "marriage_certificate_number": "123/IST/2005",
        "marriage_date": "2015-03-02",
    },
}
KINDS: Final = tuple(_ENTRIES)
