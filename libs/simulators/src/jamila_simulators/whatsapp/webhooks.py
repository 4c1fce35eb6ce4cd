"""Bodies and signature of the webhooks that WhatsApp posts.

Source: Cloud API webhook reference, ``messages`` field, with the 2026 additions ``user_id``,
``from_user_id`` and ``recipient_user_id`` (business-scoped user ids).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jamila_simulators.settings import SimulatorSettings
from jamila_simulators.whatsapp.errors import status_error

_OBJECT: Final = "whatsapp_business_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A WhatsApp user; ``hide_phone`` when a username keeps the number from businesses."""

    wa_id: str
    name: str
    user_id: str
    hide_phone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One step in the life of a message the business sent."""

    wamid: str
    status: str
    at: datetime
    callback_data: str | None = None
    error_code: int | None = None
    category: str = "service"


def signature(body: bytes, secret: str) -> str:
    """Value of ``X-Hub-Signature-256`` for exactly these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def messages_body(
    settings: SimulatorSettings, contact: Contact, messages: Sequence[dict[str, Any]]
) -> bytes:
    """One webhook body with one or several inbound messages of one user."""
    value = {"contacts": [_contact(contact)], "messages": list(messages)}
    return _notification(settings, value)


def bundled_body(
    settings: SimulatorSettings, users: Sequence[tuple[Contact, Sequence[dict[str, Any]]]]
) -> bytes:
    """One webhook body with an entry for each user; the first entry holds a change per message.

    The real platform bundles so under load; a receiver that reads only the first entry, change or
    message loses the others.
    """
    entries: list[dict[str, Any]] = []
    for contact, messages in users:
        apart = [[message] for message in messages] if not entries else [list(messages)]
        changes = [
            _change(settings, {"contacts": [_contact(contact)], "messages": each}) for each in apart
        ]
        entries.append({"id": settings.waba_id, "changes": changes})
    return _wire({"object": _OBJECT, "entry": entries})


def statuses_body(settings: SimulatorSettings, contact: Contact, status: Status) -> bytes:
    """One webhook body with one status of one outbound message."""
    entry: dict[str, Any] = {
        "id": status.wamid,
        "status": status.status,
        "timestamp": str(int(status.at.timestamp())),
        "recipient_id": contact.wa_id,
        "recipient_user_id": contact.user_id,
    }
    if contact.hide_phone:
        del entry["recipient_id"]
    if status.callback_data is not None:
        entry["biz_opaque_callback_data"] = status.callback_data
    if status.error_code is not None:
        entry["errors"] = [status_error(status.error_code)]
    else:
        free = status.category == "service"
        entry["pricing"] = {
            "billable": not free,
            "pricing_model": "PMP",
            "category": status.category,
            "type": "free_customer_service" if free else "regular",
        }
    return _notification(settings, {"contacts": [_contact(contact)], "statuses": [entry]})


def inbound_message(
    contact: Contact, *, wamid: str, at: datetime, kind: str, content: dict[str, Any]
) -> dict[str, Any]:
    """One entry of ``messages``; ``content`` holds the type's own key and ``context`` if any."""
    message: dict[str, Any] = {
        "from": contact.wa_id,
        "from_user_id": contact.user_id,
        "id": wamid,
        "timestamp": str(int(at.timestamp())),
        "type": kind,
    }
    if contact.hide_phone:
        del message["from"]
    return message | content


def wamids_in(body: bytes) -> list[str]:
    """Ids of the inbound messages in a webhook body."""
    return [
        message["id"]
        for entry in json.loads(body)["entry"]
        for change in entry["changes"]
        for message in change["value"].get("messages", [])
    ]


def media_digest(data: bytes) -> str:
    """The digest as webhooks carry it: base64, while the media endpoint answers hexadecimal."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def _contact(contact: Contact) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "profile": {"name": contact.name},
        "wa_id": contact.wa_id,
        "user_id": contact.user_id,
    }
    if contact.hide_phone:
        del entry["wa_id"]
    return entry


def _notification(settings: SimulatorSettings, value: dict[str, Any]) -> bytes:
    entry = {"id": settings.waba_id, "changes": [_change(settings, value)]}
    return _wire({"object": _OBJECT, "entry": [entry]})


def _change(settings: SimulatorSettings, value: dict[str, Any]) -> dict[str, Any]:
    metadata = {
        "display_phone_number": settings.display_phone_number,
        "phone_number_id": settings.phone_number_id,
    }
    return {
        "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
        "field": "messages",
    }


def _wire(body: dict[str, Any]) -> bytes:
    # Non-ASCII stays escaped, as on the real wire: a receiver that re-serialises before checking
    # the signature fails here as it would fail there.
    return json.dumps(body, separators=(",", ":")).encode()
