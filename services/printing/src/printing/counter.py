"""Step 8 waits for somebody else: while nobody comes, the office's clock stands still.

The five minutes of the SOP are for handing over, not for the applicant's way to town. So the clock
of step 8 stops as soon as a document is ready, and runs again when the applicant stands there.
"""

from jamila_contracts.envelope import Actor
from jamila_runtime.aggregate import Cause
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.stage import JedaDimulai, JedaSelesai, StepPausedError
from printing.sheets import SheetAggregate

HAND_OVER = 8
"""Step at the counter."""
NOT_COLLECTED = "belum-diambil"
"""Why the clock stands still: the applicant has not come, or not opened the link."""


class ReceiptCodeWrongError(DomainError):
    """The code is not the one the applicant was given."""

    slug = "receipt-code-wrong"


class ReceiptCodeUnknownError(RetryableError):
    """The application itself has not arrived here yet, so no code can be compared."""

    slug = "receipt-code-not-known-yet"


class CollectorMissingError(DomainError):
    """Without the applicant's own code it must be written down who came, and why."""

    slug = "collector-missing"


class CounterAggregate(SheetAggregate):
    """The part of a case that is at the counter, or on its way to a phone."""

    def await_applicant(self, *, cause: Cause) -> None:
        """The document is ready: now it is the applicant's turn, whoever printed it."""
        by_itself = cause.model_copy(update={"actor": Actor.system("printing")})
        self._record(JedaDimulai, HAND_OVER, by_itself, reason_code=NOT_COLLECTED)

    def receive_applicant(self, *, cause: Cause) -> None:
        """The applicant is there, or has the document on his phone: the clock runs again."""
        if self.steps[HAND_OVER].paused_for == NOT_COLLECTED:
            self._record(JedaSelesai, HAND_OVER, cause, reason_code=NOT_COLLECTED)

    def attend(self, *, cause: Cause) -> int:
        """Make sure that this account may work at the counter now, whether or not anybody came.

        Returns:
            The attempt that waits.

        Raises:
            StepPausedError: the clock stands still for another reason.
        """
        state = self._open(HAND_OVER, cause)
        if state.paused_for not in (None, NOT_COLLECTED):
            raise StepPausedError(f"step {HAND_OVER} is paused", **self.situation())
        return state.attempt
