"""Kutipan akta perkawinan and kutipan akta perceraian (non-Muslim couples)."""

from collections.abc import Iterator
from datetime import date
from typing import Final, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from siak_adapter.documents.certificates import CertificateData, is_late
from siak_adapter.documents.numbers import Citizenship, Sex, nik_warnings
from siak_adapter.documents.values import (
    CertificateNumber,
    Checks,
    Frozen,
    Line,
    Name,
    Nik,
    PhotoSha256,
)

REPORT_DAYS: Final = 60
"""Of a marriage, and of a divorce. Source: domain rules 1.9."""

MARRIAGE_AGE: Final = 19
"""Younger couples need the court's dispensation (item ``doc.dispensasi``)."""


class Spouse(Frozen):
    """Husband or wife."""

    name: Name
    nik: Nik | None = None
    birth_place: Line
    birth_date: date
    citizenship: Citizenship = Citizenship.INDONESIAN
    father_name: Name | None = None
    mother_name: Name | None = None


class _CoupleData(CertificateData):
    husband: Spouse
    wife: Spouse

    def spouse_findings(self) -> Iterator[str]:
        """What is odd about either of the two."""
        for who, spouse, sex in (
            ("husband", self.husband, Sex.MALE),
            ("wife", self.wife, Sex.FEMALE),
        ):
            if spouse.nik is None and spouse.citizenship is Citizenship.FOREIGN:
                continue
            for slug in nik_warnings(spouse.nik, birth_date=spouse.birth_date, sex=sex):
                yield f"{who}:{slug}"


class MarriageCertificateData(_CoupleData):
    """One marriage, of which husband and wife get a kutipan each (Perpres 96/2018 Ps 37)."""

    marriage_place: Line
    marriage_date: date
    religion: Line
    """Or the belief of penghayat, as SIAK words it."""
    celebrant: Name
    """Pemuka agama or pemuka penghayat before whom they married."""
    court_order: Line | None = None
    """Number and court of a penetapan, where there is one."""
    photo_sha256: PhotoSha256 | None = None
    """The couple side by side (item ``pht.pasangan``)."""

    @model_validator(mode="after")
    def _in_the_order_of_life(self) -> Self:
        if self.registered_date < self.marriage_date:
            raise PydanticCustomError(
                "registered-before-marriage", "registered before the marriage"
            )
        if self.marriage_date <= max(self.husband.birth_date, self.wife.birth_date):
            raise PydanticCustomError("marriage-before-birth", "married before the birth")
        if self.husband.nik is not None and self.husband.nik == self.wife.nik:
            raise PydanticCustomError("spouses-share-nik", "both spouses have one NIK")
        return self

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from self.spouse_findings()
        if self.photo_sha256 is None:
            yield "photo-missing"
        for who, spouse in (("husband", self.husband), ("wife", self.wife)):
            if age_on(self.marriage_date, spouse.birth_date) < MARRIAGE_AGE:
                yield f"{who}:under-marriage-age"
        late = is_late(self.marriage_date, self.registered_date, days=REPORT_DAYS)
        if late:
            yield "marriage-registered-late"
        yield from self.number_findings("akta-perkawinan", checks, late=late)


class DivorceCertificateData(_CoupleData):
    """One divorce by a court (Perpres 96/2018 Ps 42-43)."""

    court: Line
    decision_number: Line
    decision_date: date
    """The day the decision became final."""
    marriage_certificate_number: CertificateNumber
    marriage_certificate_date: date | None = None
    marriage_certificate_place: Line | None = None

    @model_validator(mode="after")
    def _in_the_order_of_life(self) -> Self:
        if self.registered_date < self.decision_date:
            raise PydanticCustomError(
                "registered-before-decision", "registered before the court decided"
            )
        married = self.marriage_certificate_date
        if married is not None and self.decision_date < married:
            raise PydanticCustomError("divorce-before-marriage", "divorced before the marriage")
        return self

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from self.spouse_findings()
        late = is_late(self.decision_date, self.registered_date, days=REPORT_DAYS)
        if late:
            yield "divorce-registered-late"
        yield from self.number_findings("akta-perceraian", checks, late=late)


def age_on(day: date, born: date) -> int:
    """Whole years somebody has lived on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
