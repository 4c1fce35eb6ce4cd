"""What officers wrote on a case, as reasons and as notes: where it is sealed, how it comes back."""

from collections.abc import Mapping, Sequence
from typing import Any

from jamila_runtime.mongo import Document


def written_on(case: Document) -> dict[str, str]:
    """Every sealed text, by its place."""
    reasons = {
        _place(number, index): reason["note"]
        for number, each in enumerate(case["returns"])
        for index, reason in enumerate(each.get("reasons", ()))
        if reason["note"] is not None
    }
    return reasons | {_note(number): each["text"] for number, each in enumerate(_notes(case))}


def with_texts(case: Document, plain: Mapping[str, Any]) -> dict[str, list[Document]]:
    """Returns and notes with the texts that were opened; what was not opened is left out."""
    return {
        "returns": [_return(number, each, plain) for number, each in enumerate(case["returns"])],
        "notes": [
            {**each, "text": plain.get(_note(number))} for number, each in enumerate(_notes(case))
        ],
    }


def _return(number: int, told: Document, plain: Mapping[str, Any]) -> Document:
    reasons = [
        {**reason, "note": plain.get(_place(number, index))}
        for index, reason in enumerate(told.get("reasons", ()))
    ]
    return {**told, "reasons": reasons}


def _notes(case: Document) -> Sequence[Document]:
    # A read model that was made before there were notes has none.
    found: Sequence[Document] = case.get("notes", ())
    return found


def _place(number: int, index: int) -> str:
    return f"reason-{number}-{index}"


def _note(number: int) -> str:
    return f"note-{number}"
