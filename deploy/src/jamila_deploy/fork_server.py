"""``python -m jamila_deploy.fork_server``: the warm parent of the Python processes.

It imports once what all of them import, then forks a process for each that is asked for: they start
in a fraction of the time and share those pages. It has one thread and no connection of its own; a
process that is forked here is alone before it opens anything.

Speaks JSON packets over the socket it was given: a ``ForkRequest`` comes in, ``{"id", "pid"}`` or
``{"id", "error"}`` goes out, and later ``{"pid", "return_code"}`` as POSIX gives it.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Final, TypedDict

PACKET_BYTES: Final = 1 << 17
"""Largest message; a whole environment fits many times."""
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_FAILED_START: Final = 127

WARM: Final = (
    # What every process imports, down to what servers load only when they begin to serve.
    "jamila_runtime.process",
    "jamila_runtime.mongo",
    "jamila_runtime.objects",
    "jamila_contracts.catalogue",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "eventsourcing.sqlite",
    "fastapi",
    "sqlalchemy.dialects.sqlite",
    "httpx",
)
"""Imported before the first fork. Nothing of a single service: its metrics are its own."""


class ForkRequest(TypedDict):
    """What to become."""

    id: int
    name: str
    module: str
    environment: dict[str, str]
    log: str


def main(descriptor: int) -> None:
    """Fork on request until the launcher closes the socket; in a fork: become what was asked."""
    for module in WARM:
        importlib.import_module(module)
    gc.collect()
    # What is there now stays as it is in every fork: the collector must not touch, and so copy, it.
    gc.freeze()
    with socket.socket(fileno=descriptor) as channel:
        request = _serve(channel)
    if request is not None:
        _become(request)


def _serve(channel: socket.socket) -> ForkRequest | None:
    """Answer requests; returns in the parent (None) when it is over, in a fork with its request."""
    children: dict[int, int] = {}
    with selectors.DefaultSelector() as ready:
        ready.register(channel, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is not channel:
                    _report_end(channel, ready, descriptor=key.fd, pid=children.pop(key.fd))
                    continue
                packet = channel.recv(PACKET_BYTES)
                if not packet:
                    return None
                request: ForkRequest = json.loads(packet)
                pid = _fork(channel, request)
                if pid == 0:
                    for descriptor in children:
                        os.close(descriptor)
                    return request
                if pid is not None:
                    descriptor = os.pidfd_open(pid)
                    children[descriptor] = pid
                    ready.register(descriptor, selectors.EVENT_READ)


def _fork(channel: socket.socket, request: ForkRequest) -> int | None:
    try:
        pid = os.fork()
    except OSError as error:
        _send(channel, {"id": request["id"], "error": os.strerror(error.errno or 0)})
        return None
    if pid:
        # Here and in the child, so that it has a group of its own whoever is faster.
        os.setpgid(pid, pid)
        _send(channel, {"id": request["id"], "pid": pid})
    return pid


def _report_end(
    channel: socket.socket, ready: selectors.BaseSelector, *, descriptor: int, pid: int
) -> None:
    _, status = os.waitpid(pid, 0)
    ready.unregister(descriptor)
    os.close(descriptor)
    _send(channel, {"pid": pid, "return_code": os.waitstatus_to_exitcode(status)})


def _become(request: ForkRequest) -> None:
    parent = os.getppid()
    os.setpgid(0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NAME, request["name"].encode()[:15])
    if os.getppid() != parent:
        # The parent died before the kernel knew that we follow it.
        os._exit(_FAILED_START)
    _speak_into(Path(request["log"]))
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = [request["module"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


def _speak_into(log: Path) -> None:
    with log.open("ab", buffering=0) as stream, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    # A crash must leave its last words in the log, not in a buffer.
    sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]  # the interpreter's own
    sys.stderr.reconfigure(write_through=True)  # type: ignore[union-attr]  # the interpreter's own


def _send(channel: socket.socket, message: dict[str, object]) -> None:
    channel.send(json.dumps(message).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
