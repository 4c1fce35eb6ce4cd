"""What can keep the launcher from running the system.

    LauncherError
    ├── PortTakenError          another program listens on a port of ours
    ├── PortSharedError         two settings name the same port
    ├── HomeLockedError         another launcher runs on the same home folder
    ├── HomeUnusableError       the home folder cannot be made or written
    ├── HomeTooNewError         newer software worked on the home folder
    ├── SecretDamagedError      a secret file is empty or unreadable
    ├── ProgramMissingError     a program the launcher starts is not installed
    ├── UnknownDependencyError  a process waits for one that is not in the plan
    ├── ProcessNotReadyError    a process did not become ready in time
    ├── DemoFolderUsedError     the folder of a demo already holds something
    ├── DemoBlockedError        the case of the demo did not get on
    ├── NoDemoOfficeError       there is no running office of a demonstration to fill
    └── BusyDayKnownError       the busy day stands in this office already

Each carries its data; the Indonesian sentence for people stands in ``messages``.
"""

from pathlib import Path
from typing import ClassVar


class LauncherError(Exception):
    """Root of everything an operator can put right."""

    slug: ClassVar[str] = "launcher-error"


class PortTakenError(LauncherError):
    """Another program already listens on a port this system needs."""

    slug = "launcher-port-taken"

    def __init__(self, *, port: int, setting: str) -> None:
        self.port = port
        self.setting = setting
        super().__init__(f"port {port} is taken; choose another with {setting}")


class PortSharedError(LauncherError):
    """Two settings name one port."""

    slug = "launcher-port-shared"

    def __init__(self, *, port: int, settings: tuple[str, ...]) -> None:
        self.port = port
        self.settings = settings
        super().__init__(f"port {port} is given to {', '.join(settings)}")


class HomeLockedError(LauncherError):
    """A second launcher on one home would run two writers on the same stores."""

    slug = "launcher-home-locked"

    def __init__(self, *, home: Path, pid: str) -> None:
        self.home = home
        self.pid = pid
        super().__init__(f"another launcher (pid {pid or 'unknown'}) runs on {home}")


class HomeUnusableError(LauncherError):
    """The home folder cannot be made or written."""

    slug = "launcher-home-unusable"

    def __init__(self, *, home: Path, reason: str) -> None:
        self.home = home
        self.reason = reason
        super().__init__(f"home folder {home} cannot be used: {reason}")


class HomeTooNewError(LauncherError):
    """Newer software worked on the home folder; this one could not read all of it."""

    slug = "launcher-home-too-new"

    def __init__(self, *, home: Path, written_by: str, installed: str, unknown: list[str]) -> None:
        self.home = home
        self.written_by = written_by
        self.installed = installed
        self.unknown = unknown
        super().__init__(f"home folder {home} holds facts that this software does not know")


class SecretDamagedError(LauncherError):
    """A secret file is there but holds nothing usable; it is never replaced silently."""

    slug = "launcher-secret-damaged"

    def __init__(self, *, file: Path, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(f"secret file {file} cannot be used: {reason}")


class ProgramMissingError(LauncherError):
    """A program the launcher starts is not installed."""

    slug = "launcher-program-missing"

    def __init__(self, program: str) -> None:
        self.program = program
        super().__init__(f"program {program} is not installed")


class UnknownDependencyError(LauncherError):
    """A process waits for one that is not in the plan, or for itself."""

    slug = "launcher-unknown-dependency"

    def __init__(self, *, name: str, dependency: str) -> None:
        self.name = name
        self.dependency = dependency
        super().__init__(f"process {name} cannot wait for {dependency}")


class ProcessNotReadyError(LauncherError):
    """A process did not become ready in the time the settings allow."""

    slug = "launcher-process-not-ready"

    def __init__(self, *, name: str, waited_seconds: float, reason: str, log_path: Path) -> None:
        self.name = name
        self.waited_seconds = waited_seconds
        self.reason = reason
        self.log_path = log_path
        super().__init__(f"process {name} not ready after {waited_seconds:.0f} s: {reason}")


class DemoFolderUsedError(LauncherError):
    """A demo walks the first case of an empty system, not one more of an old one."""

    slug = "launcher-demo-folder-used"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"folder {folder} is not empty")


class DemoBlockedError(LauncherError):
    """The case of the demo did not get on: refused, or nobody answered."""

    slug = "launcher-demo-blocked"

    def __init__(self, *, account: str, what: str, reason: str, logs: Path) -> None:
        self.account = account
        self.what = what
        self.reason = reason
        self.logs = logs
        super().__init__(f"{account} could not do: {what} ({reason})")


class NoDemoOfficeError(LauncherError):
    """A busy day is put into a running office of a demonstration only."""

    slug = "launcher-no-demo-office"

    def __init__(self, home: Path) -> None:
        self.home = home
        super().__init__(f"no demo office runs on {home}")


class BusyDayKnownError(LauncherError):
    """The same families cannot come twice."""

    slug = "launcher-busy-day-known"

    def __init__(self, home: Path) -> None:
        self.home = home
        super().__init__(f"the busy day was put into {home} before")
