"""Environment of the launcher: one folder, one port per process, and its patience."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]


class Ports(BaseSettings):
    """Loopback ports; every variable starts with ``JAMILA_PORT_``."""

    model_config = SettingsConfigDict(env_prefix="JAMILA_PORT_", frozen=True)

    gateway: Port = 8700
    intake: Port = 8701
    siak_adapter: Port = 8702
    review: Port = 8703
    signing: Port = 8704
    printing: Port = 8705
    notifier: Port = 8706
    ledger: Port = 8707
    public: Port = 8708
    simulators: Port = 8710
    nats: Port = 8722
    nats_monitor: Port = 8723
    """nats-server's own HTTP pages: health and figures."""
    mongo: Port = 8727

    @staticmethod
    def variable(field: str) -> str:
        """Name the environment variable an operator changes to move one port."""
        return f"JAMILA_PORT_{field.upper()}"


class LauncherSettings(BaseSettings):
    """Environment of the launcher; every variable starts with ``JAMILA_``."""

    model_config = SettingsConfigDict(env_prefix="JAMILA_", frozen=True)

    home: Path = Path(".jamila")
    """The one folder that holds all state: stores, streams, objects, secrets, logs."""
    tenant: Annotated[str, Field(pattern=r"^\d{4}$")] = "6311"
    """Kemendagri code of the kabupaten; 6311 is Balangan."""
    calendar: str = "kalender-balangan"
    """Opening hours by which the SLA is measured; a file of the ledger's data."""
    public_url: str | None = None
    """Where residents reach the public page, no slash at its end; by default its loopback address.

    It is printed into the QR of every document and sent in download links.
    """
    objects_url: str | None = None
    """Where papers and documents lie: ``s3://``; by default a folder of the home."""
    ports: Ports = Field(default_factory=Ports)
    start_timeout: timedelta = timedelta(seconds=90)
    """How long the whole system may take until every process is ready."""
    stop_grace: timedelta = timedelta(seconds=15)
    """How long one process may take to stop before SIGKILL; mongod needs about one second."""

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        # Children are told the path; it must not depend on the folder they run in.
        return home.expanduser().absolute()

    @field_validator("start_timeout", "stop_grace", mode="after")
    @classmethod
    def _positive(cls, value: timedelta) -> timedelta:
        if value <= timedelta(0):
            msg = "must be longer than zero"
            raise ValueError(msg)
        return value

    def with_ports(self, ports: Ports) -> Self:
        """Give the same settings on other ports."""
        return self.model_copy(update={"ports": ports})
