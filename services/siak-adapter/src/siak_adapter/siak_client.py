"""Asks the Dukcapil NIK web service (``CALL_VERIFY_BY_ELEMEN``) over HTTP.

Errors come with status 200 and free text whose case, spacing and punctuation vary; so keys and text
are normalised before anything is read. Source of names, texts and codes: domain/rules.md 4.2.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from jamila_contracts.values import FieldVerdict
from jamila_runtime.errors import JamilaError
from siak_adapter.lookup import (
    Answer,
    ClaimsInvalidError,
    Outcome,
    SiakConfigurationError,
    SiakQuotaExhaustedError,
    SiakRequestRefusedError,
    SiakUnreachableError,
)

_METHOD: Final = "CALL_VERIFY_BY_ELEMEN"
_ELEMENTS: Final = frozenset(
    {
        "NIK",
        "NO_KK",
        "NAMA_LGKP",
        "TMPT_LHR",
        "TGL_LHR",
        "JENIS_KLMIN",
        "NAMA_LGKP_IBU",
        "ALAMAT",
        "NO_PROP",
        "NO_KAB",
        "NO_KEC",
        "NO_KEL",
    }
)
_VERDICT: Final = re.compile(r"^(sesuai|tidak sesuai)(?:\s*\((\d{1,3})\))?$", re.IGNORECASE)
_NIK: Final = re.compile(r"^[0-9]{16}$")
_YEAR_FIRST: Final = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_DAY_FIRST: Final = re.compile(r"^\d{2}-\d{2}-\d{4}$")
_FIELD: Final = re.compile(r"^[A-Z_]{1,40}$")
_TOP_SCORE: Final = 100
_SEX: Final = {"l": "Laki-Laki", "p": "Perempuan"}

_BY_CODE: Final = {
    "00": Outcome.OK,
    "08": Outcome.OTHER_FINAL,
    "11": Outcome.DECEASED,
    "12": Outcome.DUPLICATE,
    "13": Outcome.NOT_FOUND,
    "14": Outcome.INACTIVE,
    "15": Outcome.BAD_FORMAT,
}
# The first text that the answer contains decides: the special stands before the general.
_BY_TEXT: Final[tuple[tuple[str, Outcome | type[JamilaError]], ...]] = (
    ("kuota akses", SiakQuotaExhaustedError),
    ("login gagal", SiakConfigurationError),
    ("user id tidak aktif", SiakConfigurationError),
    ("instansi tidak aktif", SiakConfigurationError),
    ("user, password dan ip tidak boleh kosong", SiakConfigurationError),
    ("ip address tidak sesuai", SiakConfigurationError),
    ("ip client tidak terdaftar", SiakConfigurationError),
    ("ip tidak sesuai", SiakConfigurationError),
    ("parameter tidak lengkap", SiakRequestRefusedError),
    ("meninggal dunia", Outcome.DECEASED),
    ("data ganda", Outcome.DUPLICATE),
    ("non aktif", Outcome.INACTIVE),
    ("tidak sesuai format", Outcome.BAD_FORMAT),
    ("data tidak ditemukan", Outcome.NOT_FOUND),
    ("sukses", Outcome.OK),
)
_DETAIL: Final[dict[type[JamilaError], str]] = {
    SiakQuotaExhaustedError: "the calls of today are used up",
    SiakConfigurationError: "SIAK refuses the log-in, address or institution of this office",
    SiakRequestRefusedError: "SIAK finds the question incomplete or wrong",
}


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
    """Longest wait for one answer; the service takes 4 to 35 seconds."""


class SiakClient:
    """Compares claims with SIAK, one HTTP call each."""

    def __init__(self, access: SiakAccess, http: httpx.Client) -> None:
        self._access = access
        self._http = http

    def verify(self, claims: Mapping[str, str]) -> Answer:
        """Compare claims with the person of their NIK (see ``SiakLookup``)."""
        body = _question(claims) | {
            "TRESHOLD": str(self._access.threshold),
            "USER_ID": self._access.user,
            "PASSWORD": self._access.password,
            "IP_USER": self._access.registered_ip,
        }
        return _answer(self._post(body))

    def _post(self, body: dict[str, str]) -> bytes:
        access = self._access
        url = f"{access.base_url.rstrip('/')}/dukcapil/get_json/{access.institution}/{_METHOD}"
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
        element = _folded(name).upper()
        if element not in _ELEMENTS:
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
            text = _YEAR_FIRST.sub(r"\3-\2-\1", text)
            return text if _DAY_FIRST.match(text) else None
        case "JENIS_KLMIN":
            return _SEX.get(text.casefold(), text) or None
        case _:
            return text or None


def _answer(raw: bytes) -> Answer:
    """Read what came back.

    Raises:
        SiakUnreachableError: it is not an answer of the service.
    """
    item, quota_left = _first_item(raw)
    verdicts = tuple(_verdicts(item))
    refusal = item.get("respon", item.get("response"))
    code = item.get("response_code")
    if refusal is None and code is None:
        if not verdicts:
            raise SiakUnreachableError("SIAK's answer holds no verdict")
        outcome = Outcome.OK
    else:
        outcome = _outcome(str(code or ""), _folded(refusal or ""))
    return Answer(
        outcome=outcome,
        verdicts=verdicts,
        evidence_sha256=hashlib.sha256(raw).hexdigest(),
        quota_left=quota_left,
    )


def _first_item(raw: bytes) -> tuple[dict[str, Any], int | None]:
    try:
        envelope = _lower_keys(json.loads(raw))
        item = _lower_keys(envelope["content"][0])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise SiakUnreachableError("SIAK's answer is not of its form") from None
    quota = envelope.get("quotalimiter")
    return item, quota if isinstance(quota, int) else None


def _outcome(code: str, text: str) -> Outcome:
    by_text = next((meaning for part, meaning in _BY_TEXT if part in text), None)
    if isinstance(by_text, type):
        raise by_text(_DETAIL[by_text])
    known = _BY_CODE.get(code.zfill(2)) if code else None
    if known is None and by_text is None:
        raise SiakUnreachableError("SIAK answered something this version does not know")
    return known or by_text or Outcome.OTHER_FINAL


def _verdicts(item: Mapping[str, Any]) -> list[FieldVerdict]:
    found = []
    for name, value in item.items():
        match = _VERDICT.match(_folded(value)) if name.upper() in _ELEMENTS else None
        if match is None:
            continue
        score = None if match[2] is None else min(int(match[2]), _TOP_SCORE)
        agrees = match[1] == "sesuai"
        found.append(
            FieldVerdict(field=name, verdict="sesuai" if agrees else "tidak-sesuai", score=score)
        )
    return found


def _lower_keys(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {_folded(key): value for key, value in mapping.items()}


def _folded(text: object) -> str:
    """Text without the differences that do not count: form, case, spacing."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())
