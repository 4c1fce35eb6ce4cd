"""Which of several replicas does what only one may do: consume, publish, send, print, ring.

A lease is a lock of the database itself, held by one connection. It ends with that connection,
however the process ends, and another replica takes it within a second; there is no time after which
it would run out while its holder still works. Decision: docs/decisions/0046.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import psycopg
from prometheus_client import Gauge
from psycopg.sql import SQL, Identifier

_TRY_SECONDS: Final = 0.5
_LOOK_SECONDS: Final = 1.0
_ALIVE: Final[Mapping[str, Any]] = {
    # A holder behind a broken line must know it, and the server must let its lock go: both within
    # about ten seconds, not within the hours that are usual.
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": (
        "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 "
        "-c tcp_user_timeout=10000"
    ),
}
_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_HELD: Final = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = %s"
LEADS = Gauge("jamila_leads", "Whether this replica does what only one may do.", ["lease"])


class Lease(Protocol):
    """The right to do something alone."""

    async def take(self, *, patient: bool) -> bool:
        """Take it; with patience, wait until whoever has it is gone."""
        ...

    async def hold(self, on_news: Callable[[], None]) -> None:
        """Keep it for ever, and say when another replica has saved something.

        Raises:
            psycopg.Error: it is lost; the process has to end.
        """
        ...

    def is_held(self) -> bool:
        """Whether it is still ours; asked before each thing that cannot be taken back."""
        ...

    async def give_back(self) -> None:
        """Let another replica have it."""
        ...


class OnlyProcess:
    """The lease of a store that one process alone opens: always ours."""

    async def take(self, *, patient: bool) -> bool:
        """Nobody else wants it."""
        del patient
        return True

    async def hold(self, on_news: Callable[[], None]) -> None:
        """Nobody else saves anything."""
        del on_news
        await asyncio.Event().wait()

    def is_held(self) -> bool:
        """Always."""
        return True

    async def give_back(self) -> None:
        """Nobody waits for it."""


class DatabaseLease:
    """A lease in PostgreSQL: an advisory lock of a connection of its own."""

    def __init__(
        self,
        connect: Mapping[str, Any],
        *,
        name: str,
        hears: Sequence[str],
        ask: Callable[[str, tuple[Any, ...]], Any],
    ) -> None:
        """Prepare.

        Args:
            connect: How to connect, as psycopg takes it.
            name: What the replicas agree on.
            hears: Channels on which a store says that something was saved.
            ask: Asks the database for one row over another connection.
        """
        self._connect = {**connect, **_ALIVE}
        self._name, self._hears, self._ask = name, tuple(hears), ask
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._pid = 0
        LEADS.labels(name).set(0)

    async def take(self, *, patient: bool) -> bool:
        """Take it; with patience, wait until whoever has it is gone."""
        connection = self._connection
        if connection is None:
            connection = await psycopg.AsyncConnection.connect(**self._connect, autocommit=True)
            self._connection, self._pid = connection, connection.info.backend_pid
        while not await self._try(connection):
            if not patient:
                return False
            await asyncio.sleep(_TRY_SECONDS)
        for channel in self._hears:
            await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        LEADS.labels(self._name).set(1)
        return True

    async def hold(self, on_news: Callable[[], None]) -> None:
        """Keep it, and look every second whether it is still there."""
        connection = self._connection
        assert connection is not None  # noqa: S101 - it was taken
        while True:
            async for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                on_news()
            await connection.execute("SELECT 1")

    def is_held(self) -> bool:
        """Whether the database still says so."""
        return self._ask(_HELD, (self._pid,)) is not None

    async def give_back(self) -> None:
        """End the connection, and the lock with it."""
        LEADS.labels(self._name).set(0)
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _try(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        answer = await (await connection.execute(_LOCK, (self._name,))).fetchone()
        return bool(answer and answer[0])
