"""Every way through the questions of a topic: what lint, tests and examples walk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jamila_contracts.catalogue.facts import Ask, Question
from jamila_contracts.catalogue.services import Outcome, Topic
from jamila_contracts.catalogue.whole import Catalogue

_TODAY: Final = date(2026, 6, 15)
_YEAR_DAYS: Final = 366
_EXAMPLES: Final = {
    "nik": "6311990101000001",
    "no-kk": "6311990202100001",
    "name": "AHMAD CONTOH",
    "text": "X1234567",
}
"""Nobody: kecamatan 99 does not exist."""


@dataclass(frozen=True)
class Way:
    """One way to the end of a topic."""

    facts: dict[str, str]
    """With what follows from the dates."""
    answers: dict[str, str]
    """Only what was asked, in the order it was asked."""
    outcome: Outcome | None


def ways(catalogue: Catalogue, topic: Topic, *, today: date = _TODAY) -> Iterator[Way]:
    """All ways through a topic, with one example for whatever is typed."""
    yield from _from(catalogue, topic, {}, today)


def _from(
    catalogue: Catalogue, topic: Topic, answers: dict[str, str], today: date
) -> Iterator[Way]:
    facts = catalogue.with_derived(answers, today)
    detour = topic.detour(facts)
    ask = None if detour else topic.next_ask(facts)
    if ask is None:
        yield Way(facts, answers, detour or topic.outcome(facts))
        return
    for value in _values(catalogue, ask, today):
        yield from _from(catalogue, topic, {**answers, ask.question: value}, today)


def _values(catalogue: Catalogue, ask: Ask, today: date) -> list[str]:
    question: Question = catalogue.question(ask.question)
    if question.options:
        return [each.value for each in question.options if not ask.only or each.value in ask.only]
    if question.kind == "date":
        return [(today - ago).isoformat() for ago in _telling_ages(catalogue, ask.question)]
    return [_EXAMPLES.get(question.kind, "-")]


def _telling_ages(catalogue: Catalogue, question_id: str) -> list[timedelta]:
    """Today, and an age beyond every bound that is drawn on this date."""
    days = [0]
    for derived in catalogue.derived:
        if derived.of == question_id:
            unit = 1 if derived.unit == "days" else _YEAR_DAYS
            days += [band.below * unit for band in derived.bands if band.below]
    days += [
        service.deadline.days + 1
        for service in catalogue.services
        if service.deadline and service.deadline.of == question_id
    ]
    return [timedelta(days=each) for each in sorted(set(days))]
