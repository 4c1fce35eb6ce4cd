"""Cases that walk the whole road through a running office, and what is on record of them."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol
from uuid import UUID

from jamila_ledger.chain import verify
from jamila_ledger.recorded import Recorded, recorded
from jamila_ledger.sql_store import SqlLedgerStore

STAGES = ("intake", "siak-adapter", "review", "signing", "printing")
FACTS_OF_THE_DAY = {"StatusPesanDilaporkan", "PenandatangananGagal"}
"""Reports of WhatsApp come in any order; that a server was away is a fact of a rough day only."""


class Walked(Protocol):
    """A road (``jamila_deploy.road.Road``)."""

    def strides(self) -> Iterable[Any]:
        """One after the other; each is gone by ``go()``."""


def _nothing(_: int) -> None: ...


async def walk(road: Walked, before: Callable[[int], None] = _nothing) -> None:
    """Go the whole road in a thread, and let something happen before each stride."""

    def go() -> None:
        for number, stride in enumerate(road.strides()):
            before(number)
            stride.go()

    await asyncio.to_thread(go)


def facts_of(ledger_url: str, case_id: str) -> list[Recorded]:
    """What a ledger, whole to its last entry, says of a case."""
    store = SqlLedgerStore.open_existing(ledger_url)
    try:
        report = verify(store.scan())
        assert report.ok, report.problem  # noqa: S101 - a test calls it
        return recorded(store.read_case(UUID(case_id)))
    finally:
        store.close()


def of_the_stages(facts: Iterable[Recorded]) -> list[Recorded]:
    """What the stages said, without what a rough day adds."""
    return [
        fact
        for fact in facts
        if fact.meta.source in STAGES and fact.meta.type not in FACTS_OF_THE_DAY
    ]


def told_to_the_resident(facts: Iterable[Recorded]) -> list[str]:
    """The events that a resident was told of."""
    return sorted(
        getattr(fact.event, "about_event", "")
        for fact in facts
        if fact.meta.type == "PemberitahuanTerkirim"
    )
