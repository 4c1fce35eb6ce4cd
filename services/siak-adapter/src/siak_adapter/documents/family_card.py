"""Kartu keluarga."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from siak_adapter.documents.numbers import (
    Citizenship,
    Sex,
    family_card_number_warnings,
    nik_warnings,
)
from siak_adapter.documents.values import (
    Address,
    Checks,
    FamilyCardNumber,
    Frozen,
    Line,
    Name,
    Nik,
)


class FamilyMember(Frozen):
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


class FamilyCardData(Address):
    """One kartu keluarga with the columns of UU 23/2006 Ps 61."""

    family_card_number: FamilyCardNumber
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

    def findings(self, _checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from family_card_number_warnings(self.family_card_number)
        for number, member in enumerate(self.members, start=1):
            # Names on a family card are older records, which Permendagri 73/2022 leaves alone.
            found = nik_warnings(member.nik, birth_date=member.birth_date, sex=member.sex)
            yield from (f"member-{number}:{slug}" for slug in found)
