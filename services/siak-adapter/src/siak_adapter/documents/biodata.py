"""Biodata penduduk: everything the register knows of one person, on one page."""

from collections.abc import Iterator
from datetime import date

from siak_adapter.documents.numbers import (
    Citizenship,
    Sex,
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
)


class BiodataData(Address):
    """Biodata of one resident (form of Permendagri 109/2019; fields of F-1.01)."""

    nik: Nik | None = None
    family_card_number: FamilyCardNumber | None = None
    name: Name
    birth_place: Line
    birth_date: date
    sex: Sex
    blood_type: Line | None = None
    religion: Line
    marital_status: Line
    relationship: Line
    disability: Line | None = None
    education: Line
    occupation: Line
    citizenship: Citizenship
    father_name: Name | None = None
    father_nik: Nik | None = None
    mother_name: Name | None = None
    mother_nik: Nik | None = None
    birth_certificate_number: CertificateNumber | None = None
    marriage_certificate_number: CertificateNumber | None = None
    marriage_date: date | None = None
    divorce_certificate_number: CertificateNumber | None = None
    divorce_date: date | None = None
    passport_number: Line | None = None
    passport_valid_until: date | None = None
    kitap_number: Line | None = None

    def findings(self, _checks: Checks) -> Iterator[str]:
        """What an officer should look at; see ``siak_adapter.documents.warnings``."""
        yield from nik_warnings(self.nik, birth_date=self.birth_date, sex=self.sex)
        if self.family_card_number is None:
            yield "family-card-number-missing"
        else:
            yield from family_card_number_warnings(self.family_card_number)
