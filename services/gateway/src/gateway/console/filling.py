"""What is written down for somebody at the counter, and what has still to be asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from jamila_contracts.catalogue import (
    ChecklistItem,
    Choice,
    Facts,
    Question,
    Service,
    Topic,
    holds,
    load_catalogue,
    read_answer,
)

_PRESENCE: Final = "presence"


@dataclass(frozen=True)
class Field:
    """A question of the page, and what was answered."""

    question: Question
    options: tuple[Choice, ...]
    """What may be chosen; none for what has to be typed."""
    said: str
    value: str | None
    fault: str | None
    """Code of why what was said is no answer."""


@dataclass(frozen=True)
class Line:
    """A line of the checklist of this case."""

    item_id: str
    label: str
    help: str
    others: tuple[str, ...]
    """What may be shown instead."""
    required: bool
    is_presence: bool
    """Nothing to be uploaded: somebody has to come."""
    is_given: bool


@dataclass(frozen=True)
class Filled:
    """A topic as far as it is answered: the questions whose conditions hold, in their order."""

    topic: Topic
    answers: Mapping[str, str]
    today: date

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The questions to show now."""
        catalogue, known = load_catalogue(), dict[str, str]()
        shown = []
        for each in self.topic.asks:
            if not holds(each.when, catalogue.with_derived(known, self.today)):
                continue
            question = catalogue.question(each.question)
            options = tuple(o for o in question.options if not each.only or o.value in each.only)
            said = self.answers.get(each.question, "").strip()
            answer = read_answer(question, said, today=self.today, only=each.only)
            value, fault = (answer.value, answer.fault) if said else (None, None)
            if value:
                known[each.question] = value
            shown.append(Field(question, options, said, value or None, fault))
        return tuple(shown)

    @cached_property
    def facts(self) -> dict[str, str]:
        """What is known, as it is handed in."""
        return {each.question.id: each.value for each in self.fields if each.value}

    @cached_property
    def known(self) -> Facts:
        """What is known, and what follows from it."""
        return load_catalogue().with_derived(self.facts, self.today)

    @property
    def is_answered(self) -> bool:
        """Nothing is open, and nothing is wrong."""
        return all(each.value or (each.question.optional and not each.said) for each in self.fields)

    @property
    def advice(self) -> str | None:
        """Why this is not the way, if the answers lead elsewhere."""
        found = self.topic.detour(self.known)
        if found is None:
            return None
        other = load_catalogue().topic(found.topic or "")
        return found.advice or (f"Pilih urusan: {other.label}." if other else None)

    @cached_property
    def service(self) -> Service | None:
        """What it comes to, once everything is answered."""
        found = self.topic.outcome(self.known) if self.is_answered and not self.advice else None
        return load_catalogue().service(found.service) if found and found.service else None

    def checklist(self, given: frozenset[str]) -> tuple[Line, ...]:
        """What this case has to bring."""
        lines = self.service.checklist(self.known) if self.service else ()
        return tuple(_line(each, given) for each in lines)


def _line(line: ChecklistItem, given: frozenset[str]) -> Line:
    catalogue = load_catalogue()
    item = catalogue.item(line.id)
    return Line(
        item_id=line.id,
        label=catalogue.label_of(line.id),
        help=item.help if item else "",
        others=tuple(catalogue.label_of(each) for each in line.instead),
        required=line.required,
        is_presence=item is not None and item.kind == _PRESENCE,
        is_given=line.is_answered_by(given),
    )
