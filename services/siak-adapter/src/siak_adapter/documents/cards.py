"""The two cards: KTP-el and KIA."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from siak_adapter.documents.marriage import age_on
from siak_adapter.documents.numbers import (
    Citizenship,
    Sex,
    certificate_number_warnings,
    family_card_number_warnings,
    nik_warnings,
)
from siak_adapter.documents.values import (
    Address,
    CertificateNumber,
    Checks,
    FamilyCardNumber,
    Line,
    Name,
    Nik,
    PhotoSha256,
)

IDENTITY_CARD_AGE: Final = 17
"""Or ever married. Source: domain rules 1.5."""

YOUNG_CHILD_AGE: Final = 5
_NEVER_MARRIED: Final = "belum kawin"


class ChildCardModel(StrEnum):
    """The two models of the KIA. Source: Permendagri 2/2016."""

    YOUNG = "0-5"
    OLDER = "5-17"


class IdentityCardData(Address):
    """One KTP-el (UU 24/2013 Ps 64); a NIK is what it is about, so it must have one."""

    nik: Nik
    name: Name
    birth_place: Line
    birth_date: date
    sex: Sex
    blood_type: Line | None = None
    religion: Line
    marital_status: Line
    """As SIAK words it; the card shows the short form only."""
    occupation: Line
    citizenship: Citizenship
    valid_until: date | None = None
    """Of a foreigner's card; None: *seumur hidup*."""
    photo_sha256: PhotoSha256 | None = None

    @property
    def short_marital_status(self) -> str:
        """Belum Kawin, Kawin, Cerai Hidup or Cerai Mati. Source: domain rules 1.7."""
        text = self.marital_status.casefold()
        for short in ("belum kawin", "cerai hidup", "cerai mati", "kawin"):
            if text.startswith(short):
                return short.upper()
        return self.marital_status.upper()

    @model_validator(mode="after")
    def _foreigners_have_an_end(self) -> Self:
        if (self.citizenship is Citizenship.FOREIGN) != (self.valid_until is not None):
            raise PydanticCustomError(
                "validity-contradicts-citizenship",
                "a card is valid for life, except that of a foreigner",
            )
        return self

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from nik_warnings(self.nik, birth_date=self.birth_date, sex=self.sex)
        if self.photo_sha256 is None:
            yield "photo-missing"
        young = age_on(checks.today, self.birth_date) < IDENTITY_CARD_AGE
        if young and self.marital_status.casefold() == _NEVER_MARRIED:
            yield "too-young-for-identity-card"


class ChildCardData(Address):
    """One KIA (Permendagri 2/2016)."""

    model: ChildCardModel
    nik: Nik
    name: Name
    birth_place: Line
    birth_date: date
    sex: Sex
    blood_type: Line | None = None
    family_card_number: FamilyCardNumber
    head_name: Name
    birth_certificate_number: CertificateNumber
    religion: Line
    citizenship: Citizenship
    photo_sha256: PhotoSha256 | None = None

    @property
    def valid_until(self) -> date:
        """The fifth birthday, or the day before the seventeenth."""
        if self.model is ChildCardModel.YOUNG:
            return birthday(self.birth_date, YOUNG_CHILD_AGE)
        return birthday(self.birth_date, IDENTITY_CARD_AGE) - timedelta(days=1)

    @model_validator(mode="after")
    def _photo_fits_the_model(self) -> Self:
        if (self.photo_sha256 is not None) != (self.model is ChildCardModel.OLDER):
            raise PydanticCustomError(
                "photo-contradicts-model", "from five years on there is a photo, before none"
            )
        return self

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from nik_warnings(self.nik, birth_date=self.birth_date, sex=self.sex)
        yield from family_card_number_warnings(self.family_card_number)
        if certificate_number_warnings(
            self.birth_certificate_number,
            register="",
            registered=self.birth_date,
            checks=checks,
        ) == ["certificate-number-legacy-format"]:
            yield "certificate-number-legacy-format"
        age = age_on(checks.today, self.birth_date)
        if age >= IDENTITY_CARD_AGE:
            yield "too-old-for-child-card"
        elif (age < YOUNG_CHILD_AGE) != (self.model is ChildCardModel.YOUNG):
            yield "child-card-model-differs-from-age"


def birthday(born: date, age: int) -> date:
    """The day somebody becomes that old; born on 29 February: 28 February of other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return born.replace(year=born.year + age, day=28)
