"""The notes of officers in the returns of a case: where they are sealed, how they come back."""

from collections.abc import Mapping, Sequence
from typing import Any

from jamila_runtime.mongo import Document


def notes_in(returns: Sequence[Document]) -> dict[str, str]:
    """Every sealed note, by its place."""
    return {
        _place(number, index): reason["note"]
        for number, each in enumerate(returns)
        for index, reason in enumerate(each.get("reasons", ()))
        if reason["note"] is not None
    }


def with_notes(returns: Sequence[Document], plain: Mapping[str, Any]) -> list[Document]:
    """The returns with the notes that were opened; a note that was not opened is left out."""
    return [
        {
            **each,
            "reasons": [
                {**reason, "note": plain.get(_place(number, index))}
                for index, reason in enumerate(each.get("reasons", ()))
            ],
        }
        for number, each in enumerate(returns)
    ]


def _place(number: int, index: int) -> str:
    return f"note-{number}-{index}"
