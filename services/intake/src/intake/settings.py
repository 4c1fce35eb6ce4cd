"""What the intake service is told by its environment."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_ledger.calendar import DEFAULT_CALENDAR
from jamila_runtime.strength import Encrypted
from jamila_whatsapp.client import MEDIA_HOSTS

_MEBIBYTE = 1024 * 1024


class IntakeSettings(BaseSettings):
    """Environment of the intake service; every variable starts with ``INTAKE_``."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", frozen=True, hide_input_in_errors=True)

    whatsapp_base_url: Annotated[str, Encrypted()]
    """Cloud API with its version, e.g. ``https://graph.facebook.com/v24.0``."""
    whatsapp_app_secret: SecretStr = Field(min_length=16)
    """Key of the webhook signature."""
    whatsapp_access_token: SecretStr = Field(min_length=8)
    whatsapp_verify_token: SecretStr = Field(min_length=8)
    """What WhatsApp shows once, when the webhook is registered."""
    whatsapp_phone_number_id: str = Field(pattern=r"^\d{5,20}$")
    """The office's number; messages to another number of the account are left alone."""
    whatsapp_timeout_seconds: PositiveFloat = 15.0
    max_body_bytes: PositiveInt = 3 * _MEBIBYTE
    """Largest webhook body. Source: Cloud API webhook reference, 3 MB."""
    max_image_bytes: PositiveInt = 10 * _MEBIBYTE
    max_pdf_bytes: PositiveInt = 20 * _MEBIBYTE
    max_image_pixels: PositiveInt = 50_000_000
    """Guards memory: a small file may unfold to a huge picture."""
    max_pdf_pages: PositiveInt = 50
    dark_below: PositiveFloat = 55.0
    """Mean brightness (0 to 255) from which on a photo is called dark."""
    small_below: PositiveInt = 700
    """Pixels of the longer side from which on a photo is called small."""
    blurred_above: PositiveFloat = 0.6
    """Part of the edges that survives a blur from which on a photo is called blurred."""
    clamd: str | None = Field(default=None, pattern=r"^(unix:/.+|tcp:.+:\d+)$")
    """Malware scanner, ``unix:/run/clamav/clamd.ctl`` or ``tcp:127.0.0.1:3310``; none if unset."""
    whatsapp_media_hosts: tuple[str, ...] = MEDIA_HOSTS
    """Hosts that files are fetched from, besides that of the base URL; as JSON list."""
    most_attempts: PositiveInt = 40
    """How often a message is tried before it is put aside; about three hours."""
    messages_per_minute: PositiveInt = 40
    """How many messages of one sender are read; more wait, see ``pace``."""
    messages_per_hour: PositiveInt = 300
    messages_per_day: PositiveInt = 1000
    files_per_minute: PositiveInt = 25
    files_per_hour: PositiveInt = 120
    files_per_day: PositiveInt = 400
    most_waiting: PositiveInt = 1000
    """Messages of one sender that may wait at a time; more are turned away (and answered 200)."""
    most_families: PositiveInt = 5
    """Unrelated families one contact may apply for before staff are told. Ask the office."""
    families_window: timedelta = timedelta(days=30)
    burst_pause: timedelta = timedelta(seconds=4)
    """Papers that follow each other this closely are answered once."""
    resume_after: timedelta = timedelta(hours=12)
    """Silence after which a resident is asked whether to go on with his draft."""
    help_budget: timedelta = timedelta(hours=2)
    """Working time within which a person should answer who was asked for. Ask the office."""
    by_hand_due: timedelta = timedelta(hours=24)
    """Within which staff pass on by hand what the chat answered; see ``NOTIFIER_BY_HAND_DUE``."""
    calendar: str = Field(default=DEFAULT_CALENDAR, validation_alias="JAMILA_CALENDAR")
    """Working calendar of the office, the same as the ledger's."""
