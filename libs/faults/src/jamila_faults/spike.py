"""Five times as many people as usual: what is too much is told so, and nothing is lost."""

import asyncio
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx

from gateway.client import GatewayClient
from jamila_deploy.secrets import ensure_secrets
from jamila_faults.arena import Arena, arena
from jamila_faults.checker.cases import SLOWEST_RECOVERY_SECONDS
from jamila_faults.checker.violation import Violation
from jamila_faults.storm import Outcome, Tell, finish
from jamila_testing.burst import Volley, fire, shots

_FACTOR: Final = 5
_PROBE_SECONDS: Final = 2.0
_CALM_SECONDS: Final = 10.0
_AS_BEFORE: Final = 2.0
"""Calm again: the slow answers take at most so many times what they took before."""
_HARDLY_ANYTHING: Final = 0.1
"""Seconds; a machine that is busy with something else must not count as a spike that stays."""
_NUMBER_ID: Final = "106311990000001"
_ACCOUNT: Final = "loket-2"


@dataclass
class Asking:
    """What people who ask the API saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        """How long the slow ones waited."""
        ordered = sorted(self.seconds)
        return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


@dataclass(kw_only=True)
class Spike:
    """How it went."""

    before: Asking
    during: Asking
    webhooks: Volley
    calm_after_seconds: float
    lost: int


async def spike(
    folder: Path, *, seed: int, per_second: float, seconds: float, tell: Tell
) -> tuple[Outcome, Spike]:
    """Let usual numbers come, then five times as many, and wait until it is as before."""
    async with arena(folder, seed=seed, walkers=1) as place:
        outcome = Outcome(violations=[], cases=0, entries=0)
        asker = await asyncio.to_thread(_asker, place)
        async with asker:
            before = await ask(asker, per_second=per_second, seconds=_CALM_SECONDS)
            tell(f"usual: {_told(before)}")
            during, webhooks, lost = await _rush(place, asker, per_second * _FACTOR, seconds)
            tell(f"five times as many: {_told(during)}; webhooks {webhooks.statuses}")
            calm_after = await _until_calm(asker, per_second, before.p95)
            tell(f"as before after {calm_after:.1f} s")
        await finish(place, outcome)
    result = Spike(
        before=before, during=during, webhooks=webhooks, calm_after_seconds=calm_after, lost=lost
    )
    outcome.violations += list(_faults_of(result))
    return outcome, result


async def ask(asker: httpx.AsyncClient, *, per_second: float, seconds: float) -> Asking:
    """Ask for the queue at a rate that does not wait for answers."""
    asked, waiting = Asking(), set[asyncio.Task[None]]()

    async def once() -> None:
        began = time.perf_counter()
        answer = await asker.get("/api/v1/queue", params={"capability": "operator-layanan"})
        asked.statuses[answer.status_code] += 1
        if answer.status_code == HTTPStatus.OK:
            asked.seconds.append(time.perf_counter() - began)

    started = time.perf_counter()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(started + number / per_second - time.perf_counter(), 0))
        waiting.add(asyncio.create_task(once()))
    await asyncio.gather(*waiting)
    return asked


async def _rush(
    place: Arena, asker: httpx.AsyncClient, per_second: float, seconds: float
) -> tuple[Asking, Volley, int]:
    secret = ensure_secrets(place.system.settings).whatsapp_app_secret
    volley = shots(int(per_second * seconds), secret=secret, number_id=_NUMBER_ID)
    port = place.system.settings.ports.intake
    asked, webhooks = await asyncio.gather(
        ask(asker, per_second=per_second, seconds=seconds),
        fire(port, volley, per_second=per_second),
    )
    kept = {each for shot in volley for each in shot.identities if each in webhooks.kept}
    return asked, webhooks, len(kept) - _of_the_burst(place, len(kept))


def _of_the_burst(place: Arena, most: int) -> int:
    """How many items of the burst lie in the inbox; its digests hide which is which."""
    inbox = f"file:{place.home / 'stores' / 'intake-inbox.db'}?mode=ro"
    with closing(sqlite3.connect(inbox, uri=True)) as store:
        return min(int(store.execute("SELECT count(*) FROM items").fetchone()[0]), most)


async def _until_calm(asker: httpx.AsyncClient, per_second: float, usual: float) -> float:
    """Seconds after the end of the rush until answers are as fast as before."""
    began = time.monotonic()
    calm = max(usual * _AS_BEFORE, _HARDLY_ANYTHING)
    while True:
        asked = await ask(asker, per_second=per_second, seconds=_PROBE_SECONDS)
        waited = time.monotonic() - began
        is_calm = asked.p95 <= calm and not asked.statuses[HTTPStatus.TOO_MANY_REQUESTS]
        if is_calm or waited > 2 * SLOWEST_RECOVERY_SECONDS:
            return waited


def _asker(place: Arena) -> httpx.AsyncClient:
    address = place.crowd.office.address
    with httpx.Client(base_url=address.gateway_url, timeout=30) as http:
        GatewayClient(address.gateway_url, http=http).login(_ACCOUNT, address.passwords[_ACCOUNT])
        headers = {"Authorization": http.headers["Authorization"]}
    return httpx.AsyncClient(base_url=address.gateway_url, headers=headers, timeout=60)


def _told(asked: Asking) -> str:
    return f"{dict(asked.statuses)}, p95 {asked.p95 * 1000:.0f} ms"


def _faults_of(result: Spike) -> list[Violation]:
    found = []
    if result.calm_after_seconds > SLOWEST_RECOVERY_SECONDS:
        detail = f"as before only after {result.calm_after_seconds:.1f} s"
        found.append(Violation("slow-to-recover", detail))
    if result.lost:
        found.append(Violation("acknowledged-and-lost", f"{result.lost} webhooks"))
    strange = set(result.during.statuses) - {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}
    if strange or set(result.webhooks.statuses) - {HTTPStatus.OK}:
        found.append(Violation("shed-otherwise", f"{result.during.statuses}"))
    if not result.during.statuses[HTTPStatus.TOO_MANY_REQUESTS]:
        found.append(Violation("shed-otherwise", "nobody was told to wait"))
    return found
