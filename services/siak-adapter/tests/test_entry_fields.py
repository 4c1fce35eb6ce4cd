"""The description from which forms are drawn says what the models of the documents ask for."""

from datetime import date, time
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from jamila_contracts.entry_fields import ENTRY_FIELDS, EntryField, label_at
from siak_adapter.documents import MODELS

KINDS_OF = {int: {"number"}, date: {"date"}, time: {"time"}}
TEXTS = {"text", "nik", "no-kk", "digits", "photo"}


def bare(annotation: Any) -> Any:
    """The type without None and without constraints."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(each for each in get_args(annotation) if each is not NoneType)
        else:
            return annotation


def compared(fields: tuple[EntryField, ...], model: type[BaseModel]) -> list[str]:
    """Where description and model differ."""
    described = {each.name: each for each in fields}
    found = [f"{name}: only here or there" for name in described.keys() ^ model.model_fields.keys()]
    for name in described.keys() & model.model_fields.keys():
        field, known = described[name], model.model_fields[name]
        if field.required is not known.is_required():
            found.append(f"{name}: required")
        found += [f"{name}: {each}" for each in differences(field, bare(known.annotation))]
    return found


def differences(field: EntryField, known: Any) -> list[str]:
    if get_origin(known) is tuple:
        return ["kind"] * (field.kind != "rows") + compared(field.fields, get_args(known)[0])
    if issubclass(known, StrEnum):
        values = {value for value, _ in field.choices}
        return ["choices"] * (field.kind != "choice" or values != {each.value for each in known})
    if issubclass(known, BaseModel):
        return ["kind"] * (field.kind != "group") + compared(field.fields, known)
    return ["kind"] * (field.kind not in KINDS_OF.get(known, TEXTS))


@pytest.mark.parametrize("kind", list(MODELS))
def test_the_description_is_what_the_model_asks_for(kind: Any) -> None:
    assert compared(ENTRY_FIELDS[kind.value], MODELS[kind]) == []


def test_every_kind_that_can_be_made_is_described_and_no_other() -> None:
    assert set(ENTRY_FIELDS) == {kind.value for kind in MODELS}


def test_a_difference_would_be_found() -> None:
    model = MODELS[next(iter(MODELS))]

    assert compared((EntryField("name", "Nama"),), model)


def test_a_place_has_a_name_that_people_read() -> None:
    assert label_at("kartu-keluarga", "members.0.name") == "Anggota keluarga 1: Nama"
    assert label_at("akta-perkawinan", "husband.nik") == "Suami: NIK"
    assert label_at("kia", "baru") == "baru"
