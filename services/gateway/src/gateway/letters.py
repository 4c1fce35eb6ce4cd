"""From the case as the read model has it to what a letter says. Pure.

Errors::

    DomainError
    ├── LetterNotPossibleError     the case is not where such a letter can be made
    └── LettersNotConfiguredError  nobody said where the public page is
"""

from typing import Any, Final

from jamila_contracts.catalogue import Catalogue
from jamila_ledger.wording import CHANNELS, DOCUMENTS
from jamila_pdf.letters import HandOverRow, Receipt, ReturnedPaper, ReturnLetter
from jamila_runtime.errors import DomainError
from jamila_runtime.mongo import Document

_TO_APPLICANT: Final = 0
_HAND_OVER: Final = 8
_REFERENCE_LETTERS: Final = 4


class LetterNotPossibleError(DomainError):
    """Nothing was received yet, nothing was returned, or nothing is ready to be handed over."""

    slug = "letter-not-possible"


class LettersNotConfiguredError(DomainError):
    """Letters carry the address of the public page."""

    slug = "letters-not-configured"


def receipt_of(case: Document, catalogue: Catalogue) -> Receipt:
    """The tanda terima of a case.

    Raises:
        LetterNotPossibleError: the application was not submitted yet.
    """
    if not case["receipt_code"] or not case["submitted_at"]:
        raise LetterNotPossibleError("nothing was submitted yet")
    items = dict.fromkeys(each["item_id"] for each in case["papers"])
    return Receipt(
        receipt_code=case["receipt_code"],
        service=_service(case, catalogue),
        submitted_at=case["submitted_at"],
        channel=CHANNELS.get(case["channel"], case["channel"]),
        papers=tuple(catalogue.label_of(item) if item else "Berkas lain" for item in items),
    )


def return_letter_of(case: Document, catalogue: Catalogue) -> ReturnLetter:
    """The surat pengembalian berkas about the newest return to the applicant.

    Raises:
        LetterNotPossibleError: nothing was returned to the applicant.
    """
    returned = [each for each in case["returns"] if each["to_step"] == _TO_APPLICANT]
    if not returned or not returned[-1]["problems"]:
        raise LetterNotPossibleError("nothing was returned to the applicant")
    newest = returned[-1]
    return ReturnLetter(
        receipt_code=case["receipt_code"],
        service=_service(case, catalogue),
        returned_at=newest["at"],
        problems=tuple(
            ReturnedPaper(
                catalogue.label_of(each["item_id"]),
                catalogue.problems.get(each["reason_code"], each["reason_code"]),
            )
            for each in newest["problems"]
        ),
    )


def is_ready(case: Document) -> bool:
    """Whether the documents of a case wait to be handed over."""
    return bool(case["step"] == _HAND_OVER and case["signed"])


def hand_over_row(case: Document, applicant: Any) -> HandOverRow:
    """One line of a daftar serah terima.

    Args:
        case: A case whose documents are ready.
        applicant: The opened data of the applicant; None once they were erased.
    """
    kinds = dict.fromkeys(each["kind"] for each in case["signed"])
    name = applicant.get("name") if isinstance(applicant, dict) else None
    return HandOverRow(
        reference=case["receipt_code"][-_REFERENCE_LETTERS:],
        documents=", ".join(DOCUMENTS.get(kind, kind) for kind in kinds),
        recipient=name or "-",
    )


def _service(case: Document, catalogue: Catalogue) -> str:
    service_id = case["service_id"] or ""
    return catalogue.service_label(service_id) or service_id or "-"
