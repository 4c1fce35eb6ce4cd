"""The texts and numbers all documents are made of."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

WOMAN_DAY_OFFSET: Final = 40
"""Added to the day of birth in the NIK of a woman."""

CertificateCodes = Mapping[str, tuple[str, ...]]
"""Letters in an akta number that fit a kind of registration; none known: nothing is compared."""


def clean(value: str) -> str:
    """Compose diacritics and collapse white space, so equal names give equal bytes."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in text):
        raise PydanticCustomError("text-control-character", "text holds a control character")
    return text


def _check_nik(value: str) -> str:
    """Refuse what SIAK can never have minted; a mismatch with the birth date is only a warning."""
    day, month, serial = int(value[6:8]), int(value[8:10]), value[12:]
    day -= WOMAN_DAY_OFFSET if day > WOMAN_DAY_OFFSET else 0
    if not (1 <= day <= 31 and 1 <= month <= 12) or serial == "0000":  # noqa: PLR2004  # calendar limits
        raise PydanticCustomError("nik-malformed", "the NIK has an impossible date or serial")
    return value


Line = Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=120)]
Name = Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=120)]
Sentence = Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=400)]
Nik = Annotated[str, Field(pattern=r"^[0-9]{16}$"), AfterValidator(_check_nik)]
FamilyCardNumber = Annotated[str, Field(pattern=r"^[0-9]{16}$")]
CertificateNumber = Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=50)]
NeighbourhoodNumber = Annotated[int, Field(ge=0, le=999)]
PostalCode = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
PhotoSha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a photo among the papers of the case; the bytes stay out of events."""


class Frozen(BaseModel):
    """Data that never changes, and whose errors never repeat a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Address(Frozen):
    """Where somebody lives, as SIAK writes it."""

    address: Line
    rt: NeighbourhoodNumber
    rw: NeighbourhoodNumber
    postal_code: PostalCode | None = None
    village: Line
    district: Line
    regency: Line
    province: Line

    @property
    def rt_rw(self) -> str:
        """RT and RW with three digits each, e.g. ``003/000``."""
        return f"{self.rt:03d}/{self.rw:03d}"


@dataclass(frozen=True, slots=True)
class Checks:
    """What warnings are measured against."""

    today: date
    codes: CertificateCodes
