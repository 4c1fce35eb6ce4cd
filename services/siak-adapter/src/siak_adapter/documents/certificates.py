"""What the six kutipan akta share."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from siak_adapter.documents.numbers import Citizenship, certificate_number_warnings
from siak_adapter.documents.values import CertificateNumber, Checks, Frozen, Line, Sentence


class MarginalNote(Frozen):
    """A *catatan pinggir*: what later changed what the register says, e.g. a divorce."""

    text: Sentence
    noted_date: date


class CertificateData(Frozen):
    """Number, registration and marginal notes of a civil registry certificate."""

    certificate_number: CertificateNumber
    nationality: Citizenship
    registered_place: Line
    registered_date: date
    state_gazette: Line | None = None
    marginal_notes: Annotated[tuple[MarginalNote, ...], Field(max_length=4)] = ()

    def number_findings(
        self, register: str, checks: Checks, *, late: bool, late_register: str | None = None
    ) -> Iterator[str]:
        """What is odd about number and dates, whatever the certificate is about."""
        yield from certificate_number_warnings(
            self.certificate_number,
            register=late_register if late and late_register else register,
            registered=self.registered_date,
            checks=checks,
        )
        if self.registered_date > checks.today:
            yield "registered-in-the-future"


def is_late(event: date, registered: date, *, days: int) -> bool:
    """Whether an event was reported later than the law allows; informative, never a fine."""
    return (registered - event).days > days
