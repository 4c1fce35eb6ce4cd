"""Items, checklists, services, and the two levels of the menu that lead to them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import Field, PositiveInt, model_validator

from jamila_contracts.catalogue.facts import Ask, Facts, Test, holds
from jamila_contracts.model import Code, Fact

DOCUMENT_KINDS: Final = (
    "kartu-keluarga",
    "akta-kelahiran",
    "akta-kematian",
    "akta-perkawinan",
    "akta-perceraian",
    "akta-pengakuan-anak",
    "akta-pengesahan-anak",
    "ktp-el",
    "kia",
    "biodata",
)
"""What a service may bring; the codes of ``DraftDibuat.documents``."""

ItemKind = Literal["form", "document", "photo", "statement", "presence"]


class Item(Fact):
    """One thing a checklist may ask for."""

    id: Code
    label: str
    keywords: tuple[str, ...]
    kind: ItemKind = "document"
    original: Literal["show", "take", "none"] = "show"
    """Is the original shown at the office, handed in, or of no interest?"""
    short: str = ""
    """The label where 24 characters have to do."""
    help: str = ""
    """Where a resident gets it, or what it is."""
    obsolete: tuple[str, ...] = ()
    """Codes of forms that this one replaced: understood, never asked for."""

    @property
    def title(self) -> str:
        """The label for a row of a list."""
        return self.short or self.label

    @property
    def all_keywords(self) -> tuple[str, ...]:
        """What a caption may call it, old form codes included."""
        return (*self.keywords, *self.obsolete)


class ChecklistItem(Fact):
    """One line of the checklist of a service."""

    id: Code
    required: bool
    instead: tuple[Code, ...] = Field(default=(), alias="or")
    """Any of these answers the line too."""
    when: tuple[Test, ...] = ()
    """Only under these conditions."""
    citation: Code = ""
    """Why it is asked; empty: as the service."""
    local: bool = False
    """Added by the office, beyond the national rules."""

    def is_answered_by(self, given: Collection[str | None]) -> bool:
        """Is one of the papers what this line asks for?"""
        return any(each in given for each in (self.id, *self.instead))


class OutputDocument(Fact):
    """One document that comes of an application."""

    kind: Code
    when: tuple[Test, ...] = ()


class Deadline(Fact):
    """Within how many days an event has to be reported; being late never costs money here."""

    days: PositiveInt
    of: Code
    """The question that brings the date of the event."""
    citation: Code


class CertificateModel(Fact):
    """Which of the four models a birth certificate follows."""

    value: Code
    when: tuple[Test, ...] = ()


class Service(Fact):
    """One service of the office."""

    id: Code
    label: str
    keywords: tuple[str, ...] = ()
    items: tuple[ChecklistItem, ...] = ()
    delivery: Literal["full", "intake", "visit"] = "full"
    """Can it be finished without a visit, only taken in by WhatsApp, or is presence needed?"""
    documents: tuple[OutputDocument, ...] = ()
    deadline: Deadline | None = None
    models: tuple[CertificateModel, ...] = ()
    citation: Code = ""
    certainty: Literal["certain", "likely", "guess"] = "certain"
    """How sure the checklist is; what is not certain the office has to confirm."""

    def checklist(self, facts: Facts) -> tuple[ChecklistItem, ...]:
        """The lines that stand for a case with these facts."""
        return tuple(line for line in self.items if holds(line.when, facts))

    def missing(self, given: Collection[str | None], facts: Facts | None = None) -> tuple[str, ...]:
        """Required items that none of the given papers answers."""
        return tuple(
            line.id
            for line in self.checklist(facts or {})
            if line.required and not line.is_answered_by(given)
        )

    def documents_for(self, facts: Facts) -> tuple[str, ...]:
        """Kinds of the documents that come of a case with these facts."""
        return tuple(each.kind for each in self.documents if holds(each.when, facts))

    def model_for(self, facts: Facts) -> str | None:
        """The model of the birth certificate; None where there is none."""
        return next((each.value for each in self.models if holds(each.when, facts)), None)

    def is_late(self, facts: Facts, today: date) -> bool:
        """Is the event reported later than the law wants?"""
        if self.deadline is None or self.deadline.of not in facts:
            return False
        since = date.fromisoformat(facts[self.deadline.of])
        return today - since > timedelta(days=self.deadline.days)


class Outcome(Fact):
    """Where the answers lead: to a service, to another topic, or to a word of advice."""

    service: Code | None = None
    topic: Code | None = None
    advice: str | None = None
    when: tuple[Test, ...] = ()

    @model_validator(mode="after")
    def _leads_to_one_place(self) -> "Outcome":
        if sum(each is not None for each in (self.service, self.topic, self.advice)) != 1:
            msg = "an outcome is one of service, topic and advice"
            raise ValueError(msg)
        return self


class Topic(Fact):
    """One row of the second menu: a wish in the words of residents."""

    id: Code
    label: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    """The first one whose conditions hold."""
    identity: tuple[Code, ...] = ()
    """Facts that together say whose document it is; guards against applying twice."""

    def next_ask(self, facts: Facts) -> Ask | None:
        """The first question that is still open; a skipped one has the empty fact."""
        open_asks = (ask for ask in self.asks if ask.question not in facts)
        return next((ask for ask in open_asks if holds(ask.when, facts)), None)

    def detour(self, facts: Facts) -> Outcome | None:
        """Where the facts lead already, so that no further question makes sense."""
        elsewhere = (each for each in self.outcomes if each.service is None and each.when)
        return next((each for each in elsewhere if holds(each.when, facts)), None)

    def outcome(self, facts: Facts) -> Outcome | None:
        """Where all the facts lead."""
        return next((each for each in self.outcomes if holds(each.when, facts)), None)


class Group(Fact):
    """One row of the first menu: a kind of document of the SOP."""

    id: Code
    label: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = Field(min_length=1)
