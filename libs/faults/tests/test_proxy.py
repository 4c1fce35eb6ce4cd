"""The proxy carries, cuts, and is silent when it is told."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from jamila_faults.proxy import Proxy

BROKEN = (ConnectionResetError, asyncio.IncompleteReadError)
pytestmark = pytest.mark.usefixtures("socket_enabled")


@asynccontextmanager
async def before_an_echo():
    """A proxy before a server that says everything again."""
    visits = []

    async def echo(reader, writer):
        with suppress(ConnectionResetError):
            while line := await reader.readline():
                writer.write(line)
        writer.close()

    def on_client(reader, writer):
        visits.append(asyncio.create_task(echo(reader, writer)))

    server = await asyncio.start_server(on_client, "127.0.0.1", 0)
    proxy = Proxy(server.sockets[0].getsockname()[1])
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
        server.close()
        await asyncio.gather(*visits)


async def say(proxy, word):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(word)
    return reader, writer


async def test_it_carries_both_ways():
    async with before_an_echo() as proxy:
        reader, writer = await say(proxy, b"halo\n")

        assert await reader.readline() == b"halo\n"
        writer.close()


async def test_a_cut_breaks_connections_and_lets_nobody_in_until_it_is_mended():
    async with before_an_echo() as proxy:
        reader, writer = await say(proxy, b"halo\n")
        await reader.readline()
        proxy.cut()

        with pytest.raises(BROKEN):
            await reader.readexactly(1)
        again, other = await say(proxy, b"halo\n")
        with pytest.raises(BROKEN):
            await again.readexactly(1)
        proxy.mend()
        mended, last = await say(proxy, b"halo\n")
        assert await mended.readline() == b"halo\n"
        for each in (writer, other, last):
            each.close()


async def test_silence_holds_back_and_loses_nothing():
    async with before_an_echo() as proxy:
        proxy.silence()
        reader, writer = await say(proxy, b"halo\n")
        waiting = asyncio.create_task(reader.readline())
        await asyncio.wait({waiting}, timeout=0.1)

        assert not waiting.done()
        proxy.speak()
        assert await waiting == b"halo\n"
        writer.close()


async def test_delay_makes_everything_late():
    async with before_an_echo() as proxy:
        proxy.delay_seconds = 0.05
        began = asyncio.get_running_loop().time()
        reader, writer = await say(proxy, b"halo\n")
        await reader.readline()

        # There and back.
        assert asyncio.get_running_loop().time() - began >= 2 * proxy.delay_seconds
        writer.close()
