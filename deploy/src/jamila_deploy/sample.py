"""What a family sends and what the SIAK operator types; here for an invented birth in Balangan."""

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from jamila_simulators.papers import photo_of_paper, scanned_pdf
from jamila_simulators.residents import Resident, couples
from jamila_simulators.sample_papers import sample_text

_BORN_DAYS_AGO = 12


class Wish(Protocol):
    """What a family asks the office for."""

    @property
    def number(self) -> int:
        """The same number is always the same family."""
        ...

    @property
    def today(self) -> date:
        """The day of the walk."""
        ...

    @property
    def phone(self) -> str:
        """From where they write."""
        ...

    @property
    def sender_name(self) -> str:
        """What WhatsApp says they are called."""
        ...

    def messages(self) -> list[dict[str, Any]]:
        """What they write and send, until it is handed in."""
        ...

    def claims(self) -> dict[str, str]:
        """What the papers say, in SIAK's field names."""
        ...

    def entry(self) -> dict[str, Any]:
        """What the operator typed into SIAK, ready to be printed."""
        ...

    def wrong_entry(self) -> dict[str, Any]:
        """The same with a slip."""
        ...


@dataclass(frozen=True)
class Birth:
    """A newborn of one of the simulators' couples; the same number is always the same family."""

    number: int
    father: Resident
    mother: Resident
    today: date
    witnesses: tuple[Resident, Resident]

    @classmethod
    def of_couple(cls, number: int, *, today: date) -> "Birth":
        """The newborn of a couple; numbers beyond the couples start again with the first."""
        pairs = couples()
        father, mother = pairs[number % len(pairs)]
        first, second = (pairs[(number + each) % len(pairs)][0] for each in (1, 2))
        return cls(number, father, mother, today, witnesses=(first, second))

    @property
    def phone(self) -> str:
        """A number that no living person can have: 62800 is no mobile prefix."""
        return f"62800631{self.number:05d}"

    @property
    def sender_name(self) -> str:
        """What WhatsApp says she is called."""
        return self.mother.name.title()

    @property
    def child_name(self) -> str:
        """Two words, as Permendagri 73/2022 advises."""
        return f"NUR {self.father.name.split()[-1]}"

    @property
    def born_on(self) -> date:
        """Well within the 60 days of a birth reported in time."""
        return self.today - timedelta(days=_BORN_DAYS_AGO)

    def answers(self) -> tuple[str, ...]:
        """What the mother writes to the questions of the chat, in their order."""
        return (
            "Keluarga saya",
            f"{self.born_on:%d-%m-%Y}",
            "Ada",
            "Ada",
            self.child_name.title(),
            self.mother.nik,
            self.mother.no_kk,
        )

    def messages(self) -> list[dict[str, Any]]:
        """What she sends: the wish, seven answers, seven papers, and twice that this is all.

        The first KIRIM shows her everything once more, the second one hands it in.
        """
        words = ("Akta kelahiran", *self.answers())
        return [
            *({"type": "text", "text": each} for each in words),
            self._photo("kartu-keluarga", "Kartu keluarga"),
            self._photo("buku-nikah", "Buku nikah"),
            self._scan("surat-lahir", "Surat keterangan lahir"),
            self._scan("formulir", "Formulir F-2.01"),
            self._photo("ktp-ayah", "KTP ayah"),
            *(
                self._photo("ktp-ayah", f"KTP saksi {number}", of=witness)
                for number, witness in enumerate(self.witnesses, start=1)
            ),
            {"type": "text", "text": "KIRIM"},
            {"type": "text", "text": "KIRIM"},
        ]

    def claims(self) -> dict[str, str]:
        """What the papers say of the father, in SIAK's field names."""
        return {
            "NIK": self.father.nik,
            "NO_KK": self.father.no_kk,
            "NAMA_LGKP": self.father.name,
            "TGL_LHR": self.father.birth_date.strftime("%d-%m-%Y"),
        }

    def wrong_entry(self) -> dict[str, Any]:
        """The same with a slip in the child's name."""
        return self.entry(child_name=f"{self.child_name} SALAHKETIK")

    def entry(self, *, child_name: str | None = None) -> dict[str, Any]:
        """What the operator typed into SIAK and SIAK answered, ready to be printed."""
        stamp = self.today.strftime("%d%m%Y")
        certificate = {
            "certificate_number": f"6311-LU-{stamp}-{self.number + 1:04d}",
            "child_nik": f"631199{self.born_on:%d%m%y}{self.number % 9999 + 1:04d}",
            "child_name": child_name or self.child_name,
            "birth_place": "BALANGAN",
            "birth_date": self.born_on.isoformat(),
            "sex": "L",
            "birth_order": 1,
            "model": "ayah-ibu",
            "father_name": self.father.name,
            "mother_name": self.mother.name,
            "nationality": "WNI",
            "registered_place": "Paringin",
            "registered_date": self.today.isoformat(),
        }
        return {"documents": {"akta-kelahiran": certificate}}

    def bundle(self) -> dict[str, Any]:
        """The same entry with all that a birth brings: akta, the new family card, and the KIA."""
        documents = self.entry()["documents"]
        certificate = documents["akta-kelahiran"]
        return {
            "documents": {
                "akta-kelahiran": certificate,
                "kartu-keluarga": self._family_card(certificate),
                "kia": self._child_card(certificate),
            }
        }

    def _family_card(self, certificate: dict[str, Any]) -> dict[str, Any]:
        child = {
            "name": certificate["child_name"],
            "nik": certificate["child_nik"],
            "sex": certificate["sex"],
            "birth_place": certificate["birth_place"],
            "birth_date": certificate["birth_date"],
            "religion": self.father.religion,
            "education": "TIDAK/BELUM SEKOLAH",
            "occupation": "BELUM/TIDAK BEKERJA",
            "marital_status": "BELUM KAWIN",
            "relationship": "ANAK",
            "citizenship": "WNI",
            "father_name": self.father.name,
            "mother_name": self.mother.name,
        }
        members = [member_of(self.father), member_of(self.mother), child]
        return {"family_card_number": self.father.no_kk, **home_of(self.father), "members": members}

    def _child_card(self, certificate: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": "0-5",
            "nik": certificate["child_nik"],
            "name": certificate["child_name"],
            "birth_place": certificate["birth_place"],
            "birth_date": certificate["birth_date"],
            "sex": certificate["sex"],
            "family_card_number": self.father.no_kk,
            "head_name": self.father.name,
            "birth_certificate_number": certificate["certificate_number"],
            "religion": self.father.religion,
            "citizenship": "WNI",
            **home_of(self.father),
        }

    def _photo(self, paper: str, caption: str, *, of: Resident | None = None) -> dict[str, Any]:
        content = photo_of_paper(*sample_text(paper, of or self.father, self.mother))
        return attached("image", content, mime_type="image/jpeg", caption=caption)

    def _scan(self, paper: str, caption: str) -> dict[str, Any]:
        content = scanned_pdf(*sample_text(paper, self.father, self.mother))
        return attached("document", content, mime_type="application/pdf", caption=caption)


def home_of(resident: Resident) -> dict[str, Any]:
    """Where somebody lives, as documents print it."""
    place = resident.place
    return {
        "address": place.address,
        "rt": place.rt,
        "rw": place.rw,
        "village": place.village,
        "district": place.district,
        "regency": "BALANGAN",
        "province": "KALIMANTAN SELATAN",
    }


def sex_of(resident: Resident) -> str:
    """One letter, as documents have it."""
    return "L" if resident.sex == "Laki-Laki" else "P"


def member_of(resident: Resident) -> dict[str, Any]:
    """Somebody's line of a family card."""
    married = resident.marriage_date
    return {
        "name": resident.name,
        "nik": resident.nik,
        "sex": sex_of(resident),
        "birth_place": resident.birth_place,
        "birth_date": resident.birth_date.isoformat(),
        "religion": resident.religion,
        "education": resident.education,
        "occupation": resident.occupation,
        "blood_type": resident.blood_type,
        "marital_status": resident.marital_status,
        "marriage_date": married.isoformat() if married else None,
        "relationship": resident.relation,
        "citizenship": "WNI",
        "father_name": resident.father_name,
        "mother_name": resident.mother_name,
    }


def attached(kind: str, content: bytes, *, mime_type: str, caption: str) -> dict[str, Any]:
    """A message of the chat with a file."""
    return {
        "type": kind,
        "content_base64": base64.b64encode(content).decode(),
        "mime_type": mime_type,
        "caption": caption,
        "filename": "berkas.pdf",
    }
