"""Knows which threads of a process still work: a store may be closed only when none does.

Cancelling a task does not end the thread it waits for. Closing a SQLite connection that another
thread is just using ends the interpreter; eventsourcing's pool does close those that are in use.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

_POLL_SECONDS: Final = 0.01
P = ParamSpec("P")
T = TypeVar("T")


class Threads(ThreadPoolExecutor):
    """The threads behind ``asyncio.to_thread``, which can be waited for."""

    def __init__(self) -> None:
        super().__init__(thread_name_prefix="jamila")
        self._working: set[Future[Any]] = set()

    @classmethod
    def of_this_loop(cls) -> "Threads":
        """Those of the running event loop; makes them its default when first asked."""
        loop = asyncio.get_running_loop()
        threads = _THREADS.get(loop)
        if threads is None:
            threads = _THREADS[loop] = cls()
            loop.set_default_executor(threads)
        return threads

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have something done, and remember that it is."""
        future = super().submit(fn, *args, **kwargs)
        self._working.add(future)
        future.add_done_callback(self._working.discard)
        return future

    async def idle(self, *, patience_seconds: float) -> bool:
        """Wait until nothing is being done; False when patience is over."""
        deadline = asyncio.get_running_loop().time() + patience_seconds
        while self._working:
            if asyncio.get_running_loop().time() >= deadline:
                return False
            await asyncio.sleep(_POLL_SECONDS)
        return True


_THREADS: WeakKeyDictionary[asyncio.AbstractEventLoop, Threads] = WeakKeyDictionary()
