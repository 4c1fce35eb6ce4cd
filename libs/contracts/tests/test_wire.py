"""What travels: envelope, body, and what is refused."""

from uuid import uuid4

import pytest

from jamila_contracts.commands import COMMANDS, TakeTask, command_subject
from jamila_contracts.envelope import Actor, EnvelopeError, EventMeta
from jamila_contracts.events import EVENTS, Dicetak, Diverifikasi
from jamila_contracts.wire import MalformedEventError, Record, UnknownEventError
from jamila_testing.builders import record


def test_an_envelope_survives_its_headers():
    meta = record(Diverifikasi).meta

    assert EventMeta.from_headers(meta.to_headers()) == meta


def test_whom_an_actor_stood_in_for_survives_the_headers():
    actor = Actor(account="kasi-2", capability="kabid", on_behalf_of="kabid-1")

    meta = record(Diverifikasi, actor=actor).meta

    assert EventMeta.from_headers(meta.to_headers()).actor == actor


@pytest.mark.parametrize("lost", ["ce-id", "ce-source", "ce-position", "traceparent"])
def test_a_message_without_a_header_of_ours_is_refused(lost):
    headers = record(Diverifikasi).meta.to_headers()
    del headers[lost]

    with pytest.raises(EnvelopeError, match=lost):
        EventMeta.from_headers(headers)


@pytest.mark.parametrize(
    ("header", "value"),
    [("ce-source", "review"), ("ce-position", "0"), ("ce-time", "2026-04-06T09:00:00")],
)
def test_a_header_that_is_not_of_its_form_is_refused(header, value):
    headers = record(Diverifikasi).meta.to_headers() | {header: value}

    with pytest.raises(EnvelopeError):
        EventMeta.from_headers(headers)


def test_a_subject_holds_tenant_case_and_event_and_nothing_else():
    meta = record(Diverifikasi).meta

    assert meta.subject == f"permohonan.6311.{meta.case_id}.Diverifikasi"


def test_an_event_of_a_newer_version_is_unknown():
    told = record(Diverifikasi)
    newer = Record(told.meta.model_copy(update={"schema_version": 2}), told.data)

    with pytest.raises(UnknownEventError, match="Diverifikasi v2"):
        newer.event()


def test_an_event_of_another_name_is_unknown():
    told = record(Diverifikasi)
    other = Record(told.meta.model_copy(update={"type": "Disulap"}), told.data)

    with pytest.raises(UnknownEventError, match="Disulap v1"):
        other.event()


def test_a_malformed_body_is_refused_without_repeating_what_it_says():
    told = record(Dicetak)
    secret = "Rahmah binti Contoh"
    body = told.data.replace(b'"hvs-a4"', f'"{secret}"'.encode())

    with pytest.raises(MalformedEventError, match="medium: literal_error") as refusal:
        Record(told.meta, body).event()

    assert secret not in str(refusal.value)


def test_a_system_actor_names_its_service():
    assert Actor.system("intake").account == "system:intake"


def test_the_subject_of_a_command_names_service_and_command():
    assert command_subject("review", TakeTask.__name__) == "perintah.review.TakeTask"


def test_bases_are_neither_events_nor_commands():
    assert not {"IntegrationEvent", "StepEvent", "TaskEvent"} & EVENTS.keys()
    assert not {"Command", "TaskCommand"} & COMMANDS.keys()


def test_a_fact_cannot_be_changed():
    told = record(Diverifikasi).event()

    with pytest.raises(ValueError, match="frozen"):
        told.case_id = uuid4()
