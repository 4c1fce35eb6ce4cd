"""The stock of one item that cards are made of: blangko, ribbon or film."""

from collections.abc import Collection
from typing import Any, ClassVar, Final
from uuid import UUID

from eventsourcing.domain import event

from jamila_runtime.aggregate import CaseAggregate, Cause, CreatedEvent
from jamila_runtime.errors import ConflictError, DomainError
from jamila_runtime.stage import MissingCapabilityError

STOCK_EMPTY: Final = "blangko-habis"
"""Why the clock of a case stands still that waits for stock."""
_KEEPERS: Final = frozenset({"operator-cetak"})
_AUDITORS: Final = frozenset({"operator-cetak", "kasi", "admin"})
_SUPERVISORS: Final = frozenset({"kasi", "admin"})


class StockShortError(ConflictError):
    """There is not that much of it."""

    slug = "stock-short"


class CountUnexplainedError(DomainError):
    """What was counted differs from the record, and nobody says why."""

    slug = "stock-count-unexplained"


class BlangkoStock(CaseAggregate):
    """What is left of one item, for whom it is set aside, and who waits for it."""

    TOPIC: ClassVar[str] = "printing.BlangkoStock"

    class Dibuka(CreatedEvent):
        """The item is kept from now on; ``case_id`` is the item of the office."""

        TOPIC = "printing.BlangkoStock.Dibuka"
        item: str

    class BlangkoDiterima(CaseAggregate.Event):
        """A delivery arrived."""

        TOPIC = "printing.BlangkoStock.BlangkoDiterima"
        item: str
        quantity: int
        reference: str

    class BlangkoDipesan(CaseAggregate.Event):
        """Set aside for a case."""

        TOPIC = "printing.BlangkoStock.BlangkoDipesan"
        item: str
        for_case_id: UUID
        quantity: int

    class BlangkoDilepas(CaseAggregate.Event):
        """Set aside no longer."""

        TOPIC = "printing.BlangkoStock.BlangkoDilepas"
        item: str
        for_case_id: UUID
        quantity: int

    class BlangkoTerpakai(CaseAggregate.Event):
        """A card was printed with it."""

        TOPIC = "printing.BlangkoStock.BlangkoTerpakai"
        item: str
        for_case_id: UUID
        quantity: int

    class BlangkoRusak(CaseAggregate.Event):
        """Spoiled."""

        TOPIC = "printing.BlangkoStock.BlangkoRusak"
        item: str
        quantity: int
        reason_code: str
        for_case_id: UUID | None

    class BlangkoDihitung(CaseAggregate.Event):
        """Somebody counted; the record follows."""

        TOPIC = "printing.BlangkoStock.BlangkoDihitung"
        item: str
        counted: int
        expected: int
        reason_code: str | None

    class BlangkoMenipis(CaseAggregate.Event):
        """What is left fell to the reorder point."""

        TOPIC = "printing.BlangkoStock.BlangkoMenipis"
        item: str
        available: int
        reorder_point: int

    class BatasBlangkoDiubah(CaseAggregate.Event):
        """The reorder point was set."""

        TOPIC = "printing.BlangkoStock.BatasBlangkoDiubah"
        item: str
        reorder_point: int

    class KartuDitarik(CaseAggregate.Event):
        """An old card was taken in."""

        TOPIC = "printing.BlangkoStock.KartuDitarik"
        item: str
        for_case_id: UUID
        reason_code: str

    class KartuDimusnahkan(CaseAggregate.Event):
        """Cards that were taken in were destroyed."""

        TOPIC = "printing.BlangkoStock.KartuDimusnahkan"
        item: str
        quantity: int
        record: str

    class KasusMenunggu(CaseAggregate.Event):
        """A case waits until some arrives."""

        TOPIC = "printing.BlangkoStock.KasusMenunggu"
        for_case_id: UUID

    class KasusDipanggil(CaseAggregate.Event):
        """A case that waited need not wait any more."""

        TOPIC = "printing.BlangkoStock.KasusDipanggil"
        for_case_id: UUID

    @event(Dibuka)
    def __init__(self, case_id: UUID, *, item: str, cause: Cause) -> None:
        del cause
        self.stock_id = case_id
        self.item = item
        self.on_hand = 0
        self.reserved: dict[UUID, int] = {}
        self.waiting: tuple[UUID, ...] = ()
        self.taken_in: frozenset[UUID] = frozenset()
        """Cases whose old card was ever taken in."""
        self.held_cards = 0
        """Old cards that were not destroyed yet."""
        self.reorder_point = 0
        self.is_low = False

    @property
    def available(self) -> int:
        """What is neither used nor set aside."""
        return self.on_hand - sum(self.reserved.values())

    def situation(self) -> dict[str, Any]:
        """How much there is."""
        return {"item": self.item, "on_hand": self.on_hand, "available": self.available}

    def receive(self, quantity: int, *, reference: str, cause: Cause) -> None:
        """A delivery arrived; whoever waits longest may go on."""
        _allow(cause, _KEEPERS)
        self._record(self.BlangkoDiterima, cause, quantity=quantity, reference=reference)

    def called(self, *, cause: Cause) -> tuple[UUID, ...]:
        """The cases that need not wait any more, the longest waiting first."""
        free = max(self.available, 0)
        chosen = self.waiting[:free]
        for case_id in chosen:
            self._record(self.KasusDipanggil, cause, for_case_id=case_id)
        return chosen

    def reserve(self, case_id: UUID, *, quantity: int, cause: Cause) -> None:
        """Set some aside for a case; quiet when that is done.

        Raises:
            StockShortError: there is not that much left.
        """
        if case_id in self.reserved:
            return
        if self.available < quantity:
            raise StockShortError(f"too little of {self.item}", **self.situation())
        self._record(self.BlangkoDipesan, cause, for_case_id=case_id, quantity=quantity)
        self._tell_if_low(cause)

    def wait(self, case_id: UUID, *, cause: Cause) -> None:
        """Remember that a case waits for a delivery; quiet the second time."""
        if case_id not in self.waiting:
            self._record(self.KasusMenunggu, cause, for_case_id=case_id)

    def release(self, case_id: UUID, *, cause: Cause) -> None:
        """The card will not be printed: what was set aside is free; quiet when nothing was."""
        quantity = self.reserved.get(case_id)
        if quantity is not None:
            self._record(self.BlangkoDilepas, cause, for_case_id=case_id, quantity=quantity)
        if case_id in self.waiting:
            self._record(self.KasusDipanggil, cause, for_case_id=case_id)

    def use(self, case_id: UUID, *, cause: Cause) -> None:
        """The card was printed; quiet when nothing is set aside for it any more."""
        quantity = self.reserved.get(case_id)
        if quantity is not None:
            self._record(self.BlangkoTerpakai, cause, for_case_id=case_id, quantity=quantity)

    def spoil_for(self, case_id: UUID, *, quantity: int, reason_code: str, cause: Cause) -> None:
        """Cards of a case went wrong; what else was set aside for it is free again."""
        spoiled = min(quantity, self.on_hand)
        if spoiled:
            self._spoil(spoiled, reason_code=reason_code, for_case_id=case_id, cause=cause)
        self.release(case_id, cause=cause)
        self._tell_if_low(cause)

    def spoil(self, quantity: int, *, reason_code: str, cause: Cause) -> None:
        """Some of it was found damaged.

        Raises:
            StockShortError: there is not that much that is not set aside.
        """
        _allow(cause, _KEEPERS)
        if quantity > self.available:
            raise StockShortError(f"not that much of {self.item} left", **self.situation())
        self._spoil(quantity, reason_code=reason_code, for_case_id=None, cause=cause)
        self._tell_if_low(cause)

    def count(self, counted: int, *, reason_code: str | None, cause: Cause) -> None:
        """Somebody counted what lies there.

        Raises:
            CountUnexplainedError: it differs from the record, and nobody says why.
        """
        _allow(cause, _AUDITORS)
        if counted != self.on_hand and reason_code is None:
            raise CountUnexplainedError("say why the count differs", **self.situation())
        self._record(
            self.BlangkoDihitung,
            cause,
            counted=counted,
            expected=self.on_hand,
            reason_code=reason_code,
        )
        self._tell_if_low(cause)

    def set_reorder_point(self, reorder_point: int, *, cause: Cause) -> None:
        """From how much on somebody has to order; the same again is quiet."""
        _allow(cause, _SUPERVISORS)
        if reorder_point != self.reorder_point:
            self._record(self.BatasBlangkoDiubah, cause, reorder_point=reorder_point)
            self._tell_if_low(cause)

    def withdraw_card(self, case_id: UUID, *, reason_code: str, cause: Cause) -> None:
        """Take in the old card of an applicant; once per case."""
        _allow(cause, frozenset({"operator-layanan", "operator-cetak"}))
        if case_id not in self.taken_in:
            self._record(self.KartuDitarik, cause, for_case_id=case_id, reason_code=reason_code)

    def destroy_cards(self, quantity: int, *, record: str, cause: Cause) -> None:
        """Destroy cards that were taken in.

        Raises:
            StockShortError: there are not that many.
        """
        _allow(cause, _SUPERVISORS)
        if quantity > self.held_cards:
            raise StockShortError("not that many cards were taken in", held=self.held_cards)
        self._record(self.KartuDimusnahkan, cause, quantity=quantity, record=record)

    def _spoil(
        self, quantity: int, *, reason_code: str, for_case_id: UUID | None, cause: Cause
    ) -> None:
        self._record(
            self.BlangkoRusak,
            cause,
            quantity=quantity,
            reason_code=reason_code,
            for_case_id=for_case_id,
        )

    def _tell_if_low(self, cause: Cause) -> None:
        if not self.is_low and self.available <= self.reorder_point:
            left = max(self.available, 0)
            self._record(
                self.BlangkoMenipis, cause, available=left, reorder_point=self.reorder_point
            )

    def _record(self, event_class: type[CaseAggregate.Event], cause: Cause, **facts: Any) -> None:
        # A fact about the stock is filed under the item, whichever case it is due to.
        about = {"case_id": self.stock_id, "correlation_id": self.stock_id}
        if event_class not in (self.KasusMenunggu, self.KasusDipanggil):
            facts["item"] = self.item
        self.trigger_event(event_class, cause=cause.model_copy(update=about), **facts)

    def _look_up(self) -> None:
        if self.available > self.reorder_point:
            self.is_low = False

    @event(BlangkoDiterima)
    def _on_received(self, quantity: int) -> None:
        self.on_hand += quantity
        self._look_up()

    @event(BlangkoDipesan)
    def _on_reserved(self, for_case_id: UUID, quantity: int) -> None:
        self.reserved[for_case_id] = quantity

    @event(BlangkoDilepas)
    def _on_released(self, for_case_id: UUID) -> None:
        self.reserved.pop(for_case_id, None)
        self._look_up()

    @event(BlangkoTerpakai)
    def _on_used(self, for_case_id: UUID, quantity: int) -> None:
        self.reserved.pop(for_case_id, None)
        self.on_hand -= quantity

    @event(BlangkoRusak)
    def _on_spoiled(self, quantity: int, for_case_id: UUID | None) -> None:
        if for_case_id in self.reserved:
            left = self.reserved.pop(for_case_id) - quantity
            self.reserved |= {for_case_id: left} if left > 0 else {}
        self.on_hand -= quantity

    @event(BlangkoDihitung)
    def _on_counted(self, counted: int) -> None:
        self.on_hand = counted
        self._look_up()

    @event(BlangkoMenipis)
    def _on_low(self) -> None:
        self.is_low = True

    @event(BatasBlangkoDiubah)
    def _on_reorder_point(self, reorder_point: int) -> None:
        self.reorder_point = reorder_point
        self._look_up()

    @event(KartuDitarik)
    def _on_withdrawn(self, for_case_id: UUID) -> None:
        self.taken_in |= {for_case_id}
        self.held_cards += 1

    @event(KartuDimusnahkan)
    def _on_destroyed(self, quantity: int) -> None:
        self.held_cards -= quantity

    @event(KasusMenunggu)
    def _on_waiting(self, for_case_id: UUID) -> None:
        self.waiting = (*self.waiting, for_case_id)

    @event(KasusDipanggil)
    def _on_called(self, for_case_id: UUID) -> None:
        self.waiting = tuple(each for each in self.waiting if each != for_case_id)


def _allow(cause: Cause, capabilities: Collection[str]) -> None:
    if cause.actor.capability not in capabilities:
        needed = sorted(capabilities)
        raise MissingCapabilityError("may not change the stock", capability=needed)
