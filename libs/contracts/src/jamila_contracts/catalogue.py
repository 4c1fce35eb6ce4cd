"""The services of the office as data: what a resident can ask for, and what each asks of him.

Also the one place for what residents call a service, a paper, and what is wrong with a paper.
Source: domain rules, section 1.5; ``data/katalog-awal.json``.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files

from pydantic import Field, model_validator

from jamila_contracts.model import Code, Fact
from jamila_contracts.values import ItemProblem

_WORD = re.compile(r"[^a-z0-9.\-]+")


class Item(Fact):
    """One thing a checklist may ask for."""

    id: Code
    label: str
    keywords: tuple[str, ...]


class ChecklistItem(Fact):
    """One line of the checklist of a service."""

    id: Code
    required: bool
    instead: tuple[Code, ...] = Field(default=(), alias="or")
    """Any of these answers the line too."""


class Service(Fact):
    """One service of the office."""

    id: Code
    label: str
    keywords: tuple[str, ...]
    items: tuple[ChecklistItem, ...]

    def missing(self, given: Collection[str | None]) -> tuple[str, ...]:
        """Required items that none of the given papers answers."""
        return tuple(
            line.id
            for line in self.items
            if line.required and not any(each in given for each in (line.id, *line.instead))
        )


class Catalogue(Fact):
    """All services and items; every checklist line names a known item."""

    id: Code
    items: tuple[Item, ...]
    services: tuple[Service, ...]
    problems: Mapping[str, str]
    """What is wrong with a paper, by reason code, as residents read it."""

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

    def service_label(self, service_id: str) -> str | None:
        """What residents call a service; None for one this catalogue does not know."""
        return next((each.label for each in self.services if each.id == service_id), None)

    def label_of(self, item_id: str) -> str:
        """What residents call an item; the id itself for one this catalogue does not know."""
        return next((item.label for item in self.items if item.id == item_id), item_id)

    def problem_line(self, problem: ItemProblem) -> str:
        """One paper that is asked for again, and why."""
        why = self.problems.get(problem.reason_code, problem.reason_code)
        return f"{self.label_of(problem.item_id)}: {why}"

    def service_in(self, text: str) -> Service | None:
        """The service a sentence speaks of: the longest keyword in it wins."""
        found = _longest(text, ((word, s) for s in self.services for word in s.keywords))
        return found if isinstance(found, Service) else None

    def service_named(self, text: str) -> Service | None:
        """The service of which the text is exactly a keyword."""
        plain = words_of(text)
        return next((each for each in self.services if plain in each.keywords), None)

    def item_in(self, text: str, service_id: str | None) -> str | None:
        """The item a caption or file name speaks of; with a service, only of its checklist."""
        of_service = None
        if service_id is not None:
            of_service = {line.id for line in self.service(service_id).items}
        candidates = [item for item in self.items if of_service is None or item.id in of_service]
        found = _longest(text, ((word, item) for item in candidates for word in item.keywords))
        return found.id if isinstance(found, Item) else None


def words_of(text: str) -> str:
    """Lower case, single spaces, no punctuation around words: what keywords are compared with."""
    parts = (word.strip(".-") for word in _WORD.split(text.casefold()))
    return " ".join(word for word in parts if word)


def _longest(text: str, candidates: Iterable[tuple[str, Item | Service]]) -> Item | Service | None:
    plain = f" {words_of(text)} "
    found = [(len(word), which) for word, which in candidates if f" {word} " in plain]
    return max(found, key=lambda each: each[0])[1] if found else None


@cache
def load_catalogue() -> Catalogue:
    """Read the catalogue that is shipped with the contracts.

    Raises:
        pydantic.ValidationError: the file is not a valid catalogue; no service starts with it.
    """
    path = files("jamila_contracts") / "data" / "katalog-awal.json"
    return Catalogue.model_validate_json(path.read_bytes())
