"""What is wrong with templates before WhatsApp or a resident finds out; pure."""

import re
import string
from collections.abc import Iterator
from typing import Final

from jamila_contracts.sop import load_sop
from jamila_whatsapp.contents import (
    CAPTION_LENGTH,
    LIST_BUTTON_LENGTH,
    LIST_ROWS,
    ROW_TITLE_LENGTH,
    TEMPLATE_LENGTH,
    TEXT_LENGTH,
)
from notifier.templates import DOCUMENT, Template, TemplateBook, TemplateGapError

PLACEHOLDERS: Final = frozenset(
    {"layanan", "kode", "kekurangan", "alasan", "dokumen", "tautan", "pin", "sampai", "kode_ambil"}
)
SECRET: Final = frozenset({"tautan", "pin"})
"""Never in an approved template: those are kept and read by others."""
_FREE: Final = "GRATIS"
_NAME: Final = re.compile(r"^[a-z0-9_]{1,512}$")
_NUMBER: Final = re.compile(r"\{\{(\d+)\}\}")
_EDGE: Final = re.compile(r"^\W*\{\{\d+\}\}|\{\{\d+\}\}\W*$")
_ROOM: Final = 900
"""Characters that the values of a message may need."""


def faults(book: TemplateBook) -> list[str]:
    """Everything that is wrong, one line each; empty when the book is sound."""
    ids = [template.id for template in book.templates]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    found = [f"{each}: there are two of them" for each in twice]
    for template in book.templates:
        checks = (_words(template), _owner(template), _utility(template), _survey(template))
        found += [f"{template.id}: {fault}" for check in checks for fault in check]
    found += list(_same_name_other_words(book))
    return found


def _words(template: Template) -> Iterator[str]:
    named = {name for _, name, _, _ in string.Formatter().parse(template.text) if name}
    if named - PLACEHOLDERS:
        yield f"names unknown values: {sorted(named - PLACEHOLDERS)}"
    if _FREE not in template.text:
        yield "does not say that the service is free"
    most = CAPTION_LENGTH if template.id == DOCUMENT else TEXT_LENGTH
    if len(template.text) + _ROOM > most and len(template.text) > most // 2:
        yield f"may become longer than {most} characters"


def _owner(template: Template) -> Iterator[str]:
    roles = {step.capability for step in load_sop().steps}
    if template.owner not in roles:
        yield f"its owner {template.owner} is no capability of the SOP"


def _utility(template: Template) -> Iterator[str]:
    utility = template.utility
    if utility is None:
        return
    numbers = [int(each) for each in _NUMBER.findall(utility.body)]
    if sorted(set(numbers)) != list(range(1, len(utility.variables) + 1)):
        yield "the approved body does not number its values"
    if set(utility.variables) - PLACEHOLDERS:
        yield "the approved body names unknown values"
    if set(utility.variables) & SECRET:
        yield "the approved body would carry a secret"
    if _EDGE.search(utility.body):
        yield "the approved body begins or ends with a value, which WhatsApp refuses"
    if not _NAME.match(utility.name):
        yield "the approved name is not lower case, digits and underscores"
    if _FREE not in utility.body:
        yield "the approved body does not say that the service is free"
    if len(utility.body) > TEMPLATE_LENGTH // 2:
        yield f"the approved body may become longer than {TEMPLATE_LENGTH} characters"


def _survey(template: Template) -> Iterator[str]:
    survey = template.survey
    if survey is None:
        return
    if len(survey.button) > LIST_BUTTON_LENGTH:
        yield f"the button has more than {LIST_BUTTON_LENGTH} characters"
    if any(len(row.title) > ROW_TITLE_LENGTH for row in survey.rows):
        yield f"a row has more than {ROW_TITLE_LENGTH} characters"
    if len(survey.rows) > LIST_ROWS or {row.score for row in survey.rows} != {1, 2, 3, 4}:
        yield "the rows are not the four answers"


def _same_name_other_words(book: TemplateBook) -> Iterator[str]:
    bodies: dict[str, str] = {}
    for template in book.templates:
        utility = template.utility
        if utility and bodies.setdefault(utility.name, utility.body) != utility.body:
            yield f"{template.id}: {utility.name} has another body elsewhere"


def sound(book: TemplateBook) -> TemplateBook:
    """The same book, proved to be fit for sending.

    Raises:
        TemplateGapError: names everything that is wrong.
    """
    found = faults(book)
    if found:
        msg = f"{book.id}: {'; '.join(found)}"
        raise TemplateGapError(msg)
    return book
