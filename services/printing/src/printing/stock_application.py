"""Use cases of whoever keeps the stock; in place of a case a command names the item's own id."""

from uuid import UUID

from jamila_contracts import commands as c
from jamila_contracts.envelope import Actor
from jamila_runtime.aggregate import Cause
from jamila_runtime.work import Work
from printing.application import PrintingApplication
from printing.blangko import BlangkoStock
from printing.domain import PrintingCase


class StockKeeping:
    """Deliveries, counts, spoiled pieces, and old cards that were taken in."""

    def __init__(self, printing: PrintingApplication) -> None:
        self._desk = printing.desk

    def receive(self, command: c.ReceiveStock, work: Work[PrintingCase]) -> dict[str, int]:
        """A delivery arrived: cases that waited for it may go on."""
        stock = self._stock(command.case_id, work)
        stock.receive(command.quantity, reference=command.reference, cause=work.cause)
        return self._called(stock, work)

    def count(self, command: c.CountStock, work: Work[PrintingCase]) -> dict[str, int]:
        """Somebody counted; when there is more than was thought, cases may go on."""
        stock = self._stock(command.case_id, work)
        stock.count(command.counted, reason_code=command.reason_code, cause=work.cause)
        return self._called(stock, work)

    def spoil(self, command: c.SpoilStock, work: Work[PrintingCase]) -> None:
        """Some of it was found damaged."""
        stock = self._stock(command.case_id, work)
        stock.spoil(command.quantity, reason_code=command.reason_code, cause=work.cause)

    def set_reorder_point(self, command: c.SetReorderPoint, work: Work[PrintingCase]) -> None:
        """From how much on somebody has to order."""
        stock = self._stock(command.case_id, work)
        stock.set_reorder_point(command.reorder_point, cause=work.cause)

    def withdraw_card(self, command: c.WithdrawCard, work: Work[PrintingCase]) -> None:
        """Take in the old card of an applicant."""
        stock = self._stock(command.case_id, work)
        stock.withdraw_card(command.for_case_id, reason_code=command.reason_code, cause=work.cause)

    def destroy_cards(self, command: c.DestroyCards, work: Work[PrintingCase]) -> None:
        """Destroy cards that were taken in, on record."""
        stock = self._stock(command.case_id, work)
        stock.destroy_cards(command.quantity, record=command.record, cause=work.cause)

    def _stock(self, about: UUID, work: Work[PrintingCase]) -> BlangkoStock:
        return self._desk.stock(self._desk.item_of(about), work)

    def _called(self, stock: BlangkoStock, work: Work[PrintingCase]) -> dict[str, int]:
        called = self._desk.call_waiting(stock, work, cause=_by_the_system(work.cause))
        return {"available": stock.available, "resumed_cases": len(called)}


def _by_the_system(cause: Cause) -> Cause:
    # The clock of a case runs again because of a delivery, not because an officer touched it.
    return cause.model_copy(update={"actor": Actor.system(PrintingApplication.service)})
