"""What the page of a case shows besides, when the visitor has the task of steps 2 to 6 in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.answers import CaseView
from gateway.comparing import LABELS
from gateway.console import words_officers
from gateway.console.entry_form import EntryForm, forms_of
from gateway.console.pages import Visit
from gateway.routes import cases
from gateway.routes.comparison import Comparison, comparison
from gateway.routes.known import Known
from jamila_contracts.entry_fields import label_at
from jamila_contracts.sop import load_sop

_MATCH: Final = 2
_ENTER: Final = 3
_COMPARED: Final = frozenset({2, 3, 4, 5})
"""Steps whose officer looks at what SIAK said."""
_FIRST: Final = ("NIK", "NO_KK", "NAMA_LGKP", "TGL_LHR")
_PEOPLE: Final = (
    {"NIK": "nik-subjek", "NAMA_LGKP": "nama-subjek", "TGL_LHR": "tanggal-lahir-subjek"},
    {"NIK": "nik-almarhum", "NAMA_LGKP": "nama-almarhum"},
    {"NIK": "nik-ibu"},
    {"NIK": "nik-suami"},
    {"NIK": "nik-anak"},
)
"""Whom the answers of an applicant may be about; values of two people are never mixed."""


@dataclass(frozen=True)
class Claim:
    """One thing that the papers say and SIAK may be asked."""

    name: str
    label: str
    value: str
    is_first: bool
    """Asked in every case; the others where the office wants to."""


@dataclass(frozen=True)
class Work:
    """What a step needs besides the case."""

    kata: Any = words_officers
    comparison: Comparison | None = None
    claims: tuple[Claim, ...] = ()
    forms: tuple[EntryForm, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Fields of the documents that a reason may point to, with their names."""
    is_barred: bool = False
    """Four eyes: the visitor did what this step checks."""


async def work_of(visit: Visit, known: Known, case: CaseView) -> Work:
    """What the visitor needs; claims are opened (a recorded read) only for who has the task."""
    step = case.step
    if step is None:
        return Work()
    barred = _is_barred(visit, case, step)
    if case.taken_by != visit.account or step not in _COMPARED:
        return Work(is_barred=barred)
    said = await comparison(known, visit.identity, visit.door)
    found = said if said.outcome is not None else None
    if step in {_MATCH, _ENTER}:
        # What is compared and entered are the numbers themselves: a read of its own kind.
        case = await _whole(visit, known)
    return Work(
        comparison=found,
        claims=_claims(case, found) if step == _MATCH else (),
        forms=forms_of(case) if step == _ENTER else (),
        fields=_fields(case),
        is_barred=barred,
    )


async def _whole(visit: Visit, known: Known) -> CaseView:
    asked = visit.unconditional
    found = await cases.case(known, visit.identity, visit.door, asked, reveal=True)
    return CaseView.model_validate(found)


def _is_barred(visit: Visit, case: CaseView, step: int) -> bool:
    others = load_sop(case.sop_id).step(step).not_same_account_as
    return any(visit.account in case.workers.get(str(each), ()) for each in others)


def _claims(case: CaseView, said: Comparison | None) -> tuple[Claim, ...]:
    known = _asked_before(said) or _said_already(case.facts or {})
    return tuple(
        Claim(name.upper(), label, known.get(name.upper(), ""), name.upper() in _FIRST)
        for name, label in LABELS.items()
    )


def _asked_before(said: Comparison | None) -> dict[str, str]:
    return {} if said is None else {each.field.upper(): each.claimed for each in said.fields}


def _said_already(facts: Mapping[str, str]) -> dict[str, str]:
    person = next((each for each in _PEOPLE if facts.get(each["NIK"])), {})
    questions = {**person, "NO_KK": "no-kk"}
    return {name: facts[each] for name, each in questions.items() if facts.get(each)}


def _fields(case: CaseView) -> tuple[tuple[str, str], ...]:
    documents: Mapping[str, Any] = (case.data or {}).get("documents", {})
    return tuple(
        (f"{kind}.{name}", words_officers.field(f"{kind}.{name}") or label_at(kind, name))
        for kind, data in documents.items()
        for name in data
    )
