"""Reads what the Dukcapil NIK web service answers.

Errors come with status 200 and free text whose case, spacing and punctuation vary; so keys and text
are normalised before anything is read. Source of names, texts and codes: domain/rules.md 4.2.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from jamila_contracts.values import FieldVerdict
from jamila_runtime.errors import JamilaError
from jamila_runtime.outside import read_json
from siak_adapter.lookup import (
    Answer,
    Outcome,
    SiakConfigurationError,
    SiakQuotaExhaustedError,
    SiakRequestRefusedError,
    SiakUnreachableError,
)

Item = Mapping[str, Any]
Read = Callable[[Item], Iterable[FieldVerdict]]

ELEMENTS: Final = frozenset(
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
_FUZZY: Final = frozenset({"NAMA_LGKP", "NAMA_LGKP_IBU", "TMPT_LHR", "ALAMAT"})
YEAR_FIRST: Final = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
"""How the service writes a date; it reads the day first."""
_VERDICT: Final = re.compile(r"^(sesuai|tidak sesuai)(?:\s*\((\d{1,3})\))?$", re.IGNORECASE)
_TOP_SCORE: Final = 100

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


def answer_of(raw: bytes, read: Read) -> Answer:
    """Read what came back.

    Args:
        raw: The very bytes.
        read: Finds the verdicts in the first item.

    Raises:
        SiakUnreachableError: it is not an answer of the service.
    """
    item, quota_left = first_item(raw)
    verdicts = tuple(read(item))
    refusal = item.get("respon", item.get("response"))
    code = item.get("response_code")
    if refusal is None and code is None:
        if not verdicts:
            raise SiakUnreachableError("SIAK's answer holds no verdict")
        outcome = Outcome.OK
    else:
        outcome = _outcome(str(code or ""), folded(refusal or ""))
    return Answer(
        outcome=outcome,
        verdicts=verdicts,
        evidence_sha256=hashlib.sha256(raw).hexdigest(),
        quota_left=quota_left,
    )


def first_item(raw: bytes) -> tuple[dict[str, Any], int | None]:
    """The one item of an answer, keys folded, and the calls left where the service tells.

    Raises:
        SiakUnreachableError: it is not an answer of the service.
    """
    try:
        envelope = _lower_keys(read_json(raw))
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


def verdicts_in(item: Item) -> list[FieldVerdict]:
    """What the service itself says of each claim."""
    found = []
    for name, value in item.items():
        match = _VERDICT.match(folded(value)) if name.upper() in ELEMENTS else None
        if match is None:
            continue
        score = None if match[2] is None else min(int(match[2]), _TOP_SCORE)
        agrees = match[1] == "sesuai"
        found.append(
            FieldVerdict(field=name, verdict="sesuai" if agrees else "tidak-sesuai", score=score)
        )
    return found


def compared(item: Item, question: Mapping[str, str], threshold: int) -> list[FieldVerdict]:
    """Compare claims with what the service tells of the person (``CALL_NIK``), and keep none of it.

    Names, places and addresses by likeness, the rest exactly; a field the service does not tell is
    left out. The service's own score function is not published; this one gives 100 for equal text.
    """
    if "nik" not in item:
        return []
    found = []
    for element, claimed in question.items():
        held = item.get(element.lower())
        if held is None:
            continue
        if element in _FUZZY:
            score = round(SequenceMatcher(None, folded(claimed), folded(held)).ratio() * 100)
            agrees: bool = score >= threshold
        else:
            score, agrees = None, _exact(element, claimed) == _exact(element, held)
        verdict: Literal["sesuai", "tidak-sesuai"] = "sesuai" if agrees else "tidak-sesuai"
        found.append(FieldVerdict(field=element.lower(), verdict=verdict, score=score))
    return found


def _exact(element: str, value: object) -> str:
    text = folded(value)
    # The answer is YYYY-MM-DD although the question is DD-MM-YYYY.
    return YEAR_FIRST.sub(r"\3-\2-\1", text) if element == "TGL_LHR" else text


def _lower_keys(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {folded(key): value for key, value in mapping.items()}


def folded(text: object) -> str:
    """Text without the differences that do not count: form, case, spacing."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())
