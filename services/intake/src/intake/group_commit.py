"""Makes what arrives at the same time durable together: one wait for the disk for all of them.

Nobody waits for company. The first one is committed at once; whoever comes meanwhile is committed
with the next.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from jamila_runtime.errors import RetryableError

T = TypeVar("T")
R = TypeVar("R")
_MOST: Final = 128


class GroupCommit(Generic[T, R]):
    """Hands things to a blocking commit, in order, as many at a time as there are."""

    def __init__(self, commit: Callable[[Sequence[T]], list[R]]) -> None:
        self._commit = commit
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def add(self, thing: T) -> R:
        """Wait until it is durable; raises whatever the commit of it raises."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, future))
        if self._work is None:
            self._work = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                count = min(_MOST, len(self._waiting))
                await self._settle([self._waiting.popleft() for _ in range(count)])
        finally:
            self._work = None

    async def _settle(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await asyncio.to_thread(self._commit, [thing for thing, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(batch) > 1 and not isinstance(error, RetryableError):
                # One of them is to blame: the others must not fail with it.
                for each in batch:
                    await self._settle([each])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)
