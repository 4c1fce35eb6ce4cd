"""What the launcher knows of its processes, kept where ``jamila status`` can read it."""

import os
import signal
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from jamila_deploy.settings import LauncherSettings


class ProcessState(StrEnum):
    """Where one process stands."""

    WAITING = "waiting"
    """Not started yet: something it depends on is not ready."""
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing-off"
    """It ended on its own and will be started again."""
    STOPPED = "stopped"


class ExitReason(BaseModel):
    """Why a process ended on its own."""

    model_config = ConfigDict(frozen=True)

    exit_code: int | None = None
    signal: str | None = None
    """Name of the signal that killed it, such as ``SIGKILL``."""
    last_log_line: str = ""
    at: AwareDatetime

    @classmethod
    def of(cls, return_code: int, *, last_log_line: str, at: datetime) -> "ExitReason":
        """Read a return code as POSIX gives it: negative for a signal."""
        if return_code >= 0:
            return cls(exit_code=return_code, last_log_line=last_log_line, at=at)
        try:
            name = signal.Signals(-return_code).name
        except ValueError:
            name = f"signal {-return_code}"
        return cls(signal=name, last_log_line=last_log_line, at=at)


class ProcessStatus(BaseModel):
    """One process at one moment."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: ProcessState
    since: AwareDatetime
    url: str
    log: Path
    pid: int | None = None
    restarts: int = 0
    """How often it was started again since the launcher started."""
    next_start_seconds: float | None = None
    """Length of the pause before the next start, while it is backing off."""
    last_exit: ExitReason | None = None


class SystemStatus(BaseModel):
    """All processes of one home; the content of ``run/status.json``."""

    model_config = ConfigDict(frozen=True)

    home: Path
    launcher_pid: int
    warm_parent_pid: int | None = None
    """The process that the Python processes are forked from."""
    started_at: AwareDatetime
    cold_start_seconds: float | None = None
    """From the launcher's first step until every process was ready; None before that."""
    processes: tuple[ProcessStatus, ...]


def status_path(settings: LauncherSettings) -> Path:
    """Where the launcher writes its view."""
    return settings.home / "run" / "status.json"


def write_status(file: Path, status: SystemStatus) -> None:
    """Replace the file in one step, so a reader never sees half of it."""
    draft = file.with_name(f"{file.name}.new")
    draft.write_text(status.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(file)


def read_status(settings: LauncherSettings) -> SystemStatus | None:
    """Read the last view written for this home; None if there is none that can be read."""
    try:
        text = status_path(settings).read_text(encoding="utf-8")
        return SystemStatus.model_validate_json(text)
    except (OSError, ValidationError):
        return None


def memory_bytes(pid: int) -> int:
    """Measure one process's resident memory, shared pages counted in proportion.

    Returns:
        Bytes of PSS, so that a sum over processes counts nothing twice; 0 for a process that ended.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def own_memory_bytes() -> int:
    """Measure the launcher itself."""
    return memory_bytes(os.getpid())
