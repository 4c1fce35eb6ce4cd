"""What the contracts read: messages of a stream, and the files that an office may change."""

import json
from contextlib import suppress
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jamila_contracts.catalogue.loading import CatalogueDataError, merged
from jamila_contracts.envelope import EnvelopeError, EventMeta
from jamila_contracts.phone import read_phone
from jamila_contracts.sop import DEFAULT_SOP, Sop
from jamila_contracts.wire import MalformedEventError, Record, UnknownEventError
from jamila_testing.builders import happy_story
from jamila_testing.fuzz import bitten, fuzz, outside_json, spoiled

pytestmark = pytest.mark.fuzz

DATA = files("jamila_contracts") / "data"
STORY = happy_story("kasus-1").records
LAYERS = [
    json.loads((DATA / f"{name}.json").read_bytes())
    for name in ("katalog-nasional-2021-1", "katalog-balangan-2026-1")
]


@fuzz(150)
@given(headers=spoiled([record.meta.to_headers() for record in STORY]))
def test_any_headers_are_an_envelope_or_none(headers):
    headers = {name: str(said) for name, said in headers.items()}
    with suppress(EnvelopeError):
        assert EventMeta.from_headers(headers).case_id


@fuzz(200)
@given(data=st.data())
def test_any_body_is_an_event_or_malformed(data):
    record = data.draw(st.sampled_from(STORY))
    raw = data.draw(outside_json([record.data]))
    fault = None
    try:
        Record(record.meta, raw).event()
    except (MalformedEventError, UnknownEventError) as error:
        fault = str(error)
    # Told by place and kind: what stood there may be personal.
    assert "input_value" not in (fault or "")


@fuzz(60)
@given(raw=outside_json([(DATA / f"{DEFAULT_SOP}.json").read_bytes()]))
def test_any_file_is_an_sop_or_refused(raw):
    with suppress(ValidationError):
        assert Sop.model_validate_json(raw).total


@fuzz(12)
@given(data=st.data())
def test_any_layer_is_a_catalogue_or_refused(data):
    layers = list(LAYERS)
    place = data.draw(st.integers(0, 1))
    layers[place] = data.draw(spoiled([layers[place]]))
    with suppress(ValidationError, CatalogueDataError):
        assert merged(layers).services


@fuzz(100)
@given(
    said=st.text(max_size=20) | bitten([b"+62 812-3456-7890"]).map(lambda b: b.decode("latin-1"))
)
def test_any_words_are_a_number_to_dial_or_none(said):
    number, is_right = read_phone(said)
    assert number is None or (is_right and number.isdigit() and number.startswith("628"))
