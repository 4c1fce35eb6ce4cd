"""Settings of the gateway; read once, at the edge."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.accounts import LoginLimits
from gateway.pace import PaceLimits
from jamila_ledger.calendar import DEFAULT_CALENDAR
from jamila_pdf.letters import Letterhead
from jamila_runtime.rates import Rate
from jamila_runtime.strength import Encrypted


class GatewaySettings(BaseSettings):
    """Environment of the gateway; every variable starts with ``GATEWAY_``."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    session_idle: timedelta = timedelta(minutes=30)
    """A browser's session ends when nobody used it for so long."""
    session_lifetime: timedelta = timedelta(hours=12)
    """A browser's session ends at this age, used or not: one working day."""
    token_lifetime: timedelta = timedelta(days=30)
    """A program's token ends at this age."""
    login_attempts: PositiveInt = 10
    """Attempts under one name within the window; the next is refused unseen."""
    login_attempts_window: timedelta = timedelta(minutes=15)
    proof: timedelta = timedelta(hours=1)
    """How long a code of the second factor is good for signing; then another is asked for."""
    max_body_bytes: PositiveInt = Field(default=256 * 1024, le=16 * 1024 * 1024)
    """No request is larger, but for the papers that staff upload for somebody."""
    requests_per_account: PositiveInt = 3000
    """Requests of one account within the window, all its sessions and tokens together."""
    requests_per_stranger: PositiveInt = 300
    """Requests of one address without a session; a whole office may share one."""
    requests_window: timedelta = Field(default=timedelta(minutes=1), gt=timedelta(0))
    """Time in which the requests may be used up and come back."""
    webhook_private_addresses: bool = False
    """Whether other systems inside the office's own network may be told what happens."""
    read_wait: timedelta = timedelta(seconds=5)
    """How long a read waits for the read model to catch up."""
    command_timeout: timedelta = timedelta(seconds=30)
    """How long a command may take; signing asks outside services."""

    calendar: str = Field(default=DEFAULT_CALENDAR, validation_alias="JAMILA_CALENDAR")
    """Working calendar of the office, the same as the ledger's."""
    office_name: str = "Dinas Kependudukan dan Pencatatan Sipil"
    kabupaten: str = "Kabupaten Balangan"
    """With the word *Kabupaten*; stands at the head of letters."""
    office_place: str = "Paringin"
    """Where letters are dated."""
    guide_folder: Path = Path(__file__).parents[4] / "docs" / "panduan"
    """The staff's guides, as Markdown; without them the console has no guide."""
    tracking_url: Annotated[str | None, Encrypted()] = None
    """The public page that a receipt code is appended to; without it no letters are made."""

    @property
    def patience_seconds(self) -> float:
        """``command_timeout`` as clients want it."""
        return self.command_timeout.total_seconds()

    @property
    def pace(self) -> PaceLimits:
        """How fast somebody may ask."""
        return PaceLimits(
            account=Rate(self.requests_per_account, self.requests_window),
            stranger=Rate(self.requests_per_stranger, self.requests_window),
        )

    @property
    def letterhead(self) -> Letterhead | None:
        """The head of the office's letters; None while nobody said where the public page is."""
        if self.tracking_url is None:
            return None
        return Letterhead(self.office_name, self.kabupaten, self.office_place, self.tracking_url)

    @property
    def limits(self) -> LoginLimits:
        """What the log-in desk needs of it."""
        return LoginLimits(
            session_idle=self.session_idle,
            session_lifetime=self.session_lifetime,
            token_lifetime=self.token_lifetime,
            attempts=self.login_attempts,
            attempts_window=self.login_attempts_window,
            proof=self.proof,
        )
