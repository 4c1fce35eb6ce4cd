"""A peer whose answers have no end: it pours for ever, or lets a byte fall now and then."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Literal

Answering = Literal["floods", "drips", "drips-head", "compresses"]
INTERVAL_SECONDS = 0.05
"""Between two drops: whoever waits longer for one byte never meets a time-out between two."""
_DROPS = 12
_LONG_SECONDS = 20.0
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
_LENGTH = b"content-length:"
_AT_ONCE = b" " * 65_536


class EndlessPeer(ThreadingTCPServer):
    """Answers whatever it is asked."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.answering = answering
        self.ended = Event()
        self.asked = 0
        self.poured = 0
        """Bytes that somebody took, or that lie in buffers of the machine."""

    @property
    def patience(self) -> float:
        """Seconds to wait for its whole answer: many drops, or more than a bound in bytes takes."""
        return _LONG_SECONDS if self.answering == "floods" else _DROPS * INTERVAL_SECONDS

    @property
    def authority(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://{self.authority}"


class _Connection(StreamRequestHandler):
    server: EndlessPeer

    def handle(self) -> None:
        with suppress(OSError):
            self._hear()
            self.server.asked += 1
            self._answer()

    def _hear(self) -> None:
        length = 0
        while (line := self.rfile.readline()) not in {b"\r\n", b""}:
            if line.lower().startswith(_LENGTH):
                length = int(line[len(_LENGTH) :])
        self.rfile.read(length)

    def _answer(self) -> None:
        match self.server.answering:
            case "floods":
                self.wfile.write(_HEAD + b"\r\n")
                while not self.server.ended.is_set():
                    self.wfile.write(_AT_ONCE)
                    self.server.poured += len(_AT_ONCE)
            case "compresses":
                self.wfile.write(_HEAD + b"Content-Encoding: gzip\r\n\r\n")
            case "drips":
                self._drip(_HEAD + b"\r\n")
            case "drips-head":
                self._drip(_HEAD + b"X-Long: ")

    def _drip(self, before: bytes) -> None:
        self.wfile.write(before)
        while not self.server.ended.wait(INTERVAL_SECONDS):
            self.wfile.write(b" ")


@contextmanager
def endless_peer(answering: Answering) -> Iterator[EndlessPeer]:
    """Listens on the loopback until the end of the block."""
    with EndlessPeer(answering) as peer:
        serving = Thread(target=peer.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield peer
        finally:
            peer.ended.set()
            peer.shutdown()
            serving.join()
