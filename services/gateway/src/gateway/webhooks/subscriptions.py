"""What another system asked to be told, how far it was told, and how it can trust it. Pure.

Errors::

    WebhookUnknownError   (NotFoundError) there is no such subscription
    WebhookExistsError    (ConflictError) it was made already; its secret is shown only once
    WebhookAddressError   (DomainError)   nobody may be told there
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID, uuid5

from jamila_runtime.errors import ConflictError, DomainError, NotFoundError
from jamila_runtime.mongo import Document

State = Literal["berjalan", "mencoba-lagi", "berhenti"]
"""Running; waiting to try once more; stopped until an administrator lets it go on."""
Outcome = Literal["terkirim", "gagal", "dilewati"]

PAUSES: Final = tuple(
    timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 7200, 18000, 36000)
)
"""How long to wait after each failed attempt: some 17 hours in all, then it has failed."""
_SECRET_MARK: Final = "whsec_"  # noqa: S105 - a format mark, not a secret
_SECRET_BYTES: Final = 32
_LATE: Final = timedelta(minutes=5)


class WebhookUnknownError(NotFoundError):
    """There is no such subscription."""

    slug = "webhook-unknown"


class WebhookExistsError(ConflictError):
    """The same key made a subscription before; its secret was shown then."""

    slug = "webhook-exists"


class WebhookAddressError(DomainError):
    """The address is none that this office may tell something."""

    slug = "webhook-address-refused"


@dataclass(frozen=True)
class Subscription:
    """One system that is told, and the last entry of the ledger it was told."""

    id: UUID
    url: str
    events: tuple[str, ...]
    """Names of events; empty: all."""
    sealed_secret: str
    owner: str
    """The account that made it: whoever has to see to it when it fails."""
    created_at: datetime
    position: int
    """Everything up to here was told, or was not asked for."""
    attempts: int = 0
    """Failed attempts to tell the next one."""
    due_at: datetime | None = None
    """Not before; None: at once."""
    stopped_at: datetime | None = None
    fault: str | None = None
    """Why the last attempt failed."""

    @property
    def state(self) -> State:
        """What is happening."""
        if self.stopped_at is not None:
            return "berhenti"
        return "mencoba-lagi" if self.attempts else "berjalan"

    def wants(self, event: str) -> bool:
        """Whether it asked for such events."""
        return not self.events or event in self.events


@dataclass(frozen=True)
class Delivery:
    """What became of telling one event."""

    webhook_id: UUID
    subscription_id: UUID
    position: int
    event: str
    case_id: str
    outcome: Outcome
    attempts: int
    fault: str | None
    at: datetime


@dataclass(frozen=True)
class Notice:
    """What is told: ids, the name of the event and its time. Nothing about anybody."""

    id: UUID
    """The same for every attempt, so that a receiver knows a repetition."""
    position: int
    event: str
    case_id: str
    body: bytes

    @classmethod
    def of(cls, line: Document, subscription_id: UUID) -> "Notice":
        """From a line of the trail."""
        told = {
            "type": line["event"],
            "timestamp": line["occurred_at"].isoformat(),
            "data": {
                "event_id": line["event_id"],
                "case_id": line["case_id"],
                "position": line["position"],
            },
        }
        return cls(
            id=uuid5(subscription_id, line["event_id"]),
            position=line["position"],
            event=line["event"],
            case_id=line["case_id"],
            body=json.dumps(told, separators=(",", ":")).encode(),
        )


def new_secret() -> str:
    """A secret as Standard Webhooks writes them."""
    return _SECRET_MARK + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(notice: Notice, secret: str, at: datetime) -> dict[str, str]:
    """The headers that prove who says it, and when (Standard Webhooks)."""
    moment = str(int(at.timestamp()))
    return {
        "webhook-id": str(notice.id),
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{_signature(secret, str(notice.id), moment, notice.body)}",
    }


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """What a receiver checks: that we signed these very bytes, not long ago.

    Args:
        secret: As it was shown when the subscription was made.
        headers: Of the request, by lower-case name.
        body: The very bytes of the request.
        now: The receiver's clock; more than five minutes apart is refused.
    """
    moment = headers.get("webhook-timestamp", "")
    if not moment.isascii() or not moment.isdigit():
        return False
    if abs(now.timestamp() - int(moment)) > _LATE.total_seconds():
        return False
    right = f"v1,{_signature(secret, headers.get('webhook-id', ''), moment, body)}".encode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(right, each.encode()) for each in given)


def _signature(secret: str, message_id: str, moment: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_SECRET_MARK))
    said = f"{message_id}.{moment}.".encode() + body
    return base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None: that was the last."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
