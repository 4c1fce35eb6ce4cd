"""The services of the office as data: what a resident can ask for, and what each asks of him.

National rules and what the office adds to them lie in ``data/``; a case keeps the catalogue it
began with. Source: domain rules, section 1.
"""

from jamila_contracts.catalogue.answers import ANSWER_FAULTS, read_answer
from jamila_contracts.catalogue.facts import (
    Choice,
    Facts,
    Question,
    Test,
    holds,
)
from jamila_contracts.catalogue.loading import (
    DEFAULT_CATALOGUE,
    FIRST_CATALOGUE,
    CatalogueReference,
    catalogue_ids,
    catalogue_of,
    catalogue_reference,
    load_catalogue,
)
from jamila_contracts.catalogue.services import (
    DOCUMENT_KINDS,
    ChecklistItem,
    Group,
    Item,
    Outcome,
    Service,
    Topic,
)
from jamila_contracts.catalogue.whole import Catalogue, words_of

__all__ = [
    "ANSWER_FAULTS",
    "DEFAULT_CATALOGUE",
    "DOCUMENT_KINDS",
    "FIRST_CATALOGUE",
    "Catalogue",
    "CatalogueReference",
    "ChecklistItem",
    "Choice",
    "Facts",
    "Group",
    "Item",
    "Outcome",
    "Question",
    "Service",
    "Test",
    "Topic",
    "catalogue_ids",
    "catalogue_of",
    "catalogue_reference",
    "holds",
    "load_catalogue",
    "read_answer",
    "words_of",
]
