"""Does what needs a broker for the replay tool and the console, inside the ledger's process.

It asks the owners: an outbox to publish its own log again, a service to retry or give up what it
parked itself. It can neither publish an event of its own making nor send nor print.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from jamila_ledger.ops import ASKED, PUBLICATIONS, RETRY_PARKED, SERVICE, OpsApplication
from jamila_ledger.ops_parked import Lists, ParkedDesk
from jamila_ledger.ops_restore import Restorer
from jamila_runtime.effects import Effect, EffectRunner
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.inbox import subscribe_commands
from jamila_runtime.lease import Lease
from jamila_runtime.outbox import Outbox
from jamila_runtime.owner_desk import (
    answer_readers,
    parked_subject,
    position_subject,
    rewind_subject,
    set_aside_subject,
)
from jamila_runtime.process import Process, wakes_from_threads
from jamila_runtime.streams import JetStreamPublisher, ensure_stream

Result = dict[str, str | int]
_ANSWER_SECONDS: Final = 30.0
_LIST_SECONDS: Final = 3.0
"""A service that does not tell what it has parked by then is named as silent."""
_RUN_SECONDS: Final = 3600.0


class OwnerRefusedError(DomainError):
    """The owner of what was asked for said no; ``data`` has its slug."""

    slug = "owner-refused"


class OpsDesk:
    """The service ``ops`` in the ledger's process."""

    def __init__(
        self,
        application: OpsApplication,
        client: Client,
        *,
        tenant: str,
        services: Callable[[], set[str]],
        replicas: int = 1,
    ) -> None:
        self.application = application
        self._replicas = replicas
        self._client = client
        self._services = services
        self._effects: EffectRunner | None = None
        publisher = JetStreamPublisher(client)
        self._outbox = Outbox(application, PUBLICATIONS, publisher, tenant=tenant)
        self._actions: Mapping[str, Callable[[dict[str, Any]], Awaitable[Result]]] = {
            "republish": self._republish,
            "restore": self._restore,
            RETRY_PARKED: self._retry,
            "parked-discard": self._discard,
            "set-aside-retry": partial(self._set_aside, "retry"),
            "set-aside-read-again": partial(self._set_aside, "read-again"),
            "set-aside-discard": partial(self._set_aside, "discard"),
        }

    def answer_commands(self, broker: NatsBroker) -> None:
        """Answer the console on the broker of the process; before the broker starts."""
        loop = asyncio.get_running_loop()

        def lists() -> Lists:
            return asyncio.run_coroutine_threadsafe(self._lists(), loop).result(_ANSWER_SECONDS)

        ParkedDesk(self.application, readers=self._readers, lists=lists)
        subscribe_commands(broker, self.application)

    def wake(self) -> None:
        """Something was saved; call from the loop of the service."""
        self._outbox.wake()
        if self._effects is not None:
            self._effects.wake()

    async def start(self, process: Process, lease: Lease) -> None:
        """Publish runs, and perform what they ask."""
        loop = asyncio.get_running_loop()

        def perform(effect: Effect) -> None:
            asked = asyncio.run_coroutine_threadsafe(self._act(effect), loop)
            outcome, result = asked.result(_RUN_SECONDS)
            self.application.end(effect.case_id, outcome, result, finish=effect.id)

        self.application.effects = {ASKED: perform}
        store, clock = self.application.store, self.application.clock
        effects = EffectRunner(store, self.application.effects, clock, may_act=lease.is_held)
        self._effects = effects
        wakes_from_threads(self.application, self.wake)
        await answer_readers(self._client, self._outbox, self.application)
        process.background(self._outbox.run(), name="ops-outbox")
        process.background(effects.run(), name="ops-effects")

    async def _act(self, effect: Effect) -> "tuple[Any, Result]":
        asked = dict(effect.payload)
        act = self._actions.get(asked.pop("action"))
        if act is None:
            return "gagal", {"fault": "unknown-action"}
        try:
            return "selesai", await act(asked)
        except DomainError as error:
            detail = {"problem": error.data["problem"]} if "problem" in error.data else {}
            return "gagal", {"fault": error.slug, **detail}

    async def _republish(self, asked: dict[str, Any]) -> Result:
        await ensure_stream(self._client.jetstream(), replicas=self._replicas)
        after, silent = int(asked.get("after", 0)), []
        chosen = [asked["service"]] if asked.get("service") else sorted(self._services())
        for service in chosen:
            # Asked first: a wish that nobody hears would look like one that was granted.
            try:
                await self._request(position_subject(service), {})
            except OwnerRefusedError:
                silent.append(service)
                continue
            await self._client.publish(rewind_subject(service), str(after).encode())
        await self._client.flush()
        if silent:
            raise OwnerRefusedError("some do not answer", problem=", ".join(silent))
        return {"services": len(chosen), "after": after}

    async def _restore(self, asked: dict[str, Any]) -> Result:
        targets: dict[str, int] = {}
        for service in sorted(self._services()):
            answer = await self._request(position_subject(service), {})
            targets[service] = int(answer["position"])
        if SERVICE in targets:
            # This very run may not be published yet; what was before it is.
            targets[SERVICE] = min(targets[SERVICE], self._outbox.reached().published)
        return await Restorer(self._client, targets).restore(asked["url"])

    async def _retry(self, asked: dict[str, Any]) -> Result:
        if "case_id" not in asked:
            return await self._request(parked_subject(asked["service"], "retry-all"), {})
        case_id = str(UUID(asked["case_id"]))
        return await self._request(parked_subject(asked["service"], "retry"), {"case_id": case_id})

    async def _discard(self, asked: dict[str, Any]) -> Result:
        place = {"source": asked["source"], "log_position": asked["log_position"]}
        return await self._request(parked_subject(asked["service"], "discard"), place)

    async def _set_aside(self, action: str, asked: dict[str, Any]) -> Result:
        return await self._request(set_aside_subject(asked.pop("service"), action), asked)

    def _readers(self) -> set[str]:
        """Whoever can park events: this service consumes none."""
        return self._services() - {SERVICE}

    async def _lists(self) -> Lists:
        names = sorted(self._readers())
        return dict(zip(names, await asyncio.gather(*map(self._list, names)), strict=True))

    async def _list(self, service: str) -> Result | None:
        try:
            return await self._request(parked_subject(service, "list"), {}, patience=_LIST_SECONDS)
        except (OwnerRefusedError, RetryableError):
            return None

    async def _request(
        self, subject: str, body: dict[str, Any], *, patience: float = _ANSWER_SECONDS
    ) -> Result:
        try:
            answer = await self._client.request(
                subject, json.dumps(body).encode(), timeout=patience
            )
        except NoRespondersError as error:
            raise OwnerRefusedError("nobody answers there", problem="no-such-service") from error
        except (NatsError, TimeoutError, OSError) as error:
            raise RetryableError("the owner does not answer") from error
        result: Result = json.loads(answer.data)
        if "problem" in result:
            raise OwnerRefusedError("the owner refused", problem=result["problem"])
        return result
