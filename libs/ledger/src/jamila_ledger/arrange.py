"""Put the records of a batch into the order in which the ledger may take them. Pure."""

from collections import deque
from collections.abc import Mapping, Sequence
from uuid import UUID

from jamila_contracts.wire import Record


def arrange(
    records: Sequence[Record], heads: Mapping[str, int]
) -> tuple[list[Record], list[Record]]:
    """Split a batch into what can be recorded now, in order, and what has to wait.

    The order of arrival is kept as far as two rules allow: the events of a source stand in the
    order of its log without a gap, and an effect stands after its cause when both are in the
    batch. A cause that itself has to wait does not hold up its effects in other sources: one
    stalled source must not stall the office.

    Args:
        records: Without duplicates, in the order of arrival.
        heads: Last recorded log position per source.
    """
    queues = _queues(records)
    reached = dict(heads)
    ready: list[Record] = []
    pending = {record.meta.event_id for record in records}
    slots = [record.meta.source for record in records]
    patient = True
    while slots:
        left = _pass(slots, queues, reached, (ready, pending if patient else set()))
        pending -= {record.meta.event_id for record in ready}
        if len(left) == len(slots):
            if not patient:
                break
            patient = False
        else:
            patient = True
        slots = left
    return ready, [record for queue in queues.values() for record in queue]


def _queues(records: Sequence[Record]) -> dict[str, deque[Record]]:
    queues: dict[str, deque[Record]] = {}
    for record in sorted(records, key=lambda record: record.meta.log_position):
        queues.setdefault(record.meta.source, deque()).append(record)
    return queues


def _pass(
    slots: Sequence[str],
    queues: Mapping[str, deque[Record]],
    reached: dict[str, int],
    placed: tuple[list[Record], set[UUID]],
) -> list[str]:
    """Place what can be placed once around; return the slots that stay open."""
    ready, pending = placed
    left: list[str] = []
    for source in slots:
        meta = queues[source][0].meta
        follows = meta.previous_log_position == reached.get(source, 0)
        if not follows or (meta.causation_id in pending and meta.causation_id != meta.event_id):
            left.append(source)
            continue
        reached[source] = meta.log_position
        pending.discard(meta.event_id)
        ready.append(queues[source].popleft())
    return left
