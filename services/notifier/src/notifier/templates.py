"""What residents are told about which event: versioned data, checked for gaps at the start.

Silence is a decision here as well: an event is either told or listed as silent with its reason.
"""

import string
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import model_validator

from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.events import EVENTS
from jamila_contracts.model import Code, Fact
from jamila_contracts.values import ItemProblem

CURRENT = "templates-2026-1"
_PLACEHOLDERS = frozenset({"layanan", "kode", "kekurangan", "alasan"})
_FREE = "GRATIS"


class TemplateGapError(ValueError):
    """An event is neither told nor listed as silent, or both; the service must not start."""


class Utility(Fact):
    """The approved WhatsApp template that says the same outside the 24-hour window."""

    name: str
    variables: tuple[str, ...]


class Template(Fact):
    """One message to the resident."""

    id: Code
    about_event: str
    reason_prefix: str | None = None
    """Only for events whose ``reason_code`` begins so."""
    text: str
    utility: Utility | None
    """None: not worth a paid message; outside the window the resident asks STATUS."""

    @model_validator(mode="after")
    def _is_sound(self) -> "Template":
        named = {name for _, name, _, _ in string.Formatter().parse(self.text) if name}
        named |= set(self.utility.variables if self.utility else ())
        if named - _PLACEHOLDERS:
            msg = f"template {self.id} names unknown values: {sorted(named - _PLACEHOLDERS)}"
            raise ValueError(msg)
        if _FREE not in self.text:
            msg = f"template {self.id} does not say that the service is free"
            raise ValueError(msg)
        return self


class Words(Fact):
    """Indonesian words for codes that the catalogue of services does not have."""

    reasons: Mapping[str, str]
    any_service: str
    any_reason: str


class TemplateBook(Fact):
    """All templates of one version."""

    id: Code
    templates: tuple[Template, ...]
    silent: Mapping[str, str]
    words: Words

    def check_complete(self, events: Collection[str]) -> None:
        """Make sure that every event of the contracts is either told or silent.

        Raises:
            TemplateGapError: names the events in question.
        """
        told = {template.about_event for template in self.templates}
        gaps = (set(events) ^ (told | set(self.silent))) | (told & set(self.silent))
        if gaps:
            msg = f"{self.id}: neither told nor silent, or both, or unknown: {sorted(gaps)}"
            raise TemplateGapError(msg)

    def template(self, template_id: str) -> Template:
        """The template of that id; ids in stored events stay in every later version.

        Raises:
            LookupError: it was taken out of the data file.
        """
        for template in self.templates:
            if template.id == template_id:
                return template
        msg = f"no template {template_id} in {self.id}"
        raise LookupError(msg)

    def about(self, event_name: str, reason_code: str | None) -> Template | None:
        """The template for an event; None if the resident is not told."""
        for template in self.templates:
            prefix = template.reason_prefix
            fits = prefix is None or (reason_code or "").startswith(prefix)
            if template.about_event == event_name and fits:
                return template
        return None

    def service(self, service_id: str) -> str:
        """What residents call a service."""
        return load_catalogue().service_label(service_id) or self.words.any_service

    def reason(self, reason_code: str) -> str:
        """A reason in words."""
        return self.words.reasons.get(reason_code, self.words.any_reason)

    def problems(self, problems: Sequence[ItemProblem]) -> tuple[str, ...]:
        """What is missing, one line each."""
        return tuple(map(load_catalogue().problem_line, problems))


def free_form(template: Template, values: Mapping[str, str | Sequence[str]]) -> str:
    """The text inside the 24-hour window; lists become lines."""
    shown = {
        name: value if isinstance(value, str) else "\n".join(f"- {line}" for line in value)
        for name, value in values.items()
    }
    return template.text.format_map(shown)


def utility_values(utility: Utility, values: Mapping[str, str | Sequence[str]]) -> list[str]:
    """The variables of the approved template; WhatsApp allows no line breaks in them."""
    shown = (values[name] for name in utility.variables)
    return [value if isinstance(value, str) else "; ".join(value) for value in shown]


@cache
def load_templates(version: str = CURRENT) -> TemplateBook:
    """Read a version of the templates and check that it tells or silences every event.

    Raises:
        TemplateGapError: an event was forgotten.
        pydantic.ValidationError: the file is not valid.
    """
    path = files("notifier") / "data" / f"{version}.json"
    book = TemplateBook.model_validate_json(path.read_bytes())
    book.check_complete(EVENTS)
    return book
