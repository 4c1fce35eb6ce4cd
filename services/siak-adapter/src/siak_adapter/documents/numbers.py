"""NIK, No. KK and akta numbers: SIAK mints them, here they are only looked at."""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from siak_adapter.documents.values import WOMAN_DAY_OFFSET, CertificateCodes, Checks

CURRENT_CERTIFICATE_NUMBER: Final = re.compile(r"^\d{4}-(?P<code>[A-Z]{2,3})-(?P<day>\d{8})-\d{4}$")
"""Akta numbers minted by SIAK today; older ones are free text of at most 50 characters."""

NATIONAL_CODES: Final[CertificateCodes] = {
    "akta-kelahiran": ("LU",),
    "akta-kelahiran-terlambat": ("LT",),
    "akta-kematian": ("KM",),
    "akta-perkawinan": ("KW",),
    "akta-perceraian": ("CR",),
    "akta-pengakuan-anak": (),
    "akta-pengesahan-anak": (),
}
"""Known letters per register. Those of pengakuan and pengesahan are not published; the office
fills them in by setting. Source: domain rules 2.2."""


class Sex(StrEnum):
    """Sex as SIAK codes it."""

    MALE = "L"
    FEMALE = "P"


class Citizenship(StrEnum):
    """Citizenship as printed on the documents."""

    INDONESIAN = "WNI"
    FOREIGN = "WNA"


def nik_warnings(nik: str | None, *, birth_date: date, sex: Sex | None) -> list[str]:
    """List where a NIK disagrees with the person.

    SIAK keeps a NIK when date of birth or sex are corrected later, so this refuses nothing.

    Returns:
        Slugs ``nik-missing``, ``nik-differs-from-birth-date`` and ``nik-differs-from-sex``.
    """
    if nik is None:
        return ["nik-missing"]
    day = int(nik[6:8])
    woman = day > WOMAN_DAY_OFFSET
    written = f"{day - WOMAN_DAY_OFFSET if woman else day:02d}{nik[8:12]}"
    found = []
    if written != birth_date.strftime("%d%m%y"):
        found.append("nik-differs-from-birth-date")
    if sex is not None and woman != (sex is Sex.FEMALE):
        found.append("nik-differs-from-sex")
    return found


def family_card_number_warnings(number: str) -> list[str]:
    """List what is odd about a No. KK; its structure is not published, so nothing is refused.

    Returns:
        Slugs ``family-card-number-odd-date`` and ``family-card-number-odd-serial``.
    """
    found = []
    if not (1 <= int(number[6:8]) <= 31 and 1 <= int(number[8:10]) <= 12):  # noqa: PLR2004  # calendar
        found.append("family-card-number-odd-date")
    if number.endswith("0000"):
        found.append("family-card-number-odd-serial")
    return found


def certificate_number_warnings(
    number: str, *, register: str, registered: date, checks: Checks
) -> list[str]:
    """List where an akta number disagrees with what it is the number of.

    Args:
        number: As SIAK returned it.
        register: Key of the code table.
        registered: Day of registration.
        checks: Holds the code table.

    Returns:
        Slugs ``certificate-number-legacy-format``, ``certificate-code-unexpected`` and
        ``certificate-number-differs-from-date``.
    """
    current = CURRENT_CERTIFICATE_NUMBER.match(number)
    if current is None:
        return ["certificate-number-legacy-format"]
    found = []
    expected = checks.codes.get(register, ())
    if expected and current["code"] not in expected:
        found.append("certificate-code-unexpected")
    if current["day"] != registered.strftime("%d%m%Y"):
        found.append("certificate-number-differs-from-date")
    return found
