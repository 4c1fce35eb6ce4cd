"""Configuration of the embedded nats-server."""

import json
from pathlib import Path

from jamila_deploy.ports import LOOPBACK
from jamila_deploy.readiness import HttpReady
from jamila_deploy.settings import LauncherSettings

_TEMPLATE = """\
# Written by the launcher at every start; change the launcher's settings instead.
server_name: jamila
listen: {listen}
http: {http}
max_payload: 1MB
jetstream {{
  store_dir: {store_dir}
  # JetStream acknowledges before fsync unless told so, and an acknowledged event must not be lost.
  sync_interval: always
}}
"""


def config_path(settings: LauncherSettings) -> Path:
    """Where the launcher writes nats-server's configuration."""
    return settings.home / "run" / "nats-server.conf"


def nats_config(settings: LauncherSettings) -> str:
    """Compose the configuration: JetStream on disk, loopback only, monitor port for health."""
    return _TEMPLATE.format(
        listen=json.dumps(f"{LOOPBACK}:{settings.ports.nats}"),
        http=json.dumps(f"{LOOPBACK}:{settings.ports.nats_monitor}"),
        store_dir=json.dumps(str(settings.home / "nats"), ensure_ascii=False),
    )


def nats_url(settings: LauncherSettings) -> str:
    """The address clients connect to."""
    return f"nats://{LOOPBACK}:{settings.ports.nats}"


def nats_ready(settings: LauncherSettings) -> HttpReady:
    """Ready once JetStream itself has recovered its streams, not when the port opens."""
    return HttpReady(LOOPBACK, settings.ports.nats_monitor, "/healthz?js-enabled-only=true")
