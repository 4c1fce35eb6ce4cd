"""Asks ClamAV's daemon about a file: INSTREAM over its socket.

Source: clamd(8): the command ``zINSTREAM``, then chunks of a 4-byte big-endian length and so many
bytes, then a length of 0; command and answer end with a zero byte. It answers ``stream: OK``,
``stream: <name> FOUND`` or ``... ERROR``.
"""

import socket
import struct
from typing import Final

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

_CHUNK: Final = 64 * 1024
_MOST_ANSWER: Final = 4096
_log = get_logger(__name__)


class ScannerUnavailableError(RetryableError):
    """The scanner does not answer, or could not look; nothing unscanned is kept."""

    slug = "scanner-unavailable"


class Clamd:
    """One clamd, at ``unix:/path`` or ``tcp:host:port``."""

    def __init__(self, address: str, *, timeout_seconds: float = 60.0) -> None:
        kind, _, rest = address.partition(":")
        host, _, port = rest.rpartition(":")
        if kind == "unix" and rest:
            self._where: str | tuple[str, int] = rest
        elif kind == "tcp" and host and port.isdigit():
            self._where = (host, int(port))
        else:
            msg = "the address of clamd is unix:/path or tcp:host:port"
            raise ValueError(msg)
        self._timeout = timeout_seconds

    def is_infected(self, content: bytes) -> bool:
        """Whether the scanner knows something in the file.

        Raises:
            ScannerUnavailableError: it cannot say.
        """
        try:
            with self._connected() as link:
                answer = self._ask(link, content)
        except OSError as error:
            raise ScannerUnavailableError(f"clamd: {type(error).__name__}") from error
        if answer.endswith(" FOUND"):
            # The name of the signature says nothing about a person.
            _log.warning("file is infected", signature=answer.split(" ")[-2][:80])
            return True
        if answer != "stream: OK":
            raise ScannerUnavailableError("clamd could not look at the file")
        return False

    def _connected(self) -> socket.socket:
        if isinstance(self._where, tuple):
            return socket.create_connection(self._where, timeout=self._timeout)
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(self._timeout)
        try:
            link.connect(self._where)
        except OSError:
            link.close()
            raise
        return link

    def _ask(self, link: socket.socket, content: bytes) -> str:
        try:
            link.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                link.sendall(struct.pack("!I", len(chunk)) + chunk)
            link.sendall(struct.pack("!I", 0))
        except BrokenPipeError:
            # It has heard enough (size limit) and says so before it hangs up.
            pass
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _MOST_ANSWER:
            part = link.recv(1024)
            if not part:
                break
            answer += part
        return answer.rstrip(b"\0\n").decode(errors="replace")
