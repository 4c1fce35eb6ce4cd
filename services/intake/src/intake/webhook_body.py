"""Reads what WhatsApp posts: every entry, every change, every message and status in it.

Source: Cloud API webhook reference, field ``messages``; domain rules, sections 7.1 and 7.2.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast
from uuid import UUID

from intake.messages import InboundMessage, InboundStatus, MediaPointer, Sender, StatusName
from jamila_whatsapp.references import NoticeReference, message_reference

JsonObject = dict[str, Any]
_MEDIA: Final = ("image", "document")
_SILENT: Final = ("reaction", "request_welcome", "ephemeral")
"""Kinds that ask for nothing and get no answer."""
_ANSWERED_BY_KIND: Final = (
    "text", "image", "document", "interactive", "button",
    "audio", "video", "sticker", "location", "contacts", "order", "unsupported",
)  # fmt: skip
_NUMBER_CHANGED: Final = ("user_changed_number", "user_changed_user_id")
ItemKind = Literal["message", "status", "broken"]
"""``broken``: part of a readable body that is not what the platform documents."""
_STATUSES: Final = ("sent", "delivered", "read", "failed")


class UnreadableBodyError(ValueError):
    """The body is signed but is not what the platform documents."""


@dataclass(frozen=True)
class Found:
    """One message or status in a body, and where it stands there."""

    kind: ItemKind
    place: str
    """``entry.change.index``; shorter when it is broken further up."""
    identity: str
    """What makes it the same one when it is delivered again; holds a phone number."""
    lane: str
    """Whatever has to stay in order: the sender, or the message a status is about."""


def find_all(body: bytes, *, phone_number_id: str) -> list[Found]:
    """Everything in a body that is for this number of the office.

    What cannot be read in it does not keep the rest from being done.

    Raises:
        UnreadableBodyError: it is no JSON of the documented shape.
    """
    try:
        entries = json.loads(body)["entry"]
        found = list(_find(entries, _Finder(body, phone_number_id)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # Not the error's own text: it may quote what a resident wrote.
        raise UnreadableBodyError(type(error).__name__) from None
    if found and all(each.kind == "broken" for each in found):
        raise UnreadableBodyError("nothing-readable")
    return found


def message_sender(body: bytes, place: str) -> Sender:
    """Who sent the message at that place."""
    value, index = _value_at(body, place)
    message = value["messages"][index]
    contact = _contact_of(value, message)
    profile = contact.get("profile")
    return Sender(
        wa_id=_text(message.get("from")) or _text(contact.get("wa_id")),
        user_id=_text(message.get("from_user_id")) or _text(contact.get("user_id")),
        name=_text(profile.get("name")) if isinstance(profile, dict) else None,
    )


@dataclass(frozen=True)
class Context:
    """What the reader of a message knows besides the body."""

    source: str
    seq: int
    received_at: datetime


def read_message(
    body: bytes, place: str, context: Context, *, resolve: Callable[[Sender], tuple[UUID, Sender]]
) -> InboundMessage | None:
    """The message at that place; None for kinds that ask for nothing."""
    value, index = _value_at(body, place)
    raw = value["messages"][index]
    kind = str(raw.get("type", "unsupported"))
    if kind in _SILENT or kind == "system":
        return None
    contact_id, sender = resolve(message_sender(body, place))
    media = _media(raw, kind) if kind in _MEDIA else None
    text = _typed(raw, kind)
    return InboundMessage(
        source=context.source,
        seq=context.seq,
        reference=message_reference(str(raw["id"])),
        contact_id=contact_id,
        sender=sender,
        sent_at=_instant(raw.get("timestamp"), context.received_at),
        kind="media" if media else "text" if text is not None else "unsupported",
        wire_kind=kind if kind in _ANSWERED_BY_KIND else "other",
        text=text or "",
        media=media,
    )


@dataclass(frozen=True)
class NumberChange:
    """A resident goes on under another number."""

    old: Sender
    new: Sender


def read_number_change(body: bytes, place: str) -> NumberChange | None:
    """The change of number at that place; None when the message is about something else."""
    value, index = _value_at(body, place)
    raw = value["messages"][index]
    part = raw.get("system")
    if raw.get("type") != "system" or not isinstance(part, dict):
        return None
    if part.get("type") not in _NUMBER_CHANGED:
        return None
    old = message_sender(body, place)
    new = Sender(
        wa_id=_text(part.get("wa_id")) or _text(part.get("new_wa_id")),
        user_id=_text(part.get("user_id")),
        name=old.name,
    )
    return NumberChange(old, new) if new.wa_id or new.user_id else None


def read_status(body: bytes, place: str, context: Context) -> InboundStatus | None:
    """The status at that place; None when it is not about a message about a case."""
    value, index = _value_at(body, place)
    raw = value["statuses"][index]
    about = NoticeReference.parse(str(raw.get("biz_opaque_callback_data", "")))
    status = raw.get("status")
    if about is None or status not in _STATUSES:
        return None
    return InboundStatus(
        source=context.source,
        seq=context.seq,
        case_id=about.case_id,
        message_id=about.message_id,
        reference=message_reference(str(raw["id"])),
        status=cast("StatusName", status),
        error_code=_error_code(raw),
        reported_at=_instant(raw.get("timestamp"), context.received_at),
    )


@dataclass(frozen=True)
class _Finder:
    """Makes the finds of one body."""

    body: bytes
    phone_number_id: str

    def broken(self, place: str) -> Found:
        """A part that cannot be read; the same body again is the same part."""
        digest = hashlib.sha256(self.body).hexdigest()
        return Found("broken", place, f"{digest}|{place}", f"b:{digest}|{place}")

    def message(self, raw: JsonObject, place: str) -> Found:
        """A message; in the lane of whoever sent it."""
        sender = raw.get("from_user_id") or raw.get("from") or ""
        return Found("message", place, _id_of(raw), f"m:{sender}")

    def status(self, raw: JsonObject, place: str) -> Found:
        """A status; in the lane of the message that it is about."""
        wamid = _id_of(raw)
        return Found("status", place, f"{wamid}|{raw['status']}", f"s:{wamid}")


def _find(entries: Any, finder: _Finder) -> Iterator[Found]:
    if not isinstance(entries, list):
        raise TypeError("entry")
    for e, entry in enumerate(entries):
        try:
            changes = list(enumerate(entry["changes"]))
        except (KeyError, TypeError):
            yield finder.broken(str(e))
            continue
        for c, change in changes:
            try:
                yield from _find_in(change, f"{e}.{c}", finder)
            except (KeyError, TypeError, AttributeError):
                yield finder.broken(f"{e}.{c}")


def _find_in(change: JsonObject, place: str, finder: _Finder) -> list[Found]:
    if change["field"] != "messages":
        return []
    value = change["value"]
    if value["metadata"].get("phone_number_id") != finder.phone_number_id:
        return []
    found = []
    for part, make in (("messages", finder.message), ("statuses", finder.status)):
        raws = value.get(part, [])
        if not isinstance(raws, list):
            raise TypeError(part)
        for i, raw in enumerate(raws):
            try:
                found.append(make(raw, f"{place}.{i}"))
            except (KeyError, TypeError, AttributeError):
                found.append(finder.broken(f"{place}.{i}.{part}"))
    return found


def _id_of(raw: JsonObject) -> str:
    identity = raw["id"]
    if not isinstance(identity, str) or not identity:
        raise TypeError("id")
    return identity


def _value_at(body: bytes, place: str) -> tuple[JsonObject, int]:
    entry, change, index = map(int, place.split("."))
    value: JsonObject = json.loads(body)["entry"][entry]["changes"][change]["value"]
    return value, index


def _contact_of(value: JsonObject, message: JsonObject) -> JsonObject:
    listed = value.get("contacts")
    contacts = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    for contact in contacts:
        by_id = contact.get("user_id") and contact.get("user_id") == message.get("from_user_id")
        if by_id or (contact.get("wa_id") and contact.get("wa_id") == message.get("from")):
            return contact
    return contacts[0] if len(contacts) == 1 else {}


def _media(raw: JsonObject, kind: str) -> MediaPointer | None:
    part = raw.get(kind)
    if not isinstance(part, dict) or not _text(part.get("id")):
        return None
    # The ending would stick to a name like "F-2.01.pdf".
    name, dot, ending = str(part.get("filename") or "").rpartition(".")
    hints = (part.get("caption"), name if dot else ending)
    return MediaPointer(
        media_id=str(part["id"]),
        media_type=str(part.get("mime_type", "")).partition(";")[0].strip().lower(),
        hint=" ".join(str(each) for each in hints if each),
    )


def _typed(raw: JsonObject, kind: str) -> str | None:
    """What the resident wrote, or the id of the button or list row that he tapped."""
    part = raw.get(kind)
    if not isinstance(part, dict):
        return None
    if kind == "text":
        return _text(part.get("body"))
    if kind == "button":
        return _text(part.get("payload")) or _text(part.get("text"))
    if kind == "interactive":
        reply = part.get(str(part.get("type")))
        return _text(reply.get("id")) if isinstance(reply, dict) else None
    return None


def _error_code(raw: JsonObject) -> int | None:
    errors = raw.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return None
    code = errors[0].get("code")
    return code if isinstance(code, int) else None


def _text(value: Any) -> str | None:
    """A text without half characters, which no store and no answer could hold."""
    if not isinstance(value, str) or not value:
        return None
    return value.encode(errors="replace").decode()


def _instant(timestamp: Any, received_at: datetime) -> datetime:
    """When it was sent: WhatsApp's clock, but never later than it came."""
    try:
        return min(datetime.fromtimestamp(int(timestamp), tz=UTC), received_at)
    except (ValueError, TypeError, OverflowError, OSError):
        return received_at
