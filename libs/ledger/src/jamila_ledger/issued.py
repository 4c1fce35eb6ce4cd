"""The signed documents of a case and whether they still hold. Pure.

Facts about one document come from several services, so its end may be heard before its beginning;
a withdrawal outweighs a replacement, whichever is heard first.
"""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from jamila_contracts import events as e
from jamila_contracts.model import Code, Fact

End = Literal["dicabut", "digantikan"]


class IssuedDocument(Fact):
    """One signed document, known by the code behind its QR."""

    code: str
    kind: Code | None = None
    """None: only its end is known as yet."""
    signed_sha256: str | None = None
    signed_at: AwareDatetime | None = None
    ended: End | None = None
    """None: it holds."""
    ended_at: AwareDatetime | None = None
    replaced_by: str | None = None
    """Code of the document that holds in its place."""


Issued = tuple[IssuedDocument, ...]


def issue(issued: Issued, documents: tuple[e.SignedDocument, ...], at: datetime) -> Issued:
    """Documents were signed."""
    for document in documents:
        signed = {
            "kind": document.kind,
            "signed_sha256": document.signed_sha256,
            "signed_at": at,
        }
        issued = _with(issued, _of(issued, document.code).model_copy(update=signed))
    return issued


def end(issued: Issued, event: e.DokumenDicabut | e.DokumenDigantikan) -> Issued:
    """A document holds no longer."""
    document = _of(issued, event.code)
    if isinstance(event, e.DokumenDigantikan):
        document = document.model_copy(update={"replaced_by": event.replaced_by})
        ended: End = "digantikan"
    else:
        ended = "dicabut"
    if document.ended != "dicabut":
        document = document.model_copy(update={"ended": ended, "ended_at": event.occurred_at})
    return _with(issued, document)


def _of(issued: Issued, code: str) -> IssuedDocument:
    return next((each for each in issued if each.code == code), IssuedDocument(code=code))


def _with(issued: Issued, document: IssuedDocument) -> Issued:
    others = [each for each in issued if each.code != document.code]
    return tuple(sorted([*others, document], key=lambda each: each.code))
