"""The outages a prefix of the ledger tells of."""

from collections.abc import Iterable
from typing import Final

from jamila_ledger.chain import Entry
from jamila_ledger.outages import Outages, learn
from jamila_ledger.recorded import recorded
from jamila_ledger.store import LedgerStore

_SOURCE: Final = "sla"
OUTAGE_EVENTS: Final = ("GangguanDimulai", "GangguanSelesai")


def outages_until(store: LedgerStore, position: int) -> Outages:
    """Every outage that is recorded up to a position.

    Raises:
        RetryableError: the ledger is away.
    """
    outages: Outages = {}
    for fact in recorded(store.read_source(_SOURCE, OUTAGE_EVENTS, until=position)):
        outages = learn(outages, fact)
    return outages


def learned(outages: Outages, entries: Iterable[Entry]) -> Outages:
    """The outages after some more entries; the same object when none tells of an outage."""
    told = [each for each in entries if each.type in OUTAGE_EVENTS]
    for fact in recorded(told):
        outages = learn(outages, fact)
    return outages
