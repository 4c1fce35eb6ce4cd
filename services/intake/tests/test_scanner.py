"""The malware scanner: a clamd that speaks the true protocol over a real socket."""

import socket
import struct
import threading

import pytest

from intake.messages import PaperRefusedError
from intake.papers import PaperDesk, PaperLimits
from intake.scanner import Clamd, ScannerUnavailableError
from jamila_testing.files import pdf

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """INSTREAM as of clamd(8), with a size limit."""

    def __init__(self, folder, most=1_000_000):
        self.path = str(folder / "clamd.ctl")
        self.most, self.heard, self.answer = most, [], None
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(self.path)
        self._server.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self):
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            with link, link.makefile("rb") as stream:
                self._talk(link, stream)

    def _talk(self, link, stream):
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        assert command == b"zINSTREAM\0"
        content = b""
        while (length := struct.unpack("!I", stream.read(4))[0]) != 0:
            content += stream.read(length)
            if len(content) > self.most:
                link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        verdict = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
        link.sendall((self.answer if self.answer is not None else verdict) + b"\0")


@pytest.fixture
def clamd(tmp_path):
    server = FakeClamd(tmp_path)
    yield server
    server.close()


def desk(address):
    return PaperDesk(PaperLimits(10**6, 10**6, 10**6), Clamd(f"unix:{address}", timeout_seconds=5))


def test_clean_file_is_heard_whole_and_kept(clamd):
    content = pdf(page="/X(" + "a" * 200_000 + ")")
    assert desk(clamd.path).clean(content, "application/pdf").media_type == "application/pdf"
    assert clamd.heard == [content]


def test_infected_file_is_refused_with_its_reason(clamd):
    with pytest.raises(PaperRefusedError, match="berbahaya"):
        desk(clamd.path).clean(pdf(page=f"/X({EICAR.decode()})"), "application/pdf")


@pytest.mark.parametrize("answer", [b"stream: something ERROR", b"", b"UNKNOWN COMMAND"])
def test_scanner_that_cannot_say_is_asked_again_later(clamd, answer):
    clamd.answer = answer
    with pytest.raises(ScannerUnavailableError):
        desk(clamd.path).clean(pdf(), "application/pdf")


def test_file_beyond_the_scanners_limit_is_not_kept_unscanned(clamd):
    clamd.most = 1000
    with pytest.raises(ScannerUnavailableError):
        Clamd(f"unix:{clamd.path}", timeout_seconds=5).is_infected(b"x" * 500_000)


def test_scanner_that_is_down_is_asked_again_later(tmp_path):
    with pytest.raises(ScannerUnavailableError):
        Clamd(f"unix:{tmp_path}/none").is_infected(b"x")


@pytest.mark.parametrize("address", ["", "unix:", "tcp:host", "tcp::1", "http://x", "tcp:h:x"])
def test_address_that_is_none_stops_the_start(address):
    with pytest.raises(ValueError, match="clamd"):
        Clamd(address)


def test_paper_waits_while_the_scanner_is_down_and_is_kept_when_it_is_back(world, tmp_path):
    papers = world.intake.chat._tools.papers
    papers._desk = desk(tmp_path / "clamd.ctl")
    world.deliver(world.body(world.file(pdf(), "application/pdf", caption="KK")))
    world.work()
    counts = world.intake.inbox.counts()
    assert (counts.waiting, counts.failing) == (1, 1)
    server = FakeClamd(tmp_path)
    world.clock.move(minutes=1)
    world.work()
    server.close()
    assert world.intake.inbox.counts().waiting == 0
    assert len(server.heard) == 1


def test_infected_paper_is_told_to_the_resident_and_not_stored(world, clamd, runtime_settings):
    world.intake.chat._tools.papers._desk = desk(clamd.path)
    sick = world.file(pdf(page=f"/X({EICAR.decode()})"), "application/pdf")
    assert "virus" in world.hear(sick)
    assert not [each for each in (runtime_settings.home / "objects").rglob("*") if each.is_file()]


@pytest.mark.connected
@pytest.mark.usefixtures("socket_enabled")
def test_scanner_over_tcp_is_the_same():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def serve():
        link, _ = server.accept()
        with link, link.makefile("rb") as stream:
            stream.read(len(b"zINSTREAM\0"))
            while (length := struct.unpack("!I", stream.read(4))[0]) != 0:
                stream.read(length)
            link.sendall(b"stream: OK\0")

    thread = threading.Thread(target=serve)
    thread.start()
    assert not Clamd(f"tcp:127.0.0.1:{port}").is_infected(b"x")
    thread.join()
    server.close()
