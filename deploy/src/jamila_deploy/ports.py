"""Checks ports before anything starts, and finds free ones for tests and the demo."""

import socket
import time
from collections import defaultdict
from contextlib import ExitStack

from jamila_deploy.errors import PortSharedError, PortTakenError
from jamila_deploy.settings import LauncherSettings, Ports

LOOPBACK = "127.0.0.1"
_RELEASE_SECONDS = 2.0


def free_ports(settings: LauncherSettings) -> LauncherSettings:
    """Move every process to a loopback port that is free right now.

    The sockets are all held until the last number is known, so no number is given out twice.
    """
    with ExitStack() as held:
        numbers = {name: _any_port(held) for name in Ports.model_fields}
    return settings.with_ports(Ports.model_validate(numbers))


def check_ports(ports: Ports) -> None:
    """Refuse to start where a process could not listen.

    A launcher that was killed leaves children that die at once but release their ports a moment
    later, so a taken port is looked at again for two seconds before it counts.

    Raises:
        PortSharedError: Two settings name one port.
        PortTakenError: Another program listens there; carries the variable to change.
    """
    _check_distinct(ports)
    deadline = time.monotonic() + _RELEASE_SECONDS
    for name in Ports.model_fields:
        port: int = getattr(ports, name)
        while not _is_free(port):
            if time.monotonic() >= deadline:
                raise PortTakenError(port=port, setting=Ports.variable(name))
            time.sleep(0.1)


def _check_distinct(ports: Ports) -> None:
    users: defaultdict[int, list[str]] = defaultdict(list)
    for name in Ports.model_fields:
        users[getattr(ports, name)].append(Ports.variable(name))
    for port, settings in users.items():
        if len(settings) > 1:
            raise PortSharedError(port=port, settings=tuple(settings))


def _any_port(held: ExitStack) -> int:
    listener = held.enter_context(socket.socket())
    listener.bind((LOOPBACK, 0))
    number: int = listener.getsockname()[1]
    return number


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        # Without this, connections of the last run in TIME_WAIT would count as taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            # Binding succeeds beside a listener that also reuses the address; listening does not.
            listener.listen(1)
        except OSError:
            return False
    return True
