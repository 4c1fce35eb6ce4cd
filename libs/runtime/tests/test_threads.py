import asyncio
import threading
from contextlib import AsyncExitStack

import pytest

from jamila_runtime.process import Process
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.threads import Threads


@pytest.fixture
def process(tmp_path):
    return Process(RuntimeSettings(home=tmp_path, master_key_file=tmp_path / "unused"), "test")


class Store:
    """Stands in for a store: used by a thread until it is told to let go."""

    def __init__(self):
        self.used = threading.Event()
        self.let_go = threading.Event()
        self.told = []

    def use(self):
        self.used.set()
        self.let_go.wait()
        self.told.append("used")

    def close(self):
        self.told.append("closed")


@pytest.fixture
def store():
    store = Store()
    yield store
    store.let_go.set()


class UsingProcess(Process):
    """A process whose background task uses a store in a thread."""

    def __init__(self, settings, store):
        super().__init__(settings, "test")
        self._store = store

    async def start(self, stack: AsyncExitStack) -> None:
        self.close_at_end(stack, self._store.close)
        self.background(asyncio.to_thread(self._store.use), name="user")
        await asyncio.to_thread(self._store.used.wait)


async def test_a_store_is_closed_after_the_last_thread_that_uses_it(process, store):
    asyncio.get_running_loop().call_later(0.05, store.let_go.set)
    async with UsingProcess(process.settings, store).running():
        pass

    assert store.told == ["used", "closed"]


async def test_a_store_whose_thread_does_not_end_is_left_open(process, store, monkeypatch):
    monkeypatch.setattr("jamila_runtime.process._THREAD_SECONDS", 0.05)
    async with UsingProcess(process.settings, store).running():
        pass

    assert store.told == []
    store.let_go.set()


async def test_waiting_for_idle_threads_ends_at_once():
    assert await Threads.of_this_loop().idle(patience_seconds=0)


async def test_one_loop_has_one_set_of_threads():
    assert Threads.of_this_loop() is Threads.of_this_loop()
