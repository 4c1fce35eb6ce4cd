"""Three nodes of NATS that speak TLS; each can be stopped, killed, silenced, and lose its disk."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from jamila_deploy.nats import Node, TlsFiles, node_config
from jamila_deploy.nats_users import users_config
from jamila_deploy.ports import LOOPBACK
from jamila_deploy.secrets import Secrets
from jamila_testing.node_certificates import NodeCertificate, node_certificate
from jamila_testing.servers import free_port, nats_process

NODES: Final = 3


class NatsCluster:
    """Knows every node by its number."""

    def __init__(self, folder: Path, secrets: Secrets, tenant: str) -> None:
        self._folder, self._stacks = folder, [ExitStack() for _ in range(NODES)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._certificate = node_certificate(folder / "tls")
        self._users = users_config(secrets.nats_passwords, tenant=tenant)
        self._ports = [free_port() for _ in range(NODES)]
        self._between = [f"{LOOPBACK}:{free_port()}" for _ in range(NODES)]

    @property
    def variables(self) -> dict[str, str]:
        """What a process is told of it."""
        return {
            "JAMILA_NATS_URL": ",".join(f"tls://{LOOPBACK}:{port}" for port in self._ports),
            "JAMILA_NATS_CA_FILE": str(self._certificate.authority),
            "JAMILA_NATS_REPLICAS": str(NODES),
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """All nodes."""
        try:
            for number in range(NODES):
                self.start(number)
            yield
        finally:
            for stack in self._stacks:
                stack.close()

    def start(self, number: int) -> None:
        """Start a node with what it has."""
        folder, port = self._folder / f"node-{number}", self._ports[number]
        config = node_config(self._node(number, folder), self._users)
        self._processes[number] = self._stacks[number].enter_context(
            nats_process(folder, port=port, config=config)
        )

    def stop(self, number: int) -> None:
        """Stop a node."""
        self._stacks[number].close()

    def kill(self, number: int) -> None:
        """End a node as a power cut would."""
        self._processes[number].kill()
        self.stop(number)

    def wipe(self, number: int) -> None:
        """Take away what a dead node kept."""
        shutil.rmtree(self._folder / f"node-{number}" / "jetstream")

    @contextmanager
    def silenced(self, number: int) -> Iterator[None]:
        """A node that is there and answers nobody: neither the others nor its clients."""
        process = self._processes[number]
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def _node(self, number: int, folder: Path) -> Node:
        return Node(
            name=f"node-{number}",
            listen=f"{LOOPBACK}:{self._ports[number]}",
            monitor=f"{LOOPBACK}:{free_port()}",
            store=folder / "jetstream",
            tls=_tls(self._certificate),
            cluster_listen=self._between[number],
            routes=tuple(self._between),
        )


def _tls(files: NodeCertificate) -> TlsFiles:
    return TlsFiles(certificate=files.certificate, key=files.key, authority=files.authority)
