from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from jamila_runtime.logs import hide_personal
from jamila_runtime.mapper import AnnotatedMapper
from jamila_runtime.stage import TugasDiambil
from jamila_runtime.tracing import child_of, new_trace, trace_id


def test_a_child_span_stays_in_its_trace():
    parent = new_trace()
    child = child_of(parent)
    assert trace_id(child) == trace_id(parent)
    assert child != parent


@given(st.text())
def test_a_broken_trace_context_starts_a_new_trace(text):
    assert len(child_of(text)) == 55


@pytest.mark.parametrize(
    "text", ["NIK 6311994102000001 salah", "hubungi 081234567890", "dari +6281234567890."]
)
def test_what_looks_personal_is_blanked_in_logs(text):
    assert "[hidden]" in hide_personal(None, "info", {"event": text})["event"]


def test_ids_and_numbers_stay_in_logs():
    line = {"event": "case done", "case_id": str(UUID(int=2**127 + 5)), "took": 12}
    assert hide_personal(None, "info", line) == line


def test_a_stored_event_that_cannot_be_read_is_named_without_its_content():
    broken = StoredEvent(uuid4(), 1, TugasDiambil.TOPIC, b'{"step": "6311994102000001"}')
    mapper = AnnotatedMapper(transcoder=None)
    with pytest.raises(MapperDeserialisationError) as caught:
        mapper.to_domain_event(broken)
    assert "6311994102000001" not in str(caught.value)
    with pytest.raises(MapperDeserialisationError):
        mapper.to_domain_event(replace(broken, state=b"not json"))
