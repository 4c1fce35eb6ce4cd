"""The form of step 3: from a description of fields to what was typed, and back. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from gateway.answers import CaseView
from gateway.console.doing import text_in, texts_in
from jamila_contracts.catalogue.services import DOCUMENT_KINDS
from jamila_contracts.entry_fields import ENTRY_FIELDS, EntryField

PREFIX: Final = "isi"
_CHOSEN: Final = "jenis"
_FACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "akta-kelahiran": {"child_name": "nama-anak", "birth_date": "tanggal-lahir-anak"},
    "akta-kematian": {
        "name": "nama-almarhum",
        "nik": "nik-almarhum",
        "death_date": "tanggal-meninggal",
    },
    "akta-perkawinan": {"marriage_date": "tanggal-kawin"},
    "akta-perceraian": {"decision_date": "tanggal-putusan"},
    "kartu-keluarga": {"family_card_number": "no-kk"},
    "ktp-el": {"name": "nama-subjek", "nik": "nik-subjek", "birth_date": "tanggal-lahir-subjek"},
    "kia": {
        "name": "nama-anak",
        "nik": "nik-anak",
        "birth_date": "tanggal-lahir-anak",
        "family_card_number": "no-kk",
    },
    "biodata": {"name": "nama-subjek", "birth_date": "tanggal-lahir-subjek"},
}
"""What the applicant said already: field to question. Only what is about the very same thing."""


@dataclass(frozen=True)
class EntryForm:
    """The form of one document."""

    kind: str
    fields: tuple[EntryField, ...]
    data: Mapping[str, Any]
    """What stands in it at first."""
    chosen: bool
    """Will be made."""


def forms_of(case: CaseView) -> tuple[EntryForm, ...]:
    """One form per document that should come of a case, filled with what is known."""
    before: Mapping[str, Any] = (case.data or {}).get("documents", {})
    kinds = tuple(dict.fromkeys((*case.expected_documents, *before))) or DOCUMENT_KINDS
    wanted = frozenset(before) or frozenset(case.expected_documents)
    return tuple(
        EntryForm(
            kind=kind,
            fields=ENTRY_FIELDS[kind],
            data=before.get(kind) or _said_already(kind, case),
            chosen=kind in wanted,
        )
        for kind in kinds
        if kind in ENTRY_FIELDS
    )


def entry_in(form: FormData) -> dict[str, Any]:
    """What was typed: ``{kind: data}`` of the documents that were chosen; blanks are left out."""
    chosen = [kind for kind in texts_in(form, _CHOSEN) if kind in ENTRY_FIELDS]
    return {kind: _values(form, ENTRY_FIELDS[kind], f"{PREFIX}.{kind}") for kind in chosen}


def _said_already(kind: str, case: CaseView) -> dict[str, Any]:
    facts: Mapping[str, str] = case.facts or {}
    asked = _FACTS.get(kind, {})
    known = {field: facts[question] for field, question in asked.items() if facts.get(question)}
    if kind == "akta-kelahiran" and case.model_akta:
        known["model"] = case.model_akta
    return known


def _values(form: FormData, fields: Iterable[EntryField], place: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        value = _value(form, field, f"{place}.{field.name}")
        if value not in (None, {}, []):
            found[field.name] = value
    return found


def _value(form: FormData, field: EntryField, name: str) -> Any:
    match field.kind:
        case "group":
            return _values(form, field.fields, name)
        case "rows":
            rows = (_values(form, field.fields, f"{name}.{each}") for each in _rows(form, name))
            return [row for row in rows if row]
        case "number":
            text = text_in(form, name)
            return int(text) if text.isascii() and text.isdigit() else text or None
        case _:
            return text_in(form, name) or None


def _rows(form: FormData, name: str) -> list[int]:
    """The numbers of the rows of a field, in order."""
    start = f"{name}."
    numbers = {each[len(start) :].partition(".")[0] for each in form if each.startswith(start)}
    return sorted(int(each) for each in numbers if each.isascii() and each.isdigit())
