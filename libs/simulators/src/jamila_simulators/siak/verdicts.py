"""How the NIK web service compares claimed values with the register.

The service answers ``Sesuai`` or ``Tidak Sesuai`` per element; names, places and addresses carry a
score. The true score function is not published; the ratio used here gives 100 for equal text and
falls with every differing letter, which is what the callers depend on.
"""

import re
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from jamila_simulators.residents import Resident

FUZZY: Final = ("NAMA_LGKP", "NAMA_LGKP_IBU", "TMPT_LHR", "ALAMAT")
EXACT: Final = ("NO_KK", "JENIS_KLMIN", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")

_CLAIMED_DATE = re.compile(r"^\d{2}-\d{2}-\d{4}$")


def verdicts(
    resident: Resident, claims: dict[str, str], *, record: dict[str, str | int], threshold: int
) -> dict[str, str]:
    """Judge every claimed element.

    Args:
        resident: The person the NIK belongs to.
        claims: Upper-case element name to claimed value; ``TGL_LHR`` as DD-MM-YYYY.
        record: The values the register holds, as ``CALL_NIK`` would return them.
        threshold: Lowest score, 1 to 100, at which a fuzzy element agrees.

    Returns:
        Element name to ``Sesuai``, ``Tidak Sesuai`` or either with a score in brackets.
    """
    found = {"NIK": "Sesuai"}
    for element in (*EXACT, *FUZZY, "TGL_LHR"):
        if element not in claims:
            continue
        claimed = claims[element]
        if element == "TGL_LHR":
            found[element] = _verdict(agrees=_same_date(claimed, resident))
        elif element in FUZZY:
            score = similarity(claimed, str(record[element]))
            found[element] = f"{_verdict(agrees=score >= threshold)} ({score})"
        else:
            agrees = _folded(claimed) == _folded(str(record[element]))
            found[element] = _verdict(agrees=agrees)
    return found


def similarity(claimed: str, held: str) -> int:
    """Likeness of two texts, 0 to 100; letter case and repeated spaces do not count."""
    return round(SequenceMatcher(None, _folded(claimed), _folded(held)).ratio() * 100)


def _verdict(*, agrees: bool) -> str:
    return "Sesuai" if agrees else "Tidak Sesuai"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _same_date(claimed: str, resident: Resident) -> bool:
    # The service reads DD-MM-YYYY here although CALL_NIK answers YYYY-MM-DD; another order is
    # a difference, not an error.
    if not _CLAIMED_DATE.match(claimed):
        return False
    try:
        return datetime.strptime(claimed + " +0000", "%d-%m-%Y %z").date() == resident.birth_date
    except ValueError:
        return False
