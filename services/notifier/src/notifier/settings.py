"""What the notifier is told by its environment."""

from datetime import timedelta

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class NotifierSettings(BaseSettings):
    """Environment of the notifier; every variable starts with ``NOTIFIER_``."""

    model_config = SettingsConfigDict(env_prefix="NOTIFIER_", frozen=True)

    whatsapp_base_url: str
    """Cloud API with its version, e.g. ``https://graph.facebook.com/v24.0``."""
    whatsapp_access_token: SecretStr = Field(min_length=8)
    whatsapp_phone_number_id: str = Field(pattern=r"^\d{5,20}$")
    whatsapp_timeout_seconds: PositiveFloat = 15.0
    most_attempts: PositiveInt = 20
    """How often a message that was certainly not sent is tried; about an hour."""
    unknown_outcome_wait: timedelta = timedelta(minutes=10)
    """How long to wait for a status report when nobody knows whether a message was sent."""
