"""Silence is an error: whatever one service records, another one hears."""

from importlib import import_module
from unittest.mock import Mock

import pytest

from jamila_contracts.commands import COMMANDS, TaskCommand
from jamila_contracts.events import EVENTS, TaskEvent
from jamila_contracts.publish import recorder_of
from jamila_contracts.sop import load_sop
from jamila_ledger import privacy
from jamila_ledger.recording import Recorder
from jamila_ledger.timers_application import HEARD, PUBLICATIONS
from jamila_runtime.streams import ALL_EVENTS

STAGES = ("intake", "siak_adapter", "review", "signing", "printing")
SERVICES = (*STAGES, "notifier", "public_page")
STEPS = load_sop().steps


def package_of(service):
    return "public_page" if service == "public" else service.replace("-", "_")


def published_by(package):
    return set(import_module(f"{package}.outbox").PUBLICATIONS.published.values())


def ways_on():
    """Every event the SOP names, with the service that records it and the one that goes on."""
    for step in STEPS:
        for name in step.done_by:
            if step.number < len(STEPS):
                yield name, step.service, STEPS[step.number].service
        for name, target in step.returned_by.items():
            yield name, step.service, STEPS[target - 1].service


@pytest.mark.parametrize(
    ("event", "service"), [(event, to) for event, of, to in ways_on() if of != to]
)
def test_the_stage_that_goes_on_hears_the_event(handlers_of, event, service):
    assert EVENTS[event] in handlers_of(package_of(service)).events


@pytest.mark.parametrize("package", STAGES)
def test_every_stage_hears_that_an_application_is_cancelled(handlers_of, package):
    hears = EVENTS["PermohonanDibatalkan"] in handlers_of(package).events

    assert hears or recorder_of(EVENTS["PermohonanDibatalkan"]) == package


@pytest.mark.parametrize("package", STAGES)
def test_a_stage_hears_nothing_that_nobody_records(handlers_of, package):
    deaf = [each.__name__ for each in handlers_of(package).events if recorder_of(each) is None]

    assert deaf == []


@pytest.mark.parametrize("package", SERVICES)
def test_a_service_records_exactly_the_events_it_is_named_for(package):
    named = {event for event in EVENTS.values() if package_of(recorder_of(event) or "-") == package}

    assert {each for each in published_by(package) if not issubclass(each, TaskEvent)} == named


@pytest.mark.parametrize("package", STAGES)
def test_a_stage_records_the_tasks_of_its_steps(package):
    tasks = {
        EVENTS[name] for name in ("TugasDiambil", "TugasDilepas", "JedaDimulai", "JedaSelesai")
    }

    assert tasks <= published_by(package)


@pytest.mark.parametrize("package", SERVICES)
def test_a_stage_answers_exactly_the_commands_addressed_to_it(handlers_of, package):
    addressed = {each for each in COMMANDS.values() if package_of(each.SERVICE) == package}
    answered = {each for each in handlers_of(package).commands if not issubclass(each, TaskCommand)}

    assert answered == addressed


def test_every_command_is_addressed_to_a_stage():
    addressed = {package_of(each.SERVICE) for each in COMMANDS.values()} - {"*"}

    assert addressed <= {*SERVICES, "sla", "privacy", "ops"}


def test_the_alarms_record_exactly_the_events_they_are_named_for():
    named = {event for event in EVENTS.values() if recorder_of(event) == "sla"}

    assert set(PUBLICATIONS.published.values()) - tasks() == named


def test_the_privacy_service_records_exactly_the_events_it_is_named_for():
    named = {event for event in EVENTS.values() if recorder_of(event) == "privacy"}

    assert set(privacy.PUBLICATIONS.published.values()) - tasks() == named


def test_the_alarms_hear_everything_that_opens_or_closes_a_step():
    moving = {EVENTS[name] for name, *_ in ways_on()}

    assert moving <= set(HEARD)


def tasks():
    names = ("TugasDiambil", "TugasDilepas", "JedaDimulai", "JedaSelesai")
    return {EVENTS[name] for name in names}


class SubjectsOnly:
    """In place of a broker: remembers what somebody wants to hear."""

    def __init__(self):
        self.subjects = []

    def subscriber(self, subject, **_):
        self.subjects.append(subject)
        return lambda function: function


def test_the_ledger_hears_the_subject_of_every_event():
    broker = SubjectsOnly()

    Recorder(Mock(), Mock(), Mock(), on_appended=lambda: None).subscribe(broker, inbox="_INBOX")

    for event in EVENTS.values():
        assert any(matches(event.SUBJECT, by=each) for each in broker.subjects)
        assert matches(event.SUBJECT, by=ALL_EVENTS)


def matches(subject, *, by):
    """Whether a NATS subject pattern takes every subject of another one."""
    wide, narrow = by.split("."), subject.split(".")
    if wide[-1] == ">":
        wide, narrow = wide[:-1], narrow[: len(wide) - 1]
    return len(wide) == len(narrow) and all(
        token in ("*", other) for token, other in zip(wide, narrow, strict=True)
    )
