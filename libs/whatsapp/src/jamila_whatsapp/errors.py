"""What the Cloud API refuses, sorted by what the caller has to do about it.

::

    RetryableError
    ├── WhatsAppBusyError         not sent: rate limits and faults of theirs, try later
    ├── WhatsAppUnreachableError  not sent: no connection
    ├── WhatsAppAccountError      not sent: the office itself is refused; somebody must act
    ├── OutcomeUnknownError       perhaps sent: the answer never came; never send again blindly
    ├── MediaBrokenError          the bytes did not arrive whole, fetch again
    └── MediaHostError            the file is said to lie with a stranger; nobody was asked
    DomainError
    ├── WindowClosedError         more than 24 hours since the last inbound message: use a template
    ├── UndeliverableError        no WhatsApp there, or blocked
    ├── WhatsAppRefusedError      anything else they will never accept
    ├── MediaGoneError            the media id is unknown, or older than 7 days
    └── MediaTooLargeError        more bytes than the caller allows

Source: Cloud API error code reference; domain rules, section 7.4.
"""

from collections.abc import Mapping
from typing import Final

from jamila_runtime.errors import DomainError, JamilaError, RetryableError


class WhatsAppBusyError(RetryableError):
    """They ask us to slow down, or have a fault of their own; nothing was sent."""

    slug = "whatsapp-busy"


class WhatsAppUnreachableError(RetryableError):
    """There was no connection; nothing was sent."""

    slug = "whatsapp-unreachable"


class WhatsAppAccountError(RetryableError):
    """Token, account or conduct of the office is not accepted; nothing goes out until it is."""

    slug = "whatsapp-account"


class OutcomeUnknownError(RetryableError):
    """The request went out and no answer came; it may have been sent."""

    slug = "whatsapp-outcome-unknown"


class WindowClosedError(DomainError):
    """The resident wrote more than 24 hours ago: only an approved template may be sent."""

    slug = "whatsapp-window-closed"


class UndeliverableError(DomainError):
    """The number has no WhatsApp, blocked the office, or runs too old an app."""

    slug = "whatsapp-undeliverable"


class WhatsAppRefusedError(DomainError):
    """The call will never be accepted; ``data["code"]`` says why."""

    slug = "whatsapp-refused"


class MediaGoneError(DomainError):
    """The file is no longer kept: inbound media lives 7 days."""

    slug = "media-gone"


class MediaTooLargeError(DomainError):
    """The file has more bytes than the caller allows."""

    slug = "media-too-large"


class MediaBrokenError(RetryableError):
    """The bytes are not the announced ones, or their address expired meanwhile."""

    slug = "media-broken"


class MediaHostError(RetryableError):
    """The address of the file is not one of the platform's: our token must not go there."""

    slug = "media-host-foreign"


WINDOW_CLOSED: Final = 131047
UNDELIVERABLE: Final = 131026
PAIR_LIMIT: Final = 131056
SPAM_LIMIT: Final = 131048
WHOLE_NUMBER: Final = frozenset({4, 80007, 130429})
"""Limits of the office's number or account: slow down for everybody."""

MEANINGS: Final[Mapping[int, tuple[type[JamilaError], str]]] = {
    4: (WhatsAppBusyError, "application request limit"),
    368: (WhatsAppAccountError, "blocked for policy violations"),
    190: (WhatsAppAccountError, "access token not accepted"),
    80007: (WhatsAppBusyError, "account rate limit"),
    130429: (WhatsAppBusyError, "throughput of the number exceeded"),
    131000: (WhatsAppBusyError, "unspecified fault of the platform"),
    131016: (WhatsAppBusyError, "service unavailable"),
    131026: (UndeliverableError, "no WhatsApp, blocked, or too old an app"),
    131031: (WhatsAppAccountError, "account locked"),
    131047: (WindowClosedError, "more than 24 hours since the last inbound message"),
    131048: (WhatsAppAccountError, "spam rate limit"),
    131049: (WhatsAppRefusedError, "withheld to keep the ecosystem healthy"),
    131051: (WhatsAppRefusedError, "unsupported message type"),
    131052: (WhatsAppRefusedError, "media download error"),
    131053: (WhatsAppRefusedError, "media upload error"),
    131056: (WhatsAppBusyError, "too many messages to the same user"),
    132000: (WhatsAppRefusedError, "wrong number of template variables"),
    132001: (WhatsAppRefusedError, "template does not exist in that language"),
    133016: (WhatsAppAccountError, "too many registration attempts"),
}
"""Error code to what it means for us; every other code is a refusal."""


def stops_the_office(code: int | None) -> bool:
    """Whether the office itself is refused, so that every further message would be as well."""
    return code is not None and MEANINGS.get(code, (None, ""))[0] is WhatsAppAccountError


def error_of(code: int) -> JamilaError:
    """The error to raise for a code of theirs; never carries their text, it may name a number."""
    kind, meaning = MEANINGS.get(code, (WhatsAppRefusedError, "refused"))
    return kind(f"WhatsApp {code}: {meaning}", code=code)
