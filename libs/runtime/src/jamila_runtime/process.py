"""One process: broker, inbox, outbox, background tasks, health and metrics.

Crash-only: a task that ends unexpectedly ends the process with its reason, and whoever supervises
starts it again. Nothing limps on in silence.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import FrameType
from typing import Any, Final

import nats
import uvicorn
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jamila_runtime.application import StageApplication
from jamila_runtime.eager import install as install_eager_batches
from jamila_runtime.effects import EffectRunner
from jamila_runtime.heartbeat import Heart
from jamila_runtime.inbox import subscribe_commands, subscribe_events
from jamila_runtime.logs import configure_logs, get_logger
from jamila_runtime.outbox import Outbox, Publications
from jamila_runtime.owner_desk import answer_operators, answer_readers
from jamila_runtime.restored import restored_of
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.streams import JetStreamPublisher, ensure_consumer
from jamila_runtime.threads import Threads
from jamila_runtime.vocabulary import HomeNewerError, claim, contract_words, own_words

Check = Callable[[], bool]
_STOP_SECONDS = 1.0
_HOME_NEWER: Final = 4
"""Exit code of a process that is older than the home it was started on."""
_NOT_STARTED: Final = 3
"""Exit code of a process whose lifespan or port failed; what uvicorn's own ``run`` gives."""
_THREAD_SECONDS = 5.0
"""How long a thread may go on with what it does before its store is left to the process's end."""
_log = get_logger(__name__)


async def connect(settings: RuntimeSettings, name: str) -> Client:
    """Connect to NATS and never give up reconnecting."""
    return await nats.connect(
        settings.nats_url,
        name=f"jamila-{name}",
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
        allow_reconnect=True,
    )


def inbox_broker(settings: RuntimeSettings, name: str) -> NatsBroker:
    """The broker a process consumes with; never gives up reconnecting.

    With a limit, FastStream's pull loop spins once the limit is used up
    (measured with FastStream 0.7.8).
    """
    install_eager_batches()
    return NatsBroker(
        settings.nats_url,
        name=f"jamila-{name}-inbox",
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        logger=None,
    )


async def stop_quietly(broker: NatsBroker) -> None:
    """Close a broker; that NATS is already gone is no news while we stop."""
    with suppress(NatsError, TimeoutError):
        await broker.stop()


class Process:
    """What every process has, whether it owns a stage or not."""

    def __init__(self, settings: RuntimeSettings, name: str) -> None:
        self.settings = settings
        self.name = name
        self.checks: dict[str, Check] = {}
        """Named conditions of readiness."""
        self.is_stopping = False
        """It was told to stop: what lasts has to end by itself."""
        self._tasks: list[asyncio.Task[Any]] = []

    def background(self, work: Awaitable[Any], *, name: str) -> None:
        """Run something for as long as the process lives; its end is the end of the process."""
        task = asyncio.ensure_future(work)
        task.set_name(name)
        task.add_done_callback(self._on_task_end)
        self._tasks.append(task)
        self.checks[name] = lambda: not task.done()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold the process's connections and tasks open."""
        threads = Threads.of_this_loop()
        try:
            async with AsyncExitStack() as stack:
                try:
                    await self.start(stack)
                    yield
                finally:
                    # First of all: a task that meets a closed store would end in an error.
                    await self._stop_tasks()
        finally:
            # Cancelling a task does not end its thread, and whoever made a store may close it now.
            await threads.idle(patience_seconds=_THREAD_SECONDS)

    async def start(self, stack: AsyncExitStack) -> None:
        """Open connections, start tasks; a subclass adds its own and gives them to the stack."""

    def close_at_end(self, stack: AsyncExitStack, close: Callable[[], None]) -> None:
        """Close a store at the end, once no thread can be using it.

        To be called before the broker is put on the stack: what is put there later stops earlier.
        """

        async def close_when_idle() -> None:
            if await Threads.of_this_loop().idle(patience_seconds=_THREAD_SECONDS):
                close()
            else:
                # The end of the process closes it as well, and harms nobody.
                _log.warning("a thread still works, its store is left open", process=self.name)

        stack.push_async_callback(close_when_idle)

    def words(self) -> frozenset[str]:
        """The kinds of facts this process can read (``vocabulary``)."""
        return contract_words()

    def routes(self) -> list[Route]:
        """Health, readiness and metrics."""
        return [
            Route("/healthz", lambda _: Response("ok\n")),
            Route("/readyz", self._ready),
            Route(
                "/metrics", lambda _: Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
            ),
        ]

    def asgi(self) -> Any:
        """The ASGI application of the process; a subclass with a web side gives its own."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with self.running():
                yield

        return Starlette(routes=self.routes(), lifespan=lifespan)

    def readiness(self) -> Mapping[str, bool]:
        """Each named condition and whether it holds."""
        return {name: check() for name, check in self.checks.items()}

    def _ready(self, _: Request) -> Response:
        readiness = self.readiness()
        return JSONResponse(dict(readiness), status_code=200 if all(readiness.values()) else 503)

    def _on_task_end(self, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            return
        _log.error("background task ended", task=task.get_name(), exc_info=task.exception())
        os.kill(os.getpid(), signal.SIGTERM)

    async def _stop_tasks(self) -> None:
        left = set(self._tasks)
        while left:
            for task in left:
                task.cancel()
            # Again and again: in Python 3.11 wait_for forgets a cancellation that comes in the
            # moment in which what it waits for is done (fixed in 3.12).
            _, left = await asyncio.wait(left, timeout=_STOP_SECONDS)


class StageProcess(Process):
    """A process that owns a stage: inbox in, commands answered, outbox out."""

    def __init__(
        self,
        settings: RuntimeSettings,
        application: StageApplication[Any],
        publications: Publications,
    ) -> None:
        super().__init__(settings, application.service)
        self.application = application
        self.application.internal = publications.internal
        self.application.uncounted = publications.uncounted
        restored = restored_of(settings.home)
        self.application.doubt_until = restored.cut_at if restored else None
        self.publications = publications
        self.lags: dict[str, Callable[[], int]] = {}
        """What else its signs of life count; see ``Heart``."""
        self.broker = inbox_broker(settings, self.name)
        subscribe_events(self.broker, application, durable=application.service)
        subscribe_commands(self.broker, application)

    def words(self) -> frozenset[str]:
        """Also what its own store holds."""
        kept: set[Any] = {*self.publications.published, *self.publications.internal}
        return super().words() | own_words({str(each.TOPIC) for each in kept})

    async def start(self, stack: AsyncExitStack) -> None:
        """Connect, make sure of the consumer, then open inbox and outbox."""
        client = await connect(self.settings, f"{self.name}-outbox")
        stack.push_async_callback(client.close)
        outbox = Outbox(
            self.application,
            self.publications,
            JetStreamPublisher(client),
            tenant=self.settings.tenant,
        )
        loop = asyncio.get_running_loop()
        effects = EffectRunner(
            self.application.store, self.application.effects, self.application.clock
        )

        def wake() -> None:
            loop.call_soon_threadsafe(outbox.wake)
            loop.call_soon_threadsafe(effects.wake)

        self.application.on_saved = wake
        await answer_readers(client, outbox, self.application)
        await self.open_desks(client)
        subjects = [event.SUBJECT for event in self.application.handlers.events]
        await ensure_consumer(client.jetstream(), durable=self.name, subjects=subjects)
        await self.broker.start()
        stack.push_async_callback(stop_quietly, self.broker)
        self.checks["nats"] = lambda: client.is_connected
        self.background(outbox.run(), name="outbox")
        parked = self.application.store.parked
        lags = {"outbox": outbox.lag, "parked": lambda: len(parked()), **self.lags}
        heart = Heart(self.name, client, self.readiness, durable=self.name, lags=lags)
        self.background(heart.run(), name="heartbeat")
        if self.application.effects:
            self.background(effects.run(), name="effects")

    async def open_desks(self, client: Client) -> None:
        """Let operators ask; a subclass with a desk of its own opens that as well."""
        await answer_operators(client, self.application)


def serve(process: Process) -> None:
    """Run a process until it is told to stop."""
    settings = process.settings
    configure_logs(process.name, settings.log_level)
    try:
        claim(settings.home, process.name, process.words())
    except HomeNewerError as error:
        _log.error("older than its home", fault=error.slug, **error.data)
        sys.exit(_HOME_NEWER)
    config = uvicorn.Config(
        process.asgi(),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config, process)
    server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)


class _Server(uvicorn.Server):
    """Tells the process before it waits for open connections: a stream would never end."""

    def __init__(self, config: uvicorn.Config, process: Process) -> None:
        super().__init__(config)
        self._process = process

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._process.is_stopping = True
        super().handle_exit(sig, frame)
