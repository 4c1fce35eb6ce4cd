"""Two ways to send by the Cloud API: our client of httpx, and the library pywa.

Run: ``.venv/bin/python bench/whatsapp_client.py --peer FOLDER [--messages 500]``, where FOLDER
holds the peer (``pip install pywa==4.5.0 --target FOLDER``); it is no dependency of the project.
Starts the simulators on loopback and lets each client, in a process of its own, send the same texts
one after the other, meet a pair-rate refusal, and lose an answer. Writes
``bench/results/whatsapp_client.json``.
"""

import argparse
import json
import os
import platform
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "whatsapp_client.json"
NUMBER_ID, WABA_ID, TOKEN = "106311990000001", "206311990000001", "token-bench-0001"
PHONE = "6280063110001"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--peer", type=Path, required=True)
    asked.add_argument("--messages", type=int, default=500)
    asked.add_argument("--child", choices=("own", "pywa"))
    asked.add_argument("--url")
    options = asked.parse_args()
    if options.child:
        print(json.dumps(child(options.child, options.url, options.messages)))
        return
    measured = {}
    with tempfile.TemporaryDirectory(prefix="jamila-client-") as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        simulators = start_simulators(Path(folder), port)
        try:
            wait_for(url)
            for name in ("own", "pywa"):
                measured[name] = in_a_process(name, url, options)
        finally:
            simulators.terminate()
            simulators.wait()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    RESULTS.write_text(json.dumps({"machine": machine, "measured": measured}, indent=2) + "\n")
    for name, figures in measured.items():
        print(name)
        for figure, value in figures.items():
            print(f"  {figure:34} {value}")


def in_a_process(name: str, url: str, options: argparse.Namespace) -> dict[str, Any]:
    path = os.pathsep.join([str(options.peer)] if name == "pywa" else [])
    arguments = [sys.executable, __file__, "--peer", str(options.peer), "--child", name]
    arguments += ["--url", url, "--messages", str(options.messages)]
    done = subprocess.run(  # noqa: S603 - this very file
        arguments,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def child(name: str, url: str, messages: int) -> dict[str, Any]:
    import httpx  # noqa: PLC0415 - both stand on it; what is measured comes on top

    before = memory_mb()
    began = time.perf_counter()
    send, close_after = CLIENTS[name](f"{url}/whatsapp/v24.0")
    imported, heavier = time.perf_counter() - began, memory_mb() - before
    control = httpx.Client(base_url=f"{url}/_sim/whatsapp")
    control.post(
        "/inbound",
        json={"from": PHONE, "name": "x", "messages": [{"type": "text", "text": "halo"}]},
    )
    took = []
    for number in range(messages):
        start = time.perf_counter()
        send(f"pesan {number}")
        took.append((time.perf_counter() - start) * 1000)
    control.post("/fail-next", json={"code": 131056, "count": 1})
    return {
        "import and set up, ms": round(imported * 1000, 1),
        "memory on top of httpx, MB": round(heavier, 1),
        "messages per second": round(1000 * messages / sum(took), 1),
        "p50, ms": round(statistics.median(took), 3),
        "p95, ms": round(statistics.quantiles(took, n=20)[-1], 3),
        "refused by the pair limit": what_happens(lambda: send("x")),
        "answer lost": what_happens(close_after),
    }


def own(base_url: str) -> tuple[Callable[[str], object], Callable[[], object]]:
    from jamila_whatsapp.client import Recipient, WhatsAppClient  # noqa: PLC0415 - measured

    client = WhatsAppClient(base_url, TOKEN, phone_number_id=NUMBER_ID)
    silent = WhatsAppClient(
        f"http://127.0.0.1:{deaf_port()}", TOKEN, phone_number_id=NUMBER_ID, timeout_seconds=0.3
    )
    to = Recipient(PHONE)
    return (
        lambda text: client.send_text(to, text, callback_data="x:y"),
        lambda: silent.send_text(to, "x", callback_data="x:y"),
    )


def peer(base_url: str) -> tuple[Callable[[str], object], Callable[[], object]]:
    import httpx  # noqa: PLC0415 - measured
    from pywa import WhatsApp  # noqa: PLC0415 - measured

    def client(url: str, seconds: float) -> Any:
        session = httpx.Client(timeout=seconds)
        made = WhatsApp(phone_id=NUMBER_ID, token=TOKEN, session=session)
        # There is no parameter for the address; the constructor overwrites that of the session.
        session.base_url = httpx.URL(url)
        return made

    real, silent = client(base_url, 15), client(f"http://127.0.0.1:{deaf_port()}", 0.3)
    return (
        lambda text: real.send_message(to=PHONE, text=text, tracker="x:y"),
        lambda: silent.send_message(to=PHONE, text="x", tracker="x:y"),
    )


CLIENTS = {"own": own, "pywa": peer}


def what_happens(action: Callable[[], object]) -> str:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - the kind of error is the finding
        return f"{type(error).__module__}.{type(error).__name__}: {error}"[:120]
    return "nothing"


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def start_simulators(folder: Path, port: int) -> subprocess.Popen[bytes]:
    env = {
        "SIMULATORS_HOST": "127.0.0.1",
        "SIMULATORS_PORT": str(port),
        "SIMULATORS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SIMULATORS_WEBHOOK_URL": f"http://127.0.0.1:{deaf_port()}/webhooks/whatsapp",
        "SIMULATORS_APP_SECRET": "rahasia-bench-0001",
        "SIMULATORS_ACCESS_TOKEN": TOKEN,
        "SIMULATORS_VERIFY_TOKEN": "verifikasi-bench",
        "SIMULATORS_PHONE_NUMBER_ID": NUMBER_ID,
        "SIMULATORS_WABA_ID": WABA_ID,
        "SIMULATORS_STATE_DIR": str(folder),
        "SIMULATORS_MESSAGES_PER_SECOND": "1000000",
        "SIMULATORS_PAIR_BURST": "1000000",
        "SIMULATORS_SIAK_USER": "demo",
        "SIMULATORS_SIAK_PASSWORD": "demo-bench-0001",
        "SIMULATORS_SIAK_IP": "127.0.0.1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "jamila_simulators"],
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(url: str) -> None:
    import httpx  # noqa: PLC0415 - not in the head: its import is part of what is compared

    for _ in range(300):
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the simulators did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_DEAF: list[socket.socket] = []


def deaf_port() -> int:
    """A port that takes connections and never answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    _DEAF.append(listener)
    return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
