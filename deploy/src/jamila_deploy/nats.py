"""Configuration of nats-server: one node beside the system, or a node of a cluster."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jamila_deploy.ports import LOOPBACK
from jamila_deploy.readiness import HttpReady
from jamila_deploy.settings import LauncherSettings

_HEAD: Final = "# Generated, do not edit: change the settings of whoever wrote it instead.\n"
_CLUSTER: Final = "jamila"
_MAX_PAYLOAD_BYTES: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class TlsFiles:
    """How a node is known, and by what it knows others."""

    certificate: Path
    key: Path
    authority: Path

    def as_config(self, *, both_ways: bool) -> dict[str, Any]:
        """The section of nats-server; ``both_ways``: whoever connects must be known too."""
        files = {"cert_file": self.certificate, "key_file": self.key, "ca_file": self.authority}
        return {**{name: str(path) for name, path in files.items()}, "verify": both_ways}


@dataclass(frozen=True, kw_only=True)
class Node:
    """One nats-server."""

    name: str
    listen: str
    """Host and port for clients."""
    monitor: str
    """Host and port of its own HTTP pages: health and figures; never to the outside."""
    store: Path
    tls: TlsFiles | None = None
    """With it clients and other nodes speak TLS only, and nodes prove who they are."""
    cluster_listen: str = ""
    """Host and port for other nodes; empty: it stands alone."""
    routes: tuple[str, ...] = ()
    """Host and port of every node of the cluster."""


def node_config(node: Node, users: Mapping[str, Any]) -> str:
    """Compose the configuration of a node.

    Args:
        node: Where it listens and keeps its data.
        users: Who may connect (``nats_users.users_config``).
    """
    config: dict[str, Any] = {
        "server_name": node.name,
        "listen": node.listen,
        "http": node.monitor,
        "max_payload": _MAX_PAYLOAD_BYTES,
        # JetStream acknowledges before fsync unless told so, and an acknowledged event must not
        # be lost.
        "jetstream": {"store_dir": str(node.store), "sync_interval": "always"},
        "authorization": users,
    }
    if node.tls is not None:
        config["tls"] = node.tls.as_config(both_ways=False)
    if node.cluster_listen:
        config["cluster"] = {
            "name": _CLUSTER,
            "listen": node.cluster_listen,
            "routes": [f"nats-route://{each}" for each in node.routes],
        }
        if node.tls is not None:
            config["cluster"]["tls"] = node.tls.as_config(both_ways=True)
    return _HEAD + json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def config_path(settings: LauncherSettings) -> Path:
    """Where the launcher writes nats-server's configuration."""
    return settings.home / "run" / "nats-server.conf"


def nats_config(settings: LauncherSettings, passwords: Mapping[str, str]) -> str:
    """That of the embedded server: loopback only, the same users as everywhere."""
    # Imported here: the contracts are large and only a start needs them.
    from jamila_deploy.nats_users import users_config  # noqa: PLC0415

    node = Node(
        name="jamila",
        listen=f"{LOOPBACK}:{settings.ports.nats}",
        monitor=f"{LOOPBACK}:{settings.ports.nats_monitor}",
        store=settings.home / "nats",
    )
    return node_config(node, users_config(passwords, tenant=settings.tenant))


def nats_url(settings: LauncherSettings) -> str:
    """The address clients connect to."""
    return f"nats://{LOOPBACK}:{settings.ports.nats}"


def nats_ready(settings: LauncherSettings) -> HttpReady:
    """Ready once JetStream itself has recovered its streams, not when the port opens."""
    return HttpReady(LOOPBACK, settings.ports.nats_monitor, "/healthz?js-enabled-only=true")
