"""Servers that come back with an empty disk, under processes that go on."""

import asyncio
import shutil
from contextlib import contextmanager

import nats
import pytest
from nats.js.errors import Error as JetStreamError

from jamila_deploy.mongo import MongoPrimary, mongo_folder, mongo_url, mongod_arguments
from jamila_deploy.plan import find_programs
from jamila_deploy.ports import free_ports
from jamila_deploy.settings import LauncherSettings
from jamila_runtime.errors import RetryableError
from jamila_runtime.mongo import Documents, Guard, Put
from jamila_runtime.streams import ALL_EVENTS, STREAM, keep_consumer, keep_stream
from jamila_testing.servers import is_open, nats_server, running

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

PLACE = Guard("positions", {"_id": "views", "position": 1}, None)


@pytest.fixture
def settings(tmp_path):
    return free_ports(LauncherSettings(home=tmp_path))


@contextmanager
def member_of_no_set(settings):
    """A mongod that nobody has made a replica set of yet."""
    mongo_folder(settings).mkdir()
    command = mongod_arguments(find_programs().mongod, settings)
    port = settings.ports.mongo
    with running(command, folder=settings.home, ready=lambda: is_open(port)):
        yield


async def become_primary(settings):
    async with asyncio.timeout(20):
        while not await MongoPrimary(settings.ports.mongo).passes():
            continue


async def test_whoever_wrote_while_mongodb_was_no_set_yet_writes_once_it_is_one(settings):
    documents = await Documents.connect(mongo_url(settings), "jamila")
    with member_of_no_set(settings):
        await become_primary(settings)
        await documents.write_together({}, guard=PLACE)
    shutil.rmtree(mongo_folder(settings))
    with member_of_no_set(settings):
        with pytest.raises(RetryableError):
            await documents.write_together({}, guard=PLACE)
        await become_primary(settings)
        async with asyncio.timeout(20):
            await until_written(documents)
        assert await documents.get("cases", 1) == {"_id": 1}
    await documents.close()


async def until_written(documents):
    while True:
        try:
            await documents.write_together({"cases": [Put({"_id": 1})]}, guard=PLACE)
        except RetryableError:
            continue
        return


async def test_a_lost_stream_comes_back_with_its_consumers(tmp_path):
    with nats_server(tmp_path) as url:
        client = await nats.connect(url)
        js = client.jetstream()
        keepers = [
            asyncio.create_task(keep_stream(js)),
            asyncio.create_task(keep_consumer(js, durable="review", subjects=[ALL_EVENTS])),
        ]
        await until_there(js)
        await js.delete_stream(STREAM)
        await until_there(js)
        for keeper in keepers:
            keeper.cancel()
        await client.close()


async def until_there(js):
    async with asyncio.timeout(20):
        while True:
            try:
                await js.consumer_info(STREAM, "review")
            except JetStreamError:
                await asyncio.sleep(0.1)
            else:
                return
