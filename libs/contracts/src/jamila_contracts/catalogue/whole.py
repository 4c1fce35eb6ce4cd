"""All services together, and what residents call a service, a paper, and what is wrong with one."""

from collections.abc import Mapping
from datetime import date

from pydantic import model_validator

from jamila_contracts.catalogue.facts import Derived, Facts, Question, holds
from jamila_contracts.catalogue.services import Group, Item, Service, Topic
from jamila_contracts.catalogue.words import longest, words_of
from jamila_contracts.model import Code, Fact
from jamila_contracts.values import ItemProblem

__all__ = ["Catalogue", "GeneralRule", "words_of"]


class GeneralRule(Fact):
    """A rule for all services, as residents may read it."""

    id: Code
    text: str
    citation: Code


class Catalogue(Fact):
    """All services and items; every checklist line names a known item."""

    id: Code
    title: str = ""
    effective_from: date | None = None
    items: tuple[Item, ...]
    services: tuple[Service, ...]
    problems: Mapping[str, str]
    """What is wrong with a paper, by reason code, as residents read it."""
    groups: tuple[Group, ...] = ()
    questions: tuple[Question, ...] = ()
    derived: tuple[Derived, ...] = ()
    rules: tuple[GeneralRule, ...] = ()
    citations: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _lines_name_known_items(self) -> "Catalogue":
        known = {item.id for item in self.items}
        named = {
            each for service in self.services for i in service.items for each in (i.id, *i.instead)
        }
        if named - known:
            msg = f"unknown items in checklists: {sorted(named - known)}"
            raise ValueError(msg)
        return self

    def service(self, service_id: str) -> Service:
        """The service of that id.

        Raises:
            LookupError: there is none; ids only ever come from this catalogue.
        """
        for service in self.services:
            if service.id == service_id:
                return service
        msg = f"no service {service_id} in {self.id}"
        raise LookupError(msg)

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id."""
        return next((each for each in self.topics if each.id == topic_id), None)

    def group(self, group_id: str) -> Group | None:
        """The group of that id."""
        return next((each for each in self.groups if each.id == group_id), None)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic of every group."""
        return tuple(topic for group in self.groups for topic in group.topics)

    def topic_of(self, service_id: str) -> Topic | None:
        """The first topic that leads to a service."""
        return next(
            (
                topic
                for topic in self.topics
                if any(each.service == service_id for each in topic.outcomes)
            ),
            None,
        )

    def question(self, question_id: str) -> Question:
        """The question of that id.

        Raises:
            LookupError: there is none; ids only ever come from this catalogue.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        msg = f"no question {question_id} in {self.id}"
        raise LookupError(msg)

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for item in self.items if item.id == item_id), None)

    def with_derived(self, facts: Facts, today: date) -> dict[str, str]:
        """The facts, and what follows from the dates among them."""
        known = {key: value for key, value in facts.items() if value}
        more = {
            each.id: each.value(known[each.of], today) for each in self.derived if each.of in known
        }
        return {**facts, **more}

    def relevant(self, topic: Topic, answers: Facts, today: date) -> dict[str, str]:
        """The answers that still count: an earlier one may have been changed since."""
        facts: dict[str, str] = {}
        for ask in topic.asks:
            value = answers.get(ask.question)
            is_offered = not ask.only or value in ask.only
            if (
                value is not None
                and is_offered
                and holds(ask.when, self.with_derived(facts, today))
            ):
                facts[ask.question] = value
        return facts

    def service_label(self, service_id: str) -> str | None:
        """What residents call a service; None for one this catalogue does not know."""
        return next((each.label for each in self.services if each.id == service_id), None)

    def label_of(self, item_id: str) -> str:
        """What residents call an item; the id itself for one this catalogue does not know."""
        found = self.item(item_id)
        return found.label if found else item_id

    def problem_line(self, problem: ItemProblem) -> str:
        """One paper that is asked for again, and why."""
        why = self.problems.get(problem.reason_code, problem.reason_code)
        return f"{self.label_of(problem.item_id)}: {why}"

    def service_in(self, text: str) -> Service | None:
        """The service a sentence speaks of: the longest keyword in it wins."""
        return longest(text, ((word, s) for s in self.services for word in s.keywords))

    def service_named(self, text: str) -> Service | None:
        """The service of which the text is exactly a keyword."""
        plain = words_of(text)
        return next((each for each in self.services if plain in each.keywords), None)

    def topic_in(self, text: str) -> Topic | None:
        """The topic a sentence speaks of."""
        return longest(text, ((word, t) for t in self.topics for word in t.keywords))

    def group_in(self, text: str) -> Group | None:
        """The group a sentence speaks of."""
        return longest(text, ((word, g) for g in self.groups for word in g.keywords))

    def item_in(self, text: str, service_id: str | None) -> str | None:
        """The item a caption or file name speaks of; with a service, only of its checklist."""
        of_service = None
        if service_id is not None:
            lines = self.service(service_id).items
            of_service = {each for line in lines for each in (line.id, *line.instead)}
        candidates = [item for item in self.items if of_service is None or item.id in of_service]
        found = longest(text, ((word, item) for item in candidates for word in item.all_keywords))
        return found.id if found else None
