"""The intake service as a process of its own, with nothing around it: no NATS, no WhatsApp."""

import base64
import contextlib
import sqlite3
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from jamila_testing.servers import free_port, running

SECRET = "rahasia-aplikasi-uji"  # noqa: S105 - of a process that lives for one test
NUMBER_ID = "106540352242922"


@dataclass(frozen=True)
class LonelyIntake:
    """A running intake service and where its inbox lies."""

    port: int
    process_id: int
    inbox: Path

    def items(self) -> int:
        """Messages and statuses in the inbox, done or not; counted from outside."""
        return self._count("items")

    def waiting(self) -> int:
        """How many of them are not done."""
        return self._count("items WHERE state = 'waiting'")

    def _count(self, what: str) -> int:
        store = sqlite3.connect(f"file:{self.inbox}?mode=ro", uri=True)
        with contextlib.closing(store):
            return int(store.execute(f"SELECT count(*) FROM {what}").fetchone()[0])  # noqa: S608


@contextlib.contextmanager
def lonely_intake(folder: Path, *, nats_url: str | None = None) -> Iterator[LonelyIntake]:
    """Run it until the block is left; every neighbour that is not given is down."""
    port = free_port()
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "master.key").write_text(base64.b64encode(bytes(range(32))).decode())
    nowhere = f"127.0.0.1:{free_port()}"
    settings = {
        # Its secrets stand in this file, so outside a demonstration it would rightly not start.
        "JAMILA_DEMO": "1",
        "JAMILA_HOME": str(home),
        "JAMILA_MASTER_KEY_FILE": str(home / "master.key"),
        "JAMILA_NATS_URL": nats_url or f"nats://{nowhere}",
        "JAMILA_HTTP_PORT": str(port),
        "JAMILA_LOG_LEVEL": "WARNING",
        "INTAKE_WHATSAPP_BASE_URL": f"http://{nowhere}/v24.0",
        "INTAKE_WHATSAPP_APP_SECRET": SECRET,
        "INTAKE_WHATSAPP_ACCESS_TOKEN": "token-uji",
        "INTAKE_WHATSAPP_VERIFY_TOKEN": "verifikasi-uji",
        "INTAKE_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
    }
    command = ("env", *(f"{k}={v}" for k, v in settings.items()), sys.executable, "-m", "intake")
    with running(command, folder=folder, ready=lambda: _answers(port)) as process:
        yield LonelyIntake(port, process.pid, home / "stores" / "intake-inbox.db")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
