"""The stock of the office, item by item, as the use cases need it."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from jamila_contracts.blangko import NEEDS, STOCK_ITEMS, stock_id
from jamila_runtime.aggregate import Cause
from jamila_runtime.errors import NotFoundError
from jamila_runtime.work import Work
from printing.blangko import BlangkoStock
from printing.domain import PrintingCase

_ITEMS = {item.id for item in STOCK_ITEMS}


class ItemUnknownError(NotFoundError):
    """No such thing is kept in stock."""

    slug = "stock-item-unknown"


class StockDesk:
    """Finds and opens the stocks of one office."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._items = {stock_id(tenant, item.id): item.id for item in STOCK_ITEMS}

    def item_of(self, about: UUID) -> str:
        """The item that a command names by its id.

        Raises:
            ItemUnknownError: no such thing is kept.
        """
        item = self._items.get(about)
        if item is None:
            raise ItemUnknownError("no such thing is kept in stock", items=sorted(_ITEMS))
        return item

    def stock(self, item: str, work: Work[PrintingCase]) -> BlangkoStock:
        """The stock of an item; opened when it is first asked for.

        Raises:
            ItemUnknownError: no such thing is kept.
        """
        if item not in _ITEMS:
            raise ItemUnknownError(f"{item} is not kept in stock", items=sorted(_ITEMS))
        about = stock_id(self._tenant, item)
        stock = work.find_as(BlangkoStock, about)
        if stock is None:
            cause = work.cause.model_copy(update={"case_id": about, "correlation_id": about})
            stock = BlangkoStock(case_id=about, item=item, cause=cause)
            work.add(stock)
        return stock

    def short_of(self, case: PrintingCase, work: Work[PrintingCase]) -> str | None:
        """The first item that the cards of a case need more of than there is."""
        for item, quantity in _needs(case.cards).items():
            stock = self.stock(item, work)
            if case.case_id not in stock.reserved and stock.available < quantity:
                return item
        return None

    def wait(self, item: str, case: PrintingCase, work: Work[PrintingCase]) -> None:
        """Let a case wait, its clock stopped, until some of an item arrives."""
        case.wait_for_stock(cause=work.cause)
        self.stock(item, work).wait(case.case_id, cause=work.cause)

    def reserve(self, case: PrintingCase, work: Work[PrintingCase]) -> None:
        """Set aside what the cards of a case need."""
        for item, quantity in _needs(case.cards).items():
            stock = self.stock(item, work)
            stock.reserve(case.case_id, quantity=quantity, cause=work.cause)

    def use(self, case: PrintingCase, work: Work[PrintingCase], *, cause: Cause) -> None:
        """The cards of a case are printed."""
        for item in _needs(case.cards):
            self.stock(item, work).use(case.case_id, cause=cause)

    def release(self, case: PrintingCase, work: Work[PrintingCase], *, cause: Cause) -> None:
        """The cards of a case will not be printed now."""
        for item in _needs(case.cards):
            self.stock(item, work).release(case.case_id, cause=cause)

    def spoil(
        self, case: PrintingCase, quantity: int, work: Work[PrintingCase], *, reason_code: str
    ) -> None:
        """So many cards of a case went wrong; what else was set aside is free again."""
        for item in _needs(case.cards):
            stock = self.stock(item, work)
            stock.spoil_for(
                case.case_id, quantity=quantity, reason_code=reason_code, cause=work.cause
            )

    def call_waiting(
        self, stock: BlangkoStock, work: Work[PrintingCase], *, cause: Cause
    ) -> tuple[UUID, ...]:
        """Let go on who waited longest for an item, as far as it reaches; gives their cases."""
        called = stock.called(cause=cause)
        for case_id in called:
            case = work.find(case_id)
            if case is not None:
                about = {"case_id": case_id, "correlation_id": case_id}
                case.stock_arrived(cause=cause.model_copy(update=about))
        return called


def _needs(cards: Iterable[str]) -> Counter[str]:
    return Counter(item for kind in cards for item in NEEDS[kind])
