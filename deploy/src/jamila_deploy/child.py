"""Keeps one process running: start, wait until ready, start again after a crash, stop."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from jamila_deploy.forking import WarmParent
from jamila_deploy.logs import last_line, open_log
from jamila_deploy.plan import ProcessSpec
from jamila_deploy.status import ExitReason, ProcessState, ProcessStatus

# setpriv asks the kernel to kill the child when the launcher dies, however it dies. A hook run
# between fork and exec could do the same, but is unsafe once the launcher has threads.
LEASH: Final = ("setpriv", "--pdeathsig", "KILL", "--")
_FIRST_PROBE_SECONDS: Final = 0.03
_SLOWEST_PROBE_SECONDS: Final = 0.25


@dataclass(frozen=True, kw_only=True)
class RestartPolicy:
    """How patiently a crashing process is started again; all times in seconds."""

    first_delay: float = 0.2
    longest_delay: float = 15.0
    healthy_after: float = 30.0
    """Ready for this long, a process is trusted again and the next delay is the first."""

    def delay(self, failures: int) -> float:
        """Pause before the next start after so many failures in a row, doubling each time."""
        # Beyond 2^20 the cap has long been reached; the bound only keeps the float finite.
        return float(min(self.longest_delay, self.first_delay * 2 ** min(failures, 20)))


class Process(Protocol):
    """What is made by the launcher itself or by the warm parent."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        ...

    async def wait(self) -> int:
        """Wait for its end."""
        ...


class Child:
    """One supervised process."""

    def __init__(
        self,
        spec: ProcessSpec,
        *,
        warm: WarmParent,
        policy: RestartPolicy,
        on_change: Callable[[ProcessStatus], None],
    ) -> None:
        self.spec = spec
        self.ready = asyncio.Event()
        self._warm = warm
        self._policy = policy
        self._on_change = on_change
        self._process: Process | None = None
        self._stopping = asyncio.Event()
        self._failures = 0
        self._log_start = 0
        self.status = ProcessStatus(
            name=spec.name,
            state=ProcessState.WAITING,
            since=datetime.now(UTC),
            url=spec.url,
            log=spec.log_path,
        )

    async def run(self, *, after: Iterable[asyncio.Event] = ()) -> None:
        """Keep the process running until ``stop`` is called.

        Args:
            after: What must have happened before the first start.
        """
        for event in after:
            await self._happened_or_stopping(event)
        while not self._stopping.is_set():
            return_code, healthy_seconds = await self._run_once()
            if not self._stopping.is_set():
                await self._back_off(return_code, healthy_seconds)
        self._change(ProcessState.STOPPED, pid=None, next_start_seconds=None)

    async def stop(self, grace_seconds: float) -> None:
        """Ask the process to end, and kill it once its time is over."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        self._signal_group(process, signal.SIGTERM)
        try:
            async with asyncio.timeout(grace_seconds):
                await process.wait()
        except TimeoutError:
            self._signal_group(process, signal.SIGKILL)
            await process.wait()

    def kill(self) -> None:
        """End the process the way a power cut would; it is started again."""
        if self._process is not None:
            # At once, so that who kills and then waits does not see the readiness of the dead.
            self.ready.clear()
            self._signal_group(self._process, signal.SIGKILL)

    async def _happened_or_stopping(self, event: asyncio.Event) -> None:
        waits = {asyncio.create_task(each.wait()) for each in (event, self._stopping)}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _run_once(self) -> tuple[int, float]:
        try:
            process = await self._start()
        except OSError as error:
            # Out of memory, processes or files: a failure of the start like any other.
            self._say(f"cannot be started: {error}\n")
            return 127, 0.0
        self._process = process
        # A stop that came while the process was being made found nothing to signal, and a process
        # this young has nothing to lose.
        if self._stopping.is_set():
            self.kill()
        self._change(ProcessState.STARTING, pid=process.pid, next_start_seconds=None)
        ready_at = await self._wait_ready_or_exit(process)
        return_code = await process.wait()
        self.ready.clear()
        self._process = None
        healthy = 0.0 if ready_at is None else asyncio.get_running_loop().time() - ready_at
        return return_code, healthy

    async def _start(self) -> Process:
        for folder in self.spec.needs:
            folder.mkdir(parents=True, exist_ok=True)
        environment = _environment(self.spec.env)
        with open_log(self.spec.log_path) as log:
            self._log_start = log.tell()
            if self.spec.module:
                return await self._warm.fork(
                    self.spec.name,
                    self.spec.module,
                    environment=environment,
                    log=self.spec.log_path,
                )
            return await asyncio.create_subprocess_exec(
                *LEASH,
                *self.spec.argv,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                # Its own group: Ctrl-C reaches the launcher alone, which stops all in order.
                process_group=0,
            )

    async def _wait_ready_or_exit(self, process: Process) -> float | None:
        exited = asyncio.create_task(process.wait())
        pause = _FIRST_PROBE_SECONDS
        try:
            while not exited.done():
                if self.spec.ready is None or await self.spec.ready.passes():
                    self.ready.set()
                    self._change(ProcessState.READY)
                    return asyncio.get_running_loop().time()
                await asyncio.wait({exited}, timeout=pause)
                pause = min(pause * 1.5, _SLOWEST_PROBE_SECONDS)
            return None
        finally:
            exited.cancel()

    async def _back_off(self, return_code: int, healthy_seconds: float) -> None:
        if healthy_seconds >= self._policy.healthy_after:
            self._failures = 0
        pause = self._policy.delay(self._failures)
        self._failures += 1
        reason = ExitReason.of(
            return_code,
            last_log_line=last_line(self.spec.log_path, since=self._log_start),
            at=datetime.now(UTC),
        )
        self._change(
            ProcessState.BACKING_OFF,
            pid=None,
            restarts=self.status.restarts + 1,
            next_start_seconds=pause,
            last_exit=reason,
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._stopping.wait()

    def _change(self, state: ProcessState, **fields: object) -> None:
        update = {"state": state, "since": datetime.now(UTC), **fields}
        self.status = self.status.model_copy(update=update)
        self._on_change(self.status)

    def _say(self, text: str) -> None:
        with suppress(OSError), open_log(self.spec.log_path) as log:
            self._log_start = log.tell()
            log.write(text.encode())

    @staticmethod
    def _signal_group(process: Process, number: signal.Signals) -> None:
        # Once reaped, the number may belong to a stranger.
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    # The plan wins: a variable left over in the operator's shell must not split the system in two.
    return {**os.environ, **own}
