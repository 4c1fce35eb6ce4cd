"""The loop of the worker: woken by news, several contacts at a time, never stopped by a fault."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from intake.contacts import ContactUnknownError
from intake.sealing import Drawer, DrawerLockedError
from jamila_testing.files import pdf


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not happen")


@contextlib.asynccontextmanager
async def working(world):
    task = asyncio.create_task(world.intake.worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_news_is_worked_on_at_once(world):
    async with working(world):
        world.deliver(world.body(world.message("text", {"body": "halo"})))
        world.intake.worker.wake()
        await until(lambda: world.intake.inbox.counts().waiting == 0)
    world.answer_all()
    assert len(world.whatsapp.sent) == 1


async def test_slow_download_of_one_contact_does_not_hold_up_another(world):
    gate = threading.Event()

    def slow(request: httpx.Request) -> None:
        if not request.url.path.endswith("/messages"):
            gate.wait(5)

    world.whatsapp.fault = slow
    async with working(world):
        world.deliver(world.body(world.file(pdf(), "application/pdf")))
        world.number, world.user_id = "628006311002", "ID.budi"
        world.deliver(world.body(world.message("text", {"body": "halo"})))
        world.intake.worker.wake()
        await until(lambda: world.intake.inbox.counts().waiting == 1)
        gate.set()
        await until(lambda: world.intake.inbox.counts().waiting == 0)


async def test_fault_of_the_store_neither_ends_the_loop_nor_spins_it(world, monkeypatch):
    tries = []

    def broken(*_: object) -> None:
        tries.append(1)
        raise OperationalError("x", {}, Exception("disk"))

    async with working(world):
        with monkeypatch.context() as patched:
            patched.setattr(world.intake.inbox, "done", broken)
            world.deliver(world.body(world.message("text", {"body": "halo"})))
            world.intake.worker.wake()
            await asyncio.sleep(0.2)
            assert len(tries) == 1
        await until(lambda: world.intake.inbox.counts().waiting == 0)
    world.answer_all()
    assert len(world.whatsapp.sent) == 1


def test_unforeseen_fault_is_kept_and_tried_again(world, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(world.intake.chat, "receive", None)
        world.deliver(world.body(world.message("text", {"body": "halo"})))
        world.work()
    assert world.intake.inbox.counts().failing == 1
    world.clock.move(minutes=1)
    world.work()
    assert len(world.whatsapp.sent) == 1


def test_drawer_opens_only_what_it_sealed():
    sealed = Drawer(bytes(32), "satu").seal(b"isi")
    assert Drawer(bytes(32), "satu").open(sealed) == b"isi"
    for other in (Drawer(bytes(32), "dua"), Drawer(bytes([1]) * 32, "satu")):
        with pytest.raises(DrawerLockedError):
            other.open(sealed)
    assert Drawer(bytes(32), "satu").name("x") != Drawer(bytes(32), "dua").name("x")


def test_unknown_contact_cannot_be_written_to(world):
    with pytest.raises(ContactUnknownError):
        world.intake.answers._directory.recipient(uuid4())
