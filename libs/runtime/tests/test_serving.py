"""A served process ends soon after it was told to, even while somebody holds a stream open."""

import signal
import sys
import time

import httpx
import pytest

from jamila_testing.servers import free_port, running

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]

ENDLESS = """
import asyncio, sys
from starlette.responses import StreamingResponse
from starlette.routing import Route
from jamila_runtime.process import Process, serve
from jamila_runtime.settings import RuntimeSettings

class Endless(Process):
    def routes(self):
        async def news():
            yield b"begun\\n"
            while not self.is_stopping:
                await asyncio.sleep(0.05)
        return [*super().routes(), Route("/news", lambda _: StreamingResponse(news()))]

serve(Endless(RuntimeSettings(http_port=int(sys.argv[1])), "endless"))
"""
UVICORN_GIVES_UP_AFTER = 10.0


@pytest.fixture
def address(tmp_path):
    port = free_port()
    settings = (f"JAMILA_HOME={tmp_path}", f"JAMILA_MASTER_KEY_FILE={tmp_path / 'none'}")
    command = ("env", *settings, sys.executable, "-c", ENDLESS, str(port))
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/healthz", timeout=1).is_success
        except httpx.TransportError:
            return False

    with running(command, folder=tmp_path, ready=answers) as process:
        yield url, process


def test_open_stream_does_not_hold_up_the_end(address):
    url, process = address
    with httpx.stream("GET", f"{url}/news", timeout=5) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "begun"
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    assert time.monotonic() - begun < UVICORN_GIVES_UP_AFTER / 2
