"""What the two documents made here must hold, before anything is drawn.

Pure data: the models refuse what can never be printed, ``warnings`` names what an officer should
look at again. Validation errors carry stable English slugs as pydantic error types.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, model_validator
from pydantic_core import PydanticCustomError

MAX_NAME_LETTERS: Final = 60
"""Letters of a new name, spaces included. Source: Permendagri 73/2022 Ps 4."""

BIRTH_REPORT_DAYS: Final = 60
"""A birth reported later is a *kelahiran terlambat*. Source: UU 24/2013, domain rule G8."""

CURRENT_CERTIFICATE_NUMBER: Final = re.compile(r"^\d{4}-(?P<code>[A-Z]{2,3})-\d{8}-\d{4}$")
"""Akta numbers minted by SIAK today; older ones are free text of at most 50 characters."""

_WOMAN_DAY_OFFSET: Final = 40
_LATE_REGISTRATION_CODE: Final = "LT"
_TIMELY_REGISTRATION_CODE: Final = "LU"
_NOT_A_LETTER: Final = re.compile(r"[^A-Za-z ]")
_TITLE: Final = re.compile(
    r"\b(?:H|Hj|Dr|Drs|Dra|Ir|Prof|S\.\s?[A-Z]\w*|M\.\s?[A-Z]\w*|A\.\s?Md)\.|,", re.IGNORECASE
)


class DocumentKind(StrEnum):
    """Documents this office can render and sign itself."""

    BIRTH_CERTIFICATE = "akta-kelahiran"
    FAMILY_CARD = "kartu-keluarga"


class Sex(StrEnum):
    """Sex as SIAK codes it."""

    MALE = "L"
    FEMALE = "P"


class Citizenship(StrEnum):
    """Citizenship as printed on both documents."""

    INDONESIAN = "WNI"
    FOREIGN = "WNA"


class BirthModel(StrEnum):
    """The four akta models of Permendagri 108/2019; the checklist answer decides which applies."""

    BOTH_PARENTS = "ayah-ibu"
    BOTH_PARENTS_UNRECORDED = "ayah-ibu-frasa"
    MOTHER_ONLY = "ibu"
    NO_PARENTS = "tanpa-orang-tua"


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where the visible signature goes.

    ``page`` is an index (-1 is the last); the rectangle is in points from the lower left corner.
    """

    page: int
    x1: float
    y1: float
    x2: float
    y2: float


_SIGNATURE_BOXES: Final = {
    DocumentKind.BIRTH_CERTIFICATE: SignatureBox(page=-1, x1=318, y1=98, x2=543, y2=176),
    DocumentKind.FAMILY_CARD: SignatureBox(page=-1, x1=586, y1=44, x2=813, y2=116),
}


def signature_box(kind: DocumentKind) -> SignatureBox:
    """Tell the signer where the renderer left room for the visible signature."""
    return _SIGNATURE_BOXES[kind]


def _clean(value: str) -> str:
    """Compose diacritics and collapse white space, so equal names give equal bytes."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in text):
        raise PydanticCustomError("text-control-character", "text holds a control character")
    return text


def _check_nik(value: str) -> str:
    """Refuse what SIAK can never have minted; a mismatch with the birth date is only a warning."""
    day, month, serial = int(value[6:8]), int(value[8:10]), value[12:]
    day -= _WOMAN_DAY_OFFSET if day > _WOMAN_DAY_OFFSET else 0
    if not (1 <= day <= 31 and 1 <= month <= 12) or serial == "0000":  # noqa: PLR2004  # calendar limits
        raise PydanticCustomError("nik-malformed", "the NIK has an impossible date or serial")
    return value


Line = Annotated[str, AfterValidator(_clean), Field(min_length=1, max_length=120)]
Name = Annotated[str, AfterValidator(_clean), Field(min_length=1, max_length=120)]
Nik = Annotated[str, Field(pattern=r"^[0-9]{16}$"), AfterValidator(_check_nik)]
FamilyCardNumber = Annotated[str, Field(pattern=r"^[0-9]{16}$")]
CertificateNumber = Annotated[str, AfterValidator(_clean), Field(min_length=1, max_length=50)]
NeighbourhoodNumber = Annotated[int, Field(ge=0, le=999)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DocumentIssue(_Frozen):
    """Who issues a document, where and when; the same for every kind."""

    office_name: Line = "Dinas Kependudukan dan Pencatatan Sipil"
    kabupaten: Line
    issue_place: Line
    issue_date: date
    signer_title: Line
    signer_name: Name
    signer_nip: Annotated[str, Field(pattern=r"^[0-9]{18}$")] | None = None
    document_code: Annotated[str, AfterValidator(_clean), Field(min_length=1, max_length=40)]
    """Opaque code printed beside the QR; holds no personal data."""
    verify_url: HttpUrl
    """What the QR opens; holds no personal data."""
    certificate_issuer: Line = "Balai Sertifikasi Elektronik (BSrE), BSSN"
    """Named in the footer, which must be true: a demo PKI has to say that it is one."""


class BirthCertificateData(_Frozen):
    """One kutipan akta kelahiran (domain rules 2.4)."""

    certificate_number: CertificateNumber
    child_nik: Nik | None = None
    child_name: Name
    birth_place: Line
    birth_date: date
    birth_time: time | None = None
    """Local time of day in WITA, as the birth letter states it."""
    sex: Sex
    birth_order: Annotated[int, Field(ge=1, le=30)] | None = None
    model: BirthModel
    father_name: Name | None = None
    mother_name: Name | None = None
    nationality: Citizenship
    registered_place: Line
    registered_date: date
    state_gazette: Line | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.registered_date < self.birth_date:
            raise PydanticCustomError("registered-before-birth", "registered before the birth")
        father, mother = self.father_name is not None, self.mother_name is not None
        expected = {
            BirthModel.BOTH_PARENTS: (True, True),
            BirthModel.BOTH_PARENTS_UNRECORDED: (True, True),
            BirthModel.MOTHER_ONLY: (False, True),
            BirthModel.NO_PARENTS: (False, False),
        }[self.model]
        if (father, mother) != expected:
            raise PydanticCustomError(
                "parents-contradict-model", "the parents named do not fit the akta model"
            )
        return self


class FamilyMember(_Frozen):
    """One line of the family card; code lists differ between SIAK versions: wording is SIAK's."""

    name: Name
    nik: Nik | None = None
    sex: Sex
    birth_place: Line
    birth_date: date
    religion: Line
    education: Line
    occupation: Line
    blood_type: Line | None = None
    marital_status: Line
    marriage_date: date | None = None
    """Date of the marriage or divorce, whichever the marital status speaks of."""
    relationship: Line
    citizenship: Citizenship
    passport_number: Line | None = None
    kitap_number: Line | None = None
    father_name: Name | None = None
    mother_name: Name | None = None

    @property
    def is_head(self) -> bool:
        """Whether SIAK calls this member the head of the family."""
        return self.relationship.casefold() == "kepala keluarga"


class FamilyCardData(_Frozen):
    """One kartu keluarga with the columns of UU 23/2006 Ps 61."""

    family_card_number: FamilyCardNumber
    address: Line
    rt: NeighbourhoodNumber
    rw: NeighbourhoodNumber
    postal_code: Annotated[str, Field(pattern=r"^[0-9]{5}$")] | None = None
    village: Line
    district: Line
    regency: Line
    province: Line
    members: Annotated[tuple[FamilyMember, ...], Field(min_length=1, max_length=40)]

    @property
    def head(self) -> FamilyMember:
        """The one member whose relationship is *kepala keluarga*."""
        return next(member for member in self.members if member.is_head)

    @model_validator(mode="after")
    def _has_one_head_and_no_twin(self) -> Self:
        heads = sum(member.is_head for member in self.members)
        if heads != 1:
            raise PydanticCustomError("family-head-not-one", "a family card has exactly one head")
        niks = Counter(member.nik for member in self.members if member.nik)
        if any(count > 1 for count in niks.values()):
            raise PydanticCustomError("family-nik-repeated", "one NIK stands on two lines")
        return self


def name_warnings(name: str) -> list[str]:
    """List what a *new* name does against Permendagri 73/2022; older names stay valid as they are.

    Returns:
        Slugs ``name-too-long``, ``name-single-word``, ``name-not-latin-letters``,
        ``name-abbreviated``, ``name-with-title``.
    """
    found = []
    if len(name) > MAX_NAME_LETTERS:
        found.append("name-too-long")
    if " " not in name:
        found.append("name-single-word")
    if _NOT_A_LETTER.search(name):
        found.append("name-not-latin-letters")
    if any(len(word.strip(".,")) == 1 for word in name.split()):
        found.append("name-abbreviated")
    if _TITLE.search(name):
        found.append("name-with-title")
    return found


def nik_warnings(nik: str, *, birth_date: date, sex: Sex) -> list[str]:
    """List where a NIK disagrees with the person.

    SIAK keeps a NIK when date of birth or sex are corrected later, so this refuses nothing.

    Returns:
        Slugs ``nik-differs-from-birth-date`` and ``nik-differs-from-sex``.
    """
    day = int(nik[6:8])
    woman = day > _WOMAN_DAY_OFFSET
    written = f"{day - _WOMAN_DAY_OFFSET if woman else day:02d}{nik[8:12]}"
    found = []
    if written != birth_date.strftime("%d%m%y"):
        found.append("nik-differs-from-birth-date")
    if woman != (sex is Sex.FEMALE):
        found.append("nik-differs-from-sex")
    return found


def warnings(data: BirthCertificateData | FamilyCardData) -> list[str]:
    """List what an officer should look at before approving; none of it stops the case.

    Returns:
        Sorted slugs without personal data; lines of a family card are named
        ``member-<n>:<slug>``, n from 1.
    """
    match data:
        case BirthCertificateData():
            return sorted(_birth_certificate_warnings(data))
        case FamilyCardData():
            return [
                f"member-{number}:{slug}"
                for number, member in enumerate(data.members, start=1)
                for slug in sorted(_member_warnings(member))
            ]


def _birth_certificate_warnings(data: BirthCertificateData) -> list[str]:
    found = name_warnings(data.child_name)
    if data.child_nik is None:
        found.append("nik-missing")
    else:
        found += nik_warnings(data.child_nik, birth_date=data.birth_date, sex=data.sex)
    late = (data.registered_date - data.birth_date).days > BIRTH_REPORT_DAYS
    if late:
        found.append("birth-registered-late")
    numbered = CURRENT_CERTIFICATE_NUMBER.match(data.certificate_number)
    expected: Literal["LT", "LU"] = _LATE_REGISTRATION_CODE if late else _TIMELY_REGISTRATION_CODE
    if numbered is None:
        found.append("certificate-number-legacy-format")
    elif numbered["code"] != expected:
        found.append("certificate-code-unexpected")
    return found


def _member_warnings(member: FamilyMember) -> list[str]:
    # Names on a family card are older records, which Permendagri 73/2022 leaves alone.
    if member.nik is None:
        return ["nik-missing"]
    return nik_warnings(member.nik, birth_date=member.birth_date, sex=member.sex)
