"""Shows staff what applicants are told; the book itself is data of this service alone."""

from typing import Any

from jamila_contracts.commands import ListTemplates
from jamila_runtime.work import Work
from notifier.domain import CaseNotices
from notifier.templates import load_templates


def list_templates(_command: ListTemplates, _work: Work[CaseNotices]) -> dict[str, Any]:
    """The templates in use, and the events about which nobody is told, each with its reason."""
    book = load_templates()
    shown = {"id", "version", "about_event", "reason_prefix", "owner", "text", "utility"}
    return {
        "book": book.id,
        "templates": [each.model_dump(mode="json", include=shown) for each in book.templates],
        "silent": dict(book.silent),
    }
