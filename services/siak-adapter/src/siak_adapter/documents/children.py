"""Kutipan akta pengakuan anak and kutipan akta pengesahan anak."""

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from siak_adapter.documents.certificates import CertificateData
from siak_adapter.documents.numbers import Sex, nik_warnings
from siak_adapter.documents.values import CertificateNumber, Checks, Line, Name, Nik


class _ChildOfData(CertificateData):
    """A child whose birth is registered already, and both parents."""

    child_name: Name
    child_nik: Nik | None = None
    child_sex: Sex
    birth_place: Line
    birth_date: date
    birth_certificate_number: CertificateNumber
    birth_certificate_date: date
    birth_certificate_place: Line
    """The office that registered the birth."""
    father_name: Name
    father_nik: Nik | None = None
    mother_name: Name
    mother_nik: Nik | None = None
    religious_marriage_date: date | None = None
    court_order_number: Line | None = None
    court_order_date: date | None = None
    court: Line | None = None

    @model_validator(mode="after")
    def _in_the_order_of_life(self) -> Self:
        if self.birth_certificate_date < self.birth_date:
            raise PydanticCustomError("registered-before-birth", "registered before the birth")
        if self.registered_date < self.birth_certificate_date:
            raise PydanticCustomError(
                "registered-before-birth-certificate", "registered before the birth certificate"
            )
        order = (self.court_order_number, self.court_order_date, self.court)
        if any(part is not None for part in order) and None in order:
            raise PydanticCustomError(
                "court-order-incomplete", "a court order has a number, a day and a court"
            )
        if self.court_order_number is None and self.religious_marriage_date is None:
            raise PydanticCustomError(
                "child-without-basis", "neither a religious marriage nor a court order is named"
            )
        return self

    def child_findings(self) -> Iterator[str]:
        """What is odd about the child or the dates."""
        yield from nik_warnings(self.child_nik, birth_date=self.birth_date, sex=self.child_sex)
        married = self.religious_marriage_date
        if self.court_order_number is None and married is not None and married > self.birth_date:
            # Such a child needs a penetapan. Source: domain rules 1.5, AKU and SAH.
            yield "religious-marriage-after-birth"


class RecognitionData(_ChildOfData):
    """A father recognises a child with the mother's consent (Perpres 96/2018 Ps 49)."""

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from self.child_findings()
        yield from self.number_findings("akta-pengakuan-anak", checks, late=False)


class LegitimationData(_ChildOfData):
    """The parents married by state law after the birth (Perpres 96/2018 Ps 50-52)."""

    marriage_certificate_number: CertificateNumber
    marriage_certificate_date: date

    @model_validator(mode="after")
    def _marriage_is_registered_first(self) -> Self:
        if self.registered_date < self.marriage_certificate_date:
            raise PydanticCustomError(
                "registered-before-marriage", "registered before the marriage"
            )
        return self

    def findings(self, checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from self.child_findings()
        yield from self.number_findings("akta-pengesahan-anak", checks, late=False)
