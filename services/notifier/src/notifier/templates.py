"""What residents are told about which event: versioned data, checked for gaps at the start.

Silence is a decision here as well: an event is either told or listed as silent with its reason.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import Field, PositiveInt

from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.events import EVENTS
from jamila_contracts.model import Code, Fact
from jamila_contracts.sop import Sop, load_sop
from jamila_contracts.values import ItemProblem

CURRENT: Final = "templates-2026-2"
MUST_TELL: Final = frozenset(
    {
        "PermohonanDiajukan",
        "BerkasDiterima",
        "BerkasTidakLengkap",
        "Dicetak",
        "Diserahkan",
        "TidakDiambil",
        "PermohonanDibatalkan",
        "JedaDimulai",
        "TerdampakGangguan",
        "GangguanSelesai",
        "SlaTerlampaui",
        "DokumenDicabut",
    }
)
"""What may never become silent: each changes what the applicant has to do or to expect."""
LINK: Final = "softcopy_tautan"
PIN: Final = "softcopy_pin"
DOCUMENT: Final = "softcopy_dokumen"
ASK_TO_WRITE: Final = "softcopy_menunggu"
REMINDER: Final = "softcopy_diingatkan"
NOT_FETCHED: Final = "belum_diunduh"
NOTHING_TO_SEND: Final = "kirim_ulang_belum"
JUST_SENT: Final = "kirim_ulang_baru_saja"
TOO_OFTEN: Final = "kirim_ulang_terlalu_sering"
SORRY: Final = "survei_mohon_maaf"
BY_HAND: Final = "softcopy_manual"
NAMED: Final = (
    LINK,
    PIN,
    DOCUMENT,
    ASK_TO_WRITE,
    REMINDER,
    NOT_FETCHED,
    NOTHING_TO_SEND,
    JUST_SENT,
    TOO_OFTEN,
    SORRY,
    BY_HAND,
)
"""Templates that the code asks for by name."""

CARRY_DOCUMENTS: Final = frozenset({LINK, PIN, DOCUMENT, ASK_TO_WRITE})
"""By hand one message takes the place of all these, with the documents themselves."""

_VALUE_LENGTH: Final = 600
_SPACES: Final = re.compile(r"\s+")


class TemplateGapError(ValueError):
    """An event is neither told nor listed as silent, or both; the service must not start."""


class Utility(Fact):
    """The approved WhatsApp template that says the same outside the 24-hour window."""

    name: str
    variables: tuple[str, ...]
    body: str
    """As it was handed in for approval."""


class SurveyRow(Fact):
    """One answer."""

    score: int = Field(ge=1, le=4)
    title: str


class Survey(Fact):
    """The question of satisfaction below a message."""

    item: Code
    button: str
    rows: tuple[SurveyRow, ...]


class Template(Fact):
    """One message to the resident."""

    id: Code
    version: PositiveInt
    about_event: str
    variant: Code | None = None
    """Not the usual message about the event; the code asks for it by name."""
    reason_prefix: str | None = None
    """Only for events whose ``reason_code`` begins so."""
    channel: Literal["whatsapp"] = "whatsapp"
    owner: Code
    """Whose capability it is to reach the resident when the message cannot."""
    is_fleeting: bool = False
    """Of no use any more once something newer can be told."""
    text: str
    utility: Utility | None
    """None: not worth a paid message; outside the window the resident asks STATUS."""
    survey: Survey | None = None


class Words(Fact):
    """Indonesian words for codes that the catalogue of services does not have."""

    reasons: Mapping[str, str]
    documents: Mapping[str, str]
    any_service: str
    any_reason: str
    any_document: str


class TemplateBook(Fact):
    """All templates of one version."""

    id: Code
    templates: tuple[Template, ...]
    silent: Mapping[str, str]
    words: Words

    def check_complete(self, events: Collection[str], sop: Sop) -> None:
        """Make sure that every event and every way of the SOP is either told or silent.

        Raises:
            TemplateGapError: names the events in question.
        """
        told = {each.about_event for each in self.templates}
        always = {
            each.about_event
            for each in self.templates
            if each.variant is None and each.reason_prefix is None
        }
        conditional = {each.about_event for each in self.templates if each.reason_prefix}
        gaps = (set(events) ^ (told | set(self.silent))) | (told & set(self.silent))
        gaps |= set(_ways_of(sop)) - told - set(self.silent)
        gaps |= MUST_TELL - always - conditional
        gaps |= set(NAMED) - {each.id for each in self.templates}
        gaps |= {event for event, reason in self.silent.items() if not reason.strip()}
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

    def about(self, event_name: str, reason_code: str | None = None) -> Template | None:
        """The usual template for an event; None if the resident is not told."""
        for template in self.templates:
            prefix = template.reason_prefix
            fits = prefix is None or (reason_code or "").startswith(prefix)
            if template.about_event == event_name and template.variant is None and fits:
                return template
        return None

    def service(self, service_id: str) -> str:
        """What residents call a service."""
        return load_catalogue().service_label(service_id) or self.words.any_service

    def reason(self, reason_code: str) -> str:
        """A reason in words."""
        return self.words.reasons.get(reason_code, self.words.any_reason)

    def document(self, kind: str) -> str:
        """What residents call a document."""
        return self.words.documents.get(kind, self.words.any_document)

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
    lines = (value if isinstance(value, str) else "; ".join(value) for value in shown)
    return [_short(_SPACES.sub(" ", line).strip()) for line in lines]


def _short(value: str) -> str:
    # The whole body may have 1024 characters, and nobody reads more on a phone.
    return value if len(value) <= _VALUE_LENGTH else value[: _VALUE_LENGTH - 1].rstrip() + "…"


def _ways_of(sop: Sop) -> Iterator[str]:
    for step in sop.steps:
        yield from step.done_by
        yield from step.returned_by


@cache
def load_templates(version: str = CURRENT) -> TemplateBook:
    """Read a version of the templates and check that it tells or silences every event.

    Raises:
        TemplateGapError: an event was forgotten.
        pydantic.ValidationError: the file is not valid.
    """
    book = read_templates(version)
    book.check_complete(EVENTS, load_sop())
    return book


def read_templates(version: str = CURRENT) -> TemplateBook:
    """Read a version of the templates as it is."""
    path = files("notifier") / "data" / f"{version}.json"
    return TemplateBook.model_validate_json(path.read_bytes())
