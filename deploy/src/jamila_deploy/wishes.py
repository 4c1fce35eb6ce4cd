"""What families ask for besides the certificate of a birth: words, papers, and SIAK's entry.

Everybody is one of the simulators' invented couples; the same number is always the same family.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from jamila_deploy.sample import attached, home_of, member_of, sex_of
from jamila_simulators.papers import photo_of_paper, scanned_pdf
from jamila_simulators.residents import Resident, couples
from jamila_simulators.sample_papers import sample_text

_CHILD_AGE: Final = timedelta(days=900)
_DIED: Final = timedelta(days=9)


@dataclass(frozen=True)
class Topic:
    """One wish of the chat's menu."""

    service_id: str
    words: str
    """How the wish is written."""
    answers: tuple[tuple[str, str, str], ...]
    """Question, what is written in the chat, and the fact it means; names in braces are filled."""
    papers: tuple[tuple[str, str, str], ...]
    """Sample paper, its caption, and the item of the checklist."""
    documents: tuple[str, ...]


_PERSON: Final = (
    ("nama-subjek", "{name}", "{name}"),
    ("nik-subjek", "{nik}", "{nik}"),
    ("no-kk", "{no_kk}", "{no_kk}"),
)
_FAMILY: Final = ("hubungan", "Keluarga saya", "keluarga")
_MYSELF: Final = ("hubungan", "Diri sendiri", "sendiri")
_F102: Final = ("formulir-f102", "Formulir F-1.02", "frm.f102")
_LOST: Final = ("surat-hilang", "Surat kehilangan", "doc.sk_hilang")
_KK: Final = ("kartu-keluarga", "Kartu keluarga", "doc.kk")

TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "kk-hilang": Topic(
            service_id="kk-hilang",
            words="KK hilang",
            answers=(_FAMILY, *_PERSON),
            papers=(_F102, _LOST),
            documents=("kartu-keluarga",),
        ),
        "kk-tambah": Topic(
            service_id="kk-tambah",
            words="Tambah anggota keluarga",
            answers=(_FAMILY, *_PERSON),
            papers=(
                _F102,
                ("kartu-keluarga", "Kartu keluarga lama", "doc.kk_lama"),
                ("akta-kelahiran", "Akta kelahiran", "doc.akta_lahir"),
            ),
            documents=("kartu-keluarga",),
        ),
        "kk-pindah": Topic(
            service_id="kk-pindah",
            words="Pindah datang",
            answers=(
                _FAMILY,
                ("menumpang", "Tidak", "tidak"),
                ("anak-tanpa-ortu", "Tidak", "tidak"),
                *_PERSON,
            ),
            papers=(
                ("surat-pindah", "Surat pindah", "doc.skp"),
                ("formulir-f102", "Formulir F-1.03", "frm.f103"),
            ),
            documents=("kartu-keluarga",),
        ),
        "ktp-hilang": Topic(
            service_id="ktp-hilang",
            words="KTP hilang",
            answers=(_MYSELF, *_PERSON),
            papers=(_F102, _LOST, _KK),
            documents=("ktp-el",),
        ),
        "lahir-hilang": Topic(
            service_id="lhr-hilang",
            words="Akta kelahiran hilang",
            answers=(_MYSELF, ("hilang-atau-rusak", "Hilang", "hilang"), *_PERSON),
            papers=(_KK, ("ktp-ayah", "KTP", "doc.ktp"), _LOST),
            documents=("akta-kelahiran",),
        ),
        "kia-baru": Topic(
            service_id="kia-0-5",
            words="Buat KIA",
            answers=(
                _FAMILY,
                ("tanggal-lahir-anak", "{born}", "{born_iso}"),
                ("akta-anak", "Sudah", "ada"),
                ("nama-anak", "{child}", "{child}"),
                ("nik-anak", "{child_nik}", "{child_nik}"),
                ("no-kk", "{no_kk}", "{no_kk}"),
            ),
            papers=(
                ("akta-kelahiran", "Akta kelahiran", "doc.akta_lahir"),
                _KK,
                ("ktp-ayah", "KTP ayah", "doc.ktp_ortu"),
            ),
            documents=("kia",),
        ),
        "kematian": Topic(
            service_id="mti-umum",
            words="Lapor kematian",
            answers=(
                ("pelapor", "Keluarga", "keluarga"),
                ("tanggal-meninggal", "{died}", "{died_iso}"),
                ("almarhum-wna", "Tidak", "tidak"),
                ("nama-almarhum", "{name}", "{name}"),
                ("nik-almarhum", "{nik}", "{nik}"),
                ("no-kk", "{no_kk}", "{no_kk}"),
            ),
            papers=(
                ("formulir", "Formulir F-2.01", "frm.f201"),
                ("surat-kematian", "Surat keterangan kematian", "doc.sk_mati"),
                _KK,
                ("ktp-ayah", "KTP almarhum", "doc.ktp_almarhum"),
            ),
            documents=("akta-kematian",),
        ),
    }
)
"""By the name the busy day calls them."""


@dataclass(frozen=True)
class FamilyWish:
    """One couple and what it asks for."""

    topic: Topic
    number: int
    today: date
    husband: Resident
    wife: Resident

    @classmethod
    def of_couple(cls, topic: str, number: int, *, today: date) -> "FamilyWish":
        """The wish of a couple; numbers beyond the couples start again with the first."""
        pairs = couples()
        husband, wife = pairs[number % len(pairs)]
        return cls(TOPICS[topic], number, today, husband, wife)

    @property
    def phone(self) -> str:
        """A number that no living person can have: 62800 is no mobile prefix."""
        return f"62800632{self.number:05d}"

    @property
    def sender_name(self) -> str:
        """What WhatsApp says she is called."""
        return self.wife.name.title()

    @property
    def facts(self) -> dict[str, str]:
        """The answers as staff write them down at the counter."""
        return {question: self._filled(fact) for question, _, fact in self.topic.answers}

    def messages(self) -> list[dict[str, Any]]:
        """The wish, the answers, the papers, and twice that this is all."""
        words = (self.topic.words, *(self._filled(said) for _, said, _ in self.topic.answers))
        return [
            *({"type": "text", "text": each} for each in words),
            *(self._sent(*each) for each in enumerate(self.topic.papers)),
            {"type": "text", "text": "KIRIM"},
            {"type": "text", "text": "KIRIM"},
        ]

    def scans(self) -> tuple[tuple[str, bytes], ...]:
        """Item and PDF of each paper, as the counter scans them."""
        return tuple((item, self._scan(paper)) for paper, _, item in self.topic.papers)

    def claims(self) -> dict[str, str]:
        """What the papers say of the husband, in SIAK's field names."""
        return {
            "NIK": self.husband.nik,
            "NO_KK": self.husband.no_kk,
            "NAMA_LGKP": self.husband.name,
            "TGL_LHR": self.husband.birth_date.strftime("%d-%m-%Y"),
        }

    def entry(self) -> dict[str, Any]:
        """What the operator typed into SIAK, ready to be printed."""
        return {"documents": {kind: _ENTRIES[kind](self) for kind in self.topic.documents}}

    def wrong_entry(self) -> dict[str, Any]:
        """The same with a slip in a name."""
        entry = self.entry()
        for document in entry["documents"].values():
            key = "name" if "name" in document else "mother_name"
            if key in document:
                document[key] = f"{document[key]} SALAHKETIK"
        return entry

    @property
    def child_name(self) -> str:
        """Of the child of a KIA."""
        return f"NUR {self.husband.name.split()[-1]}"

    @property
    def child_born(self) -> date:
        """Below five years."""
        return self.today - _CHILD_AGE

    @property
    def child_nik(self) -> str:
        """Of the invented region."""
        return f"631199{self.child_born:%d%m%y}{self.number % 9999 + 1:04d}"

    @property
    def died_on(self) -> date:
        """Well in time to report it."""
        return self.today - _DIED

    def _filled(self, text: str) -> str:
        return text.format(
            name=self.husband.name.title(),
            nik=self.husband.nik,
            no_kk=self.husband.no_kk,
            child=self.child_name.title(),
            child_nik=self.child_nik,
            born=f"{self.child_born:%d-%m-%Y}",
            born_iso=self.child_born.isoformat(),
            died=f"{self.died_on:%d-%m-%Y}",
            died_iso=self.died_on.isoformat(),
        )

    def _sent(self, at: int, paper: tuple[str, str, str]) -> dict[str, Any]:
        """Every other one is a photo, the rest scans: both kinds reach the office every day."""
        sample, caption, _ = paper
        if at % 2:
            content = self._scan(sample)
            return attached("document", content, mime_type="application/pdf", caption=caption)
        photo = photo_of_paper(*sample_text(sample, self.husband, self.wife))
        return attached("image", photo, mime_type="image/jpeg", caption=caption)

    def _scan(self, sample: str) -> bytes:
        return scanned_pdf(*sample_text(sample, self.husband, self.wife))


def _registered(wish: FamilyWish, letters: str) -> dict[str, Any]:
    return {
        "certificate_number": f"6311-{letters}-{wish.today:%d%m%Y}-{wish.number % 9999 + 1:04d}",
        "nationality": "WNI",
        "registered_place": "Paringin",
        "registered_date": wish.today.isoformat(),
    }


def _family_card(wish: FamilyWish) -> dict[str, Any]:
    members = [member_of(wish.husband), member_of(wish.wife)]
    home = home_of(wish.husband)
    return {"family_card_number": wish.husband.no_kk, **home, "members": members}


def _identity_card(wish: FamilyWish) -> dict[str, Any]:
    person = wish.husband
    return {
        **home_of(person),
        "nik": person.nik,
        "name": person.name,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "sex": sex_of(person),
        "blood_type": person.blood_type,
        "religion": person.religion,
        "marital_status": person.marital_status,
        "occupation": person.occupation,
        "citizenship": "WNI",
    }


def _child_card(wish: FamilyWish) -> dict[str, Any]:
    return {
        **home_of(wish.husband),
        "model": "0-5",
        "nik": wish.child_nik,
        "name": wish.child_name,
        "birth_place": "BALANGAN",
        "birth_date": wish.child_born.isoformat(),
        "sex": "P",
        "family_card_number": wish.husband.no_kk,
        "head_name": wish.husband.name,
        "birth_certificate_number": f"6311-LU-{wish.child_born:%d%m%Y}-0001",
        "religion": wish.husband.religion,
        "citizenship": "WNI",
    }


def _birth_certificate(wish: FamilyWish) -> dict[str, Any]:
    person = wish.husband
    return {
        **_registered(wish, "LU"),
        "child_nik": person.nik,
        "child_name": person.name,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "sex": sex_of(person),
        "birth_order": 1,
        "model": "ayah-ibu",
        "father_name": person.father_name,
        "mother_name": person.mother_name,
    }


def _death_certificate(wish: FamilyWish) -> dict[str, Any]:
    person = wish.husband
    return {
        **_registered(wish, "KM"),
        "nik": person.nik,
        "name": person.name,
        "sex": sex_of(person),
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "death_place": "BALANGAN",
        "death_date": wish.died_on.isoformat(),
        "father_name": person.father_name,
        "mother_name": person.mother_name,
    }


_ENTRIES: Final[Mapping[str, Callable[[FamilyWish], dict[str, Any]]]] = MappingProxyType(
    {
        "kartu-keluarga": _family_card,
        "ktp-el": _identity_card,
        "kia": _child_card,
        "akta-kelahiran": _birth_certificate,
        "akta-kematian": _death_certificate,
    }
)
