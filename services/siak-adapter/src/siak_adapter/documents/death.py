"""Kutipan akta kematian."""

from collections.abc import Iterator
from datetime import date, time
from typing import Final, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from siak_adapter.documents.certificates import CertificateData, is_late
from siak_adapter.documents.numbers import Sex, nik_warnings
from siak_adapter.documents.values import Checks, Line, Name, Nik

REPORT_DAYS: Final = 30
"""Source: domain rules 1.9 (likely)."""


class DeathCertificateData(CertificateData):
    """One kutipan akta kematian (domain rules 2.4)."""

    nik: Nik | None = None
    name: Name
    sex: Sex
    birth_place: Line
    birth_date: date
    death_place: Line
    death_date: date
    death_time: time | None = None
    """Local time of day in WITA, where the letter states it."""
    father_name: Name | None = None
    mother_name: Name | None = None

    @model_validator(mode="after")
    def _in_the_order_of_life(self) -> Self:
        if self.death_date < self.birth_date:
            raise PydanticCustomError("death-before-birth", "died before the birth")
        if self.registered_date < self.death_date:
            raise PydanticCustomError("registered-before-death", "registered before the death")
        return self

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from nik_warnings(self.nik, birth_date=self.birth_date, sex=self.sex)
        late = is_late(self.death_date, self.registered_date, days=REPORT_DAYS)
        if late:
            yield "death-registered-late"
        yield from self.number_findings("akta-kematian", checks, late=late)
