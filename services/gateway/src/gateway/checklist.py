"""What the office asks for in one very case, and which paper answers it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.answers import ChecklistLine
from jamila_contracts.catalogue import FIRST_CATALOGUE, Catalogue, ChecklistItem, load_catalogue
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_runtime.mongo import Document


def checklist_of(case: Document, facts: Mapping[str, str] | None) -> tuple[ChecklistLine, ...]:
    """The checklist of a case.

    Args:
        case: As the read model has it.
        facts: What the applicant was asked; they decide which lines stand.

    Returns:
        Required lines first; empty for a service the catalogue does not know.
    """
    catalogue = load_catalogue(case.get("catalogue_id") or FIRST_CATALOGUE)
    service = next((each for each in catalogue.services if each.id == case["service_id"]), None)
    if service is None:
        return ()
    known = _with_derived(catalogue, facts or {}, case["submitted_at"])
    again = _asked_again(case["returns"])
    lines = [
        _line(each, catalogue, case["papers"], again, ground=each.citation or service.citation)
        for each in service.checklist(known)
    ]
    return tuple(sorted(lines, key=lambda line: not line.required))


def _line(
    line: ChecklistItem,
    catalogue: Catalogue,
    papers: Sequence[Mapping[str, Any]],
    again: Mapping[str, str],
    *,
    ground: str,
) -> ChecklistLine:
    item = catalogue.item(line.id)
    return ChecklistLine(
        item_id=line.id,
        label=catalogue.label_of(line.id),
        short=item.title if item else line.id,
        required=line.required,
        instead=tuple(map(catalogue.label_of, line.instead)),
        original=item.original if item else "none",
        ground=catalogue.citations.get(ground, ""),
        local=line.local,
        papers=tuple(each["sha256"] for each in papers if line.is_answered_by((each["item_id"],))),
        asked_again=again.get(line.id),
    )


def _with_derived(
    catalogue: Catalogue, facts: Mapping[str, str], submitted_at: datetime | None
) -> Mapping[str, str]:
    if submitted_at is None:
        return facts
    return catalogue.with_derived(facts, submitted_at.astimezone(OFFICE_ZONE).date())


def _asked_again(returns: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What was wrong, by item, when the applicant was asked last."""
    asked = [each["problems"] for each in returns if each["to_step"] == 0]
    return {each["item_id"]: each["reason_code"] for each in asked[-1]} if asked else {}
