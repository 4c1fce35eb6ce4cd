"""Asks the Dukcapil NIK web service (``CALL_VERIFY_BY_ELEMEN`` or ``CALL_NIK``) over HTTP."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal

import httpx

from siak_adapter.lookup import Answer, ClaimsInvalidError, SiakUnreachableError
from siak_adapter.siak_answers import (
    ELEMENTS,
    YEAR_FIRST,
    answer_of,
    compared,
    first_item,
    folded,
    verdicts_in,
)

Method = Literal["CALL_VERIFY_BY_ELEMEN", "CALL_NIK"]
ANSWER_BYTES: Final = 1_048_576
"""Far more than the service ever says about one person."""
_NIK: Final = re.compile(r"^[0-9]{16}$")
_DAY_FIRST: Final = re.compile(r"^\d{2}-\d{2}-\d{4}$")
_FIELD: Final = re.compile(r"^[A-Z_]{1,40}$")
_SEX: Final = {"l": "Laki-Laki", "p": "Perempuan"}


@dataclass(frozen=True)
class SiakAccess:
    """How this office reaches the web service."""

    base_url: str
    """Up to and without ``/dukcapil``."""
    institution: str
    user: str
    password: str = field(repr=False)
    registered_ip: str
    """The address of this office that the ministry registered."""
    threshold: int
    """Lowest score, 1 to 100, at which names, places and addresses agree."""
    timeout: timedelta
    """Longest wait for one whole answer; the service takes 4 to 35 seconds."""
    method: Method = "CALL_VERIFY_BY_ELEMEN"
    """``CALL_NIK``: the service tells what it holds, which is compared here and then dropped."""


class SiakClient:
    """Compares claims with SIAK, one HTTP call each."""

    def __init__(self, access: SiakAccess, http: httpx.Client) -> None:
        self._access = access
        self._http = http

    def verify(self, claims: Mapping[str, str]) -> Answer:
        """Compare claims with the person of their NIK (see ``SiakLookup``)."""
        question, access = _question(claims), self._access
        login = {
            "USER_ID": access.user,
            "PASSWORD": access.password,
            "IP_USER": access.registered_ip,
        }
        if access.method == "CALL_NIK":
            raw = self._post({"NIK": question["NIK"], **login})
            return answer_of(raw, lambda item: compared(item, question, access.threshold))
        raw = self._post({**question, "TRESHOLD": str(access.threshold), **login})
        return answer_of(raw, verdicts_in)

    def knock(self) -> None:
        """Find out whether the service answers (see ``SiakLookup``).

        A question without a log-in is refused before it is counted.
        """
        first_item(self._post({"USER_ID": "", "PASSWORD": "", "IP_USER": ""}))

    def _post(self, body: dict[str, str]) -> bytes:
        access = self._access
        path = f"dukcapil/get_json/{access.institution}/{access.method}"
        url = f"{access.base_url.rstrip('/')}/{path}"
        try:
            response = self._http.post(url, json=body, timeout=access.timeout.total_seconds())
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Only the kind of fault: the message of the library may hold the address.
            raise SiakUnreachableError(f"SIAK: {type(error).__name__}") from error
        if response.status_code != httpx.codes.OK:
            raise SiakUnreachableError(f"SIAK answered {response.status_code}")
        return response.content


def _question(claims: Mapping[str, str]) -> dict[str, str]:
    """Write claims the way the service reads them."""
    question: dict[str, str] = {}
    faults: list[str] = []
    for name, value in claims.items():
        element = folded(name).upper()
        if element not in ELEMENTS:
            faults.append(f"{element if _FIELD.match(element) else 'name'}:unknown")
            continue
        text = _wording(element, value)
        if text is None:
            faults.append(f"{element}:malformed")
        else:
            question[element] = text
    if "NIK" not in question and not any(fault.startswith("NIK:") for fault in faults):
        faults.append("NIK:missing")
    if faults:
        raise ClaimsInvalidError(*faults)
    return question


def _wording(element: str, value: object) -> str | None:
    """The claimed value in the service's own wording; None when it cannot be one."""
    text = " ".join(unicodedata.normalize("NFKC", str(value)).split())
    match element:
        case "NIK" | "NO_KK":
            return text if _NIK.match(text) else None
        case "TGL_LHR":
            # The comparison wants DD-MM-YYYY although the same service answers YYYY-MM-DD.
            text = YEAR_FIRST.sub(r"\3-\2-\1", text)
            return text if _DAY_FIRST.match(text) else None
        case "JENIS_KLMIN":
            return _SEX.get(text.casefold(), text) or None
        case _:
            return text or None
