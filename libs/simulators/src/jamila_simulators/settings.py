from datetime import timedelta
from pathlib import Path

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SimulatorSettings(BaseSettings):
    """Environment of the simulators; every variable starts with ``SIMULATORS_``."""

    model_config = SettingsConfigDict(env_prefix="SIMULATORS_", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on. The control API has no log-in: keep it on the loopback."""
    port: PositiveInt = 8710
    public_url: str = "http://127.0.0.1:8710"
    """Base of the addresses handed out in media objects; no trailing slash."""
    webhook_url: str = "http://127.0.0.1:8701/webhooks/whatsapp"
    """Where inbound messages and statuses are posted."""
    state_dir: Path
    """Folder of the one SQLite file: messages, media, undelivered webhooks."""
    pki_dir: Path | None = None
    """Folder of the demo PKI; when set, its TSA, OCSP and CRL answer under ``/pki``."""

    app_secret: SecretStr
    """Key of the webhook signature (HMAC-SHA256)."""
    access_token: SecretStr
    """Bearer token of the Cloud API."""
    verify_token: SecretStr
    """Sent as ``hub.verify_token`` when the webhook is subscribed."""
    phone_number_id: str = "106540352242922"
    waba_id: str = "102290129340398"
    display_phone_number: str = "6285100006311"

    media_url_lifetime: timedelta = timedelta(minutes=5)
    """A media address answers 404 after this. Source: Cloud API reference, media."""
    inbound_media_lifetime: timedelta = timedelta(days=7)
    uploaded_media_lifetime: timedelta = timedelta(days=30)
    reply_window: timedelta = timedelta(hours=24)
    """Free-form messages reach a user only this long after his last message."""
    messages_per_second: PositiveInt = 80
    """What one number may send to all users together; above it 130429."""
    pair_burst: PositiveInt = 45
    """How many messages to one user may follow each other at once; above it 131056."""
    pair_pause: timedelta = timedelta(seconds=6)
    """Time in which one further message to the same user becomes possible."""
    webhook_timeout_seconds: PositiveFloat = 10.0
    webhook_retry_initial_seconds: PositiveFloat = 1.0
    webhook_retry_max_seconds: PositiveFloat = 60.0
    """Ceiling of the doubling pause between two attempts of one webhook."""
    webhook_retry_for: timedelta = timedelta(days=7)
    delivered_delay_seconds: float = Field(default=0.3, ge=0)
    """Time between the ``sent`` and the ``delivered`` status of a message."""

    bsre_user: str = "demo"
    """Basic authentication of the e-sign service under ``/bsre``; needs ``pki_dir``."""
    bsre_password: SecretStr = SecretStr("demo")

    siak_user: str = "demo"
    siak_password: SecretStr
    siak_ip: str | None = None
    """Registered client address; None accepts any non-empty ``IP_USER``."""
    siak_daily_quota: NonNegativeInt = 5000
