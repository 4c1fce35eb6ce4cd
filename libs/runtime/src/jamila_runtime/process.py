"""One process: broker, inbox, outbox, background tasks, health and metrics.

Crash-only: a task that ends unexpectedly ends the process with its reason, and whoever supervises
starts it again. Nothing limps on in silence.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import FrameType
from typing import Any, ClassVar, Final

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
from jamila_runtime.connecting import connect, inbox_broker, inbox_of
from jamila_runtime.effects import EffectRunner
from jamila_runtime.heartbeat import NO_LAGS, Heart, Lags, Living
from jamila_runtime.inbox import subscribe_commands, subscribe_events
from jamila_runtime.lease import Lease
from jamila_runtime.logs import configure_logs, get_logger
from jamila_runtime.nearness import NearOnly
from jamila_runtime.outbox import Outbox, Publications
from jamila_runtime.owner_desk import answer_operators, answer_readers
from jamila_runtime.restored import restored_of
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.streams import JetStreamPublisher, ensure_consumer, keep_consumer
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
        self._failed = False
        self._tasks: list[asyncio.Task[Any]] = []

    def background(self, work: Awaitable[Any], *, name: str) -> None:
        """Run something for as long as the process lives; its end is the end of the process."""
        task = asyncio.ensure_future(work)
        task.set_name(name)
        task.add_done_callback(self._on_task_end)
        self._tasks.append(task)
        self.checks[name] = lambda: not task.done()

    def beat(self, client: Client, *, durable: str = "", lags: Lags = NO_LAGS) -> None:
        """Give signs of life until the end (see ``Heart``)."""
        port = self.settings.http_port
        living = Living(
            self.name,
            self.readiness,
            replica=f"{socket.gethostname()}:{port}" if port else socket.gethostname(),
            leaves=lambda: self.is_stopping and not self._failed,
        )
        heart = Heart(living, client, durable=durable, lags=lags)
        self.background(heart.run(), name="heartbeat")

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

    async def lead(
        self,
        lease: Lease,
        begin: Callable[[], Awaitable[None]],
        *,
        on_news: Callable[[], None],
        name: str = "lease",
    ) -> None:
        """Do what only one of several replicas may do, as soon as it is our turn.

        Args:
            lease: The right to do it.
            begin: Starts it; whatever it starts goes on until the process ends.
            on_news: Called when another replica saved something.
            name: Of the task that keeps the lease.
        """

        async def in_turn() -> None:
            await lease.take(patient=True)
            _log.info("takes over", process=self.name)
            await begin()
            await lease.hold(on_news)

        if await lease.take(patient=False):
            await begin()
            self.background(lease.hold(on_news), name=name)
        else:
            self.background(in_turn(), name=name)

    def give_back_at_end(self, stack: AsyncExitStack, lease: Lease) -> None:
        """Let another replica lead once no thread of ours does what only one may do."""

        async def give_back_when_idle() -> None:
            await Threads.of_this_loop().idle(patience_seconds=_THREAD_SECONDS)
            await lease.give_back()

        stack.push_async_callback(give_back_when_idle)

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
        self._failed = True
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
    """A process that owns a stage: commands answered, inbox in, outbox out.

    Of several replicas each answers commands. One, which holds the lease of the stage, consumes
    events, publishes, and does what has to be done outside.
    """

    shares_commands: ClassVar[bool] = True
    """Whether every replica answers; not where an answer hangs on the memory of a process."""

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
        self._commands = inbox_broker(settings, f"{self.name}-desk")
        self._events = inbox_broker(settings, f"{self.name}-inbox")
        subscribe_commands(self._commands, application)
        subscribe_events(
            self._events,
            application,
            durable=application.service,
            inbox=inbox_of(settings.nats_user),
        )

    def words(self) -> frozenset[str]:
        """Also what its own store holds."""
        kept: set[Any] = {*self.publications.published, *self.publications.internal}
        return super().words() | own_words({str(each.TOPIC) for each in kept})

    async def start(self, stack: AsyncExitStack) -> None:
        """Connect, make sure of the consumer, answer commands; then lead if it is our turn."""
        lease = self.application.store.lease(self.name)
        self.give_back_at_end(stack, lease)
        client = await connect(self.settings, f"{self.name}-outbox")
        stack.push_async_callback(client.close)
        await self.open_desks(client)
        subjects = [event.SUBJECT for event in self.application.handlers.events]
        await ensure_consumer(client.jetstream(), durable=self.name, subjects=subjects)
        for broker in (self._commands, self._events):
            stack.push_async_callback(stop_quietly, broker)
        if self.shares_commands:
            await self._commands.start()
        self.checks["nats"] = lambda: client.is_connected
        outbox = self._outbox(client)
        effects = EffectRunner(
            self.application.store,
            self.application.effects,
            self.application.clock,
            may_act=lease.is_held,
            prompt=self.application.prompt,
        )
        await self.lead(
            lease,
            lambda: self._begin(client, outbox, effects),
            on_news=lambda: _wake(outbox, effects),
        )
        self._beat(client, outbox)

    async def open_desks(self, client: Client) -> None:
        """Let operators ask; a subclass with a desk of its own opens that as well."""
        await answer_operators(client, self.application)

    def _outbox(self, client: Client) -> Outbox:
        return Outbox(
            self.application,
            self.publications,
            JetStreamPublisher(client),
            tenant=self.settings.tenant,
        )

    async def _begin(self, client: Client, outbox: Outbox, effects: EffectRunner) -> None:
        """Start what only one replica does."""
        wakes_from_threads(self.application, lambda: _wake(outbox, effects))
        await answer_readers(client, outbox, self.application)
        if not self.shares_commands:
            await self._commands.start()
        await self._events.start()
        subjects = [event.SUBJECT for event in self.application.handlers.events]
        kept = keep_consumer(client.jetstream(), durable=self.name, subjects=subjects)
        self.background(kept, name="consumer")
        self.background(outbox.run(), name="outbox")
        if self.application.effects:
            self.background(effects.run(), name="effects")

    def _beat(self, client: Client, outbox: Outbox) -> None:
        parked = self.application.store.parked
        lags = {"outbox": outbox.lag, "parked": lambda: len(parked()), **self.lags}
        self.beat(client, durable=self.name, lags=lags)


def _wake(outbox: Outbox, effects: EffectRunner) -> None:
    outbox.wake()
    effects.wake()


def wakes_from_threads(application: StageApplication[Any], wake: Callable[[], None]) -> None:
    """Let what an application saves, in whatever thread, wake the tasks of this loop."""
    loop = asyncio.get_running_loop()

    def on_saved() -> None:
        loop.call_soon_threadsafe(wake)

    application.on_saved = on_saved


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
        NearOnly(process.asgi()),
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
