"""What the notifier is told by its environment."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.strength import Encrypted
from notifier.rules import Limits, Patience, Rules, Softcopy, Telling

_MINUTES = timedelta(minutes=1)


class NotifierSettings(BaseSettings):
    """Environment of the notifier; every variable starts with ``NOTIFIER_``.

    Spans of time are ISO 8601 (``PT10M``, ``P7D``) or seconds.
    """

    model_config = SettingsConfigDict(
        env_prefix="NOTIFIER_", frozen=True, hide_input_in_errors=True
    )

    whatsapp_base_url: Annotated[str, Encrypted()]
    """Cloud API with its version, e.g. ``https://graph.facebook.com/v24.0``."""
    whatsapp_access_token: SecretStr = Field(min_length=8)
    whatsapp_phone_number_id: str = Field(pattern=r"^\d{5,20}$")
    whatsapp_timeout_seconds: PositiveFloat = 15.0

    softcopy: Literal["tautan", "dokumen"] = "tautan"
    """How applicants get their documents: an expiring link with a PIN, or the PDF in the chat."""
    public_base_url: Annotated[str, Encrypted()] = Field(
        default="http://localhost", pattern=r"^https?://"
    )
    """Where residents reach the public page; a link is ``<this>/unduh/<token>``."""
    link_lives: timedelta = Field(default=timedelta(days=7), gt=timedelta(0))
    remind_after: timedelta = Field(default=timedelta(days=2), gt=timedelta(0))
    """A link that nobody opened by then is brought to mind, once."""
    most_resends: PositiveInt = 5
    """How often in 24 hours an applicant may ask for the documents again."""

    window_margin: timedelta = Field(default=5 * _MINUTES, ge=timedelta(0))
    """How long before the end of the 24 hours free words are no longer used."""
    news_lives: timedelta = timedelta(days=3)
    """What happened longer ago is not told as if it were news; a person decides."""
    tell_from: AwareDatetime | None = None
    """Nothing recorded before is told: needed when the notifier begins with an old stream."""
    failure_due: timedelta = timedelta(hours=24)
    """How long the owner has to reach an applicant whom a message could not."""
    by_hand_due: timedelta = timedelta(hours=24)
    """How long staff have to tell somebody who is reached by hand only."""
    counter_by_hand: Literal["perlu", "semua", "tidak"] = "perlu"
    """What is told by hand to those who came to the counter, or by a village's list, and left a
    number: ``perlu`` only what needs them (papers missing, ready, over), ``semua``, ``tidak``."""

    most_attempts: PositiveInt = 20
    """How often a message that was certainly not sent is tried; about two hours."""
    first_retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = 10 * _MINUTES
    unknown_outcome_wait: timedelta = 10 * _MINUTES
    """How long to wait for a status report when nobody knows whether a message was sent."""

    messages_per_second: PositiveFloat = 60
    """Of the 80 that WhatsApp allows a number; the rest is for the answers in the chat."""
    pair_interval: timedelta = timedelta(seconds=6)
    """Between messages to the same user, in the long run."""
    pair_burst: PositiveInt = 5
    """Messages to the same user at once."""
    reach_per_day: PositiveInt = 250
    """Users written to outside their window in 24 hours: 250, 2000, 10000, ... by rank."""

    @property
    def rules(self) -> Rules:
        """The same as the use cases know it."""
        return Rules(
            telling=Telling(
                window=timedelta(hours=24) - self.window_margin,
                news_lives=self.news_lives,
                tell_from=self.tell_from,
                failure_due=self.failure_due,
                by_hand_due=self.by_hand_due,
                counter_by_hand=self.counter_by_hand,
            ),
            softcopy=Softcopy(
                mode=self.softcopy,
                public_base_url=self.public_base_url,
                link_lives=self.link_lives,
                remind_after=self.remind_after,
                most_resends=self.most_resends,
            ),
            patience=Patience(
                most_attempts=self.most_attempts,
                first_retry=self.first_retry,
                longest_retry=self.longest_retry,
                unknown_outcome=self.unknown_outcome_wait,
            ),
            limits=Limits(
                per_second=self.messages_per_second,
                pair_interval=self.pair_interval,
                pair_burst=self.pair_burst,
                reach_per_day=self.reach_per_day,
            ),
        )
