"""Settings of the gateway; read once, at the edge."""

from datetime import timedelta

from pydantic import Field, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.accounts import LoginLimits


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
    max_body_bytes: PositiveInt = Field(default=256 * 1024, le=16 * 1024 * 1024)
    """No request is larger: papers come by WhatsApp, not through this door."""
    read_wait: timedelta = timedelta(seconds=5)
    """How long a read waits for the read model to catch up."""
    command_timeout: timedelta = timedelta(seconds=30)
    """How long a command may take; signing asks outside services."""

    @property
    def limits(self) -> LoginLimits:
        """What the log-in desk needs of it."""
        return LoginLimits(
            session_idle=self.session_idle,
            session_lifetime=self.session_lifetime,
            token_lifetime=self.token_lifetime,
            attempts=self.login_attempts,
            attempts_window=self.login_attempts_window,
        )
