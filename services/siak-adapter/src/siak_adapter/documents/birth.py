"""Kutipan akta kelahiran and its four models."""

from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from siak_adapter.documents.certificates import CertificateData, is_late
from siak_adapter.documents.names import name_warnings
from siak_adapter.documents.numbers import Sex, nik_warnings
from siak_adapter.documents.values import Checks, Line, Name, Nik

REPORT_DAYS: Final = 60
"""A birth reported later is a *kelahiran terlambat*. Source: UU 24/2013, domain rule G8."""


class BirthModel(StrEnum):
    """The four akta models of Permendagri 108/2019; the checklist answer decides which applies."""

    BOTH_PARENTS = "ayah-ibu"
    BOTH_PARENTS_UNRECORDED = "ayah-ibu-frasa"
    MOTHER_ONLY = "ibu"
    NO_PARENTS = "tanpa-orang-tua"


class BirthCertificateData(CertificateData):
    """One kutipan akta kelahiran (domain rules 2.4)."""

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

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from name_warnings(self.child_name)
        yield from nik_warnings(self.child_nik, birth_date=self.birth_date, sex=self.sex)
        late = is_late(self.birth_date, self.registered_date, days=REPORT_DAYS)
        if late:
            yield "birth-registered-late"
        yield from self.number_findings(
            "akta-kelahiran", checks, late=late, late_register="akta-kelahiran-terlambat"
        )
