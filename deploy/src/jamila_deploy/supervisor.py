"""Runs a list of processes: starts them in order of dependence, keeps them up, stops them."""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Mapping

from jamila_deploy.child import LEASH, Child, RestartPolicy
from jamila_deploy.errors import ProcessNotReadyError, ProgramMissingError, UnknownDependencyError
from jamila_deploy.forking import WarmParent
from jamila_deploy.plan import ProcessSpec
from jamila_deploy.status import ProcessStatus


class Supervisor:
    """All processes of one system; knows nothing of what they do."""

    def __init__(
        self,
        specs: Iterable[ProcessSpec],
        *,
        on_change: Callable[[ProcessStatus], None] = lambda _status: None,
        policy: RestartPolicy | None = None,
    ) -> None:
        kept = policy or RestartPolicy()
        self._warm = WarmParent(leash=LEASH)
        self._children = {
            spec.name: Child(spec, warm=self._warm, policy=kept, on_change=on_change)
            for spec in _in_order(tuple(specs))
        }
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def processes(self) -> Mapping[str, ProcessStatus]:
        """Each process as it stands now, by name, in order of start."""
        return {name: child.status for name, child in self._children.items()}

    @property
    def warm_parent_pid(self) -> int | None:
        """The process that the Python processes are forked from, while it runs."""
        return self._warm.pid

    async def start(self) -> None:
        """Begin to start everything; ``wait_ready`` tells when it is done.

        Raises:
            ProgramMissingError: The tool that ties children to the launcher is not installed.
        """
        if shutil.which(LEASH[0]) is None:
            raise ProgramMissingError(LEASH[0])
        for name, child in self._children.items():
            after = [self._children[other].ready for other in child.spec.depends_on]
            self._tasks[name] = asyncio.create_task(child.run(after=after), name=f"keep-{name}")

    async def wait_ready(self, *names: str, timeout_seconds: float) -> None:
        """Wait until the named processes, or all of them, can be used.

        Raises:
            ProcessNotReadyError: The first one that could not in time, with its last reason.
        """
        waiting = [self._children[name] for name in names or self._children]
        try:
            async with asyncio.timeout(timeout_seconds):
                for child in waiting:
                    await self._wait_child(child)
        except TimeoutError as error:
            late = next((child for child in waiting if not child.ready.is_set()), waiting[-1])
            raise ProcessNotReadyError(
                name=late.spec.name,
                waited_seconds=timeout_seconds,
                reason=_last_reason(late.status),
                log_path=late.spec.log_path,
            ) from error

    def kill(self, name: str) -> None:
        """End one process with SIGKILL, as a fault test does; it is started again."""
        self._children[name].kill()

    async def stop(self, *, grace_seconds: float) -> None:
        """Stop every process, each one only after all that depend on it.

        Safe to call twice, and to call again with less grace while the first call still waits.
        """
        dependants = {
            name: [
                other for other, child in self._children.items() if name in child.spec.depends_on
            ]
            for name in self._children
        }
        stops: dict[str, asyncio.Task[None]] = {}

        async def stop_one(name: str) -> None:
            await asyncio.gather(*(stops[other] for other in dependants[name]))
            await self._stop_child(name, grace_seconds)

        # Dependants stand later in the order, so their tasks exist before they are awaited.
        for name in reversed(self._children):
            stops[name] = asyncio.create_task(stop_one(name))
        await asyncio.gather(*stops.values())
        await self._warm.stop()
        for task in self._tasks.values():
            # Raises what only a defect of the supervisor can have put there, after all is stopped.
            task.result()

    async def _wait_child(self, child: Child) -> None:
        task = self._tasks[child.spec.name]
        ready = asyncio.create_task(child.ready.wait())
        try:
            await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                # Only a defect of the supervisor ends its task; it must not look like waiting.
                await task
        finally:
            ready.cancel()

    async def _stop_child(self, name: str, grace_seconds: float) -> None:
        if name in self._tasks:
            await self._children[name].stop(grace_seconds)
            await asyncio.wait({self._tasks[name]})


def _last_reason(status: ProcessStatus) -> str:
    exit_reason = status.last_exit
    if exit_reason is None:
        return status.state.value
    how = exit_reason.signal or f"exit code {exit_reason.exit_code}"
    return f"{how}: {exit_reason.last_log_line}" if exit_reason.last_log_line else how


def _in_order(specs: tuple[ProcessSpec, ...]) -> list[ProcessSpec]:
    """Put each process after all it depends on."""
    known = {spec.name for spec in specs}
    for spec in specs:
        for dependency in spec.depends_on:
            if dependency not in known:
                raise UnknownDependencyError(name=spec.name, dependency=dependency)
    placed: dict[str, ProcessSpec] = {}
    while len(placed) < len(specs):
        free = [s for s in specs if s.name not in placed and placed.keys() >= set(s.depends_on)]
        if not free:
            stuck = next(spec for spec in specs if spec.name not in placed)
            blocked = next(name for name in stuck.depends_on if name not in placed)
            raise UnknownDependencyError(name=stuck.name, dependency=blocked)
        placed.update((spec.name, spec) for spec in free)
    return list(placed.values())
