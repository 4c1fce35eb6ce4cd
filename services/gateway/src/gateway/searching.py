"""What somebody who types into the search box means. Pure.

Only what may stand in an address is understood here: a receipt code, the id of a case, words of a
service. Numbers of people are refused, so that nobody gets used to them in an address.
"""

import re
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from gateway.lists import CaseFilter, SearchedBy
from jamila_contracts.catalogue import catalogue_ids, load_catalogue, words_of
from jamila_runtime.errors import DomainError

_APART: Final = re.compile(r"[\s.·-]+")
_RECEIPT: Final = re.compile(r"[A-Z0-9]{8,16}", re.ASCII)
_PERSONAL: Final = re.compile(r"\+?[\d\s().-]{9,}", re.ASCII)
_LEAST_WORD: Final = 3


class PersonalSearchError(DomainError):
    """Looks like a number of a person; such a search is asked for in a body and recorded."""

    slug = "search-personal"


@dataclass(frozen=True)
class Understood:
    """What was meant, and the cases it is about; None: about none."""

    by: SearchedBy
    cases: CaseFilter | None


def understand(text: str, asked: CaseFilter) -> Understood:
    """Read what was typed.

    Args:
        text: As it was typed: in any case, with spaces or dashes.
        asked: What else was chosen.

    Raises:
        PersonalSearchError: it looks like a phone number or a NIK.
    """
    plain = text.strip()
    case_id = _case_id(plain)
    if case_id is not None:
        return Understood("case-id", replace(asked, case_id=case_id))
    if _PERSONAL.fullmatch(plain):
        raise PersonalSearchError("search for numbers of people with POST")
    services = _services(plain)
    if services:
        return Understood("service", replace(asked, service_ids=services))
    code = _APART.sub("", plain).upper()
    if _RECEIPT.fullmatch(code):
        return Understood("receipt-code", replace(asked, receipt_code=code))
    return Understood("nothing", None)


def _case_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _services(text: str) -> tuple[str, ...]:
    """The services in whose name all of these words stand."""
    words = words_of(text).split()
    if not any(len(word) >= _LEAST_WORD for word in words):
        return ()
    # Of every catalogue: a case keeps the one it began with.
    found = (
        service.id
        for catalogue_id in catalogue_ids()
        for service in load_catalogue(catalogue_id).services
        if all(word in words_of(f"{service.id} {service.label}") for word in words)
    )
    return tuple(dict.fromkeys(found))
