"""Whoever opens a service reads at once what it hears and what it says."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from jamila_contracts.events import TaskEvent

ROOT = Path(__file__).parents[2]
SERVICES = ("intake", "siak-adapter", "review", "signing", "printing", "notifier", "public")


def package_of(service):
    return "public_page" if service == "public" else service.replace("-", "_")


def words_of(service):
    text = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
    return set(re.findall(r"\w+", text))


@pytest.mark.parametrize("service", SERVICES)
def test_the_readme_of_a_service_names_the_events_it_hears(handlers_of, service):
    heard = {event.__name__ for event in handlers_of(package_of(service)).events}

    assert heard - words_of(service) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_the_readme_of_a_service_names_the_events_it_says(service):
    outbox = import_module(f"{package_of(service)}.outbox")
    # What every stage says about its tasks stands once, on the page of all events.
    said = {
        event.__name__
        for event in outbox.PUBLICATIONS.published.values()
        if not issubclass(event, TaskEvent)
    }

    assert said - words_of(service) == set()
