"""What happens inside the simulated WhatsApp between a call and a webhook."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jamila_simulators.settings import SimulatorSettings
from jamila_simulators.whatsapp import templates
from jamila_simulators.whatsapp.errors import LATE, GraphError, unknown_object
from jamila_simulators.whatsapp.levers import Levers
from jamila_simulators.whatsapp.limits import SendingLimits
from jamila_simulators.whatsapp.outbound import SendRequest, Template
from jamila_simulators.whatsapp.store import Media, PlatformStore, StoredMessage
from jamila_simulators.whatsapp.webhooks import (
    Contact,
    Status,
    bundled_body,
    inbound_message,
    media_digest,
    messages_body,
    statuses_body,
)

Clock = Callable[[], datetime]

_PHONE = re.compile(r"^\d{7,15}$")
_WINDOW_CLOSED: Final = 131047
_UNDELIVERABLE: Final = 131026
_MB: Final = 1024 * 1024

UPLOAD_LIMITS: Final[dict[str, int]] = {
    "image/jpeg": 5 * _MB,
    "image/png": 5 * _MB,
    "image/webp": 500 * 1024,
    "text/plain": 100 * _MB,
    "application/pdf": 100 * _MB,
    "application/msword": 100 * _MB,
    "application/vnd.ms-excel": 100 * _MB,
    "application/vnd.ms-powerpoint": 100 * _MB,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100 * _MB,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100 * _MB,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": 100 * _MB,
    "audio/aac": 16 * _MB,
    "audio/amr": 16 * _MB,
    "audio/mpeg": 16 * _MB,
    "audio/mp4": 16 * _MB,
    "audio/ogg": 16 * _MB,
    "video/3gp": 16 * _MB,
    "video/mp4": 16 * _MB,
}
"""Types the media endpoint takes and their size limit in bytes. Source: media reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundPart:
    """One message of a resident before it has an id: type, its own key, context, file."""

    kind: str
    content: dict[str, Any]
    file: tuple[bytes, str, str | None] | None = None
    """Bytes, MIME type and file name, when the message carries media."""
    context_wamid: str | None = None
    at: datetime | None = None


class WhatsAppPlatform:
    """The platform between the business (Cloud API, webhooks) and the resident's phone."""

    def __init__(self, settings: SimulatorSettings, store: PlatformStore, *, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self.levers = Levers()
        self._limits = SendingLimits(
            per_second=settings.messages_per_second,
            pair_burst=settings.pair_burst,
            pair_pause=settings.pair_pause,
        )
        self.on_queued: Callable[[], None] = lambda: None
        """Called after a webhook was queued, so that a sleeping worker wakes up."""
        for name, body in templates.APPROVED.items():
            if store.template(name, templates.LANGUAGE) is None:
                store.put_template(templates.Approved.plain(name, body))

    def send(self, request: SendRequest) -> tuple[StoredMessage, Contact]:
        """Accept one message of the business and queue its status webhooks.

        Raises:
            GraphError: Injected by the control API, or recipient, media or template are unusable.
        """
        fault = self._store.take_fault()
        if fault is not None and not fault[1]:
            raise GraphError(fault[0])
        wa_id = self._recipient(request)
        content = self._rendered(request)
        refusal = self._limits.refusal(wa_id, self._clock())
        if refusal is not None:
            raise GraphError(refusal)
        contact = self._store.remember_contact(wa_id=wa_id, name=None, hide_phone=False)
        now = self._clock()
        error_code = fault[0] if fault is not None else self._late_error(request, wa_id, now)
        message = StoredMessage(
            wamid=self._wamid(wa_id, inbound=False),
            direction="out",
            wa_id=wa_id,
            at=now,
            type=request.type,
            content=content,
            status="accepted",
            callback_data=request.biz_opaque_callback_data,
            error_code=error_code,
        )
        self._store.add_message(message)
        self._queue_first_statuses(message, contact)
        return message, contact

    def receive(
        self, contact: Contact, parts: Sequence[InboundPart], *, together: bool, copies: int
    ) -> list[str]:
        """Let a resident send messages; returns their wamids.

        Args:
            contact: Who writes.
            parts: The messages in order.
            together: All in one webhook body instead of one body each.
            copies: How often each body is posted, at least once.
        """
        entries = [self._inbound(contact, part) for part in parts]
        bodies = [entries] if together else [[entry] for entry in entries]
        for body in bodies:
            raw = messages_body(self._settings, contact, body)
            for _ in range(copies):
                self._store.queue(lane=contact.wa_id, body=raw, at=self._clock())
        self.on_queued()
        return [str(entry["id"]) for entry in entries]

    def receive_bundled(
        self, users: Sequence[tuple[Contact, Sequence[InboundPart]]]
    ) -> list[list[str]]:
        """Let several residents send at once, all in one webhook body; their wamids."""
        entries = [
            (contact, [self._inbound(contact, part) for part in parts]) for contact, parts in users
        ]
        raw = bundled_body(self._settings, entries)
        self._store.queue(lane=users[0][0].wa_id, body=raw, at=self._clock())
        self.on_queued()
        return [[str(each["id"]) for each in messages] for _, messages in entries]

    def read(self, wa_id: str) -> int:
        """The resident opens the chat: everything delivered or sent becomes read."""
        unread = [
            message
            for message in self._store.messages(wa_id, direction="out")
            if message.status not in {"read", "failed"} and message.error_code is None
        ]
        for message in unread:
            self._queue_status(message, self._store.contact(wa_id), "read")
            self._store.advance(message.wamid, "read")
        if unread:
            self.on_queued()
        return len(unread)

    def mark_as_read(self, wamid: str) -> None:
        """The business shows blue ticks for an inbound message.

        Raises:
            GraphError: No inbound message has this id.
        """
        message = self._store.message(wamid)
        if message is None or message.direction != "in":
            raise GraphError(131009, details="message_id: no such inbound message")
        self._store.advance(wamid, "read")

    def upload(self, data: bytes, *, mime_type: str, filename: str | None) -> Media:
        """Take a file of the business for 30 days.

        Raises:
            GraphError: The type is not on the list, the file is empty or above its limit.
        """
        limit = UPLOAD_LIMITS.get(mime_type)
        if limit is None:
            kinds = ", ".join(UPLOAD_LIMITS)
            raise GraphError(
                100,
                message="(#100) Param file must be a file with one of the following types: "
                f"{kinds}. Received file of type '{mime_type}'.",
            )
        if not data or len(data) > limit:
            raise GraphError(131053, details=f"File size must be 1 to {limit} bytes.")
        return self._store.add_media(
            direction="out", at=self._clock(), mime_type=mime_type, filename=filename, data=data
        )

    def media(self, media_id: str) -> Media:
        """A stored file that has not outlived its 7 (inbound) or 30 (uploaded) days.

        Raises:
            GraphError: Unknown or expired id.
        """
        media = self._store.media(media_id)
        settings = self._settings
        if media is None or self.levers.takes_media_fault("gone"):
            raise unknown_object(media_id)
        inbound = media.direction == "in"
        lifetime = settings.inbound_media_lifetime if inbound else settings.uploaded_media_lifetime
        if self._clock() > media.at + lifetime:
            raise unknown_object(media_id)
        return media

    def delete_media(self, media_id: str) -> None:
        """Forget a file at once; raises GraphError when there is none."""
        self.media(media_id)
        self._store.delete_media(media_id)

    def media_url(self, media_id: str) -> str:
        """An address of the file that lives five minutes."""
        expires = int((self._clock() + self._settings.media_url_lifetime).timestamp())
        base = self._settings.public_url.rstrip("/")
        query = f"mid={media_id}&ext={expires}&hash={self._url_hash(media_id, expires)}"
        return f"{base}/lookaside/whatsapp_business/attachments/?{query}"

    def media_at_url(self, media_id: str, *, expires: int, proof: str) -> Media | None:
        """The file behind an address, or None when the address is expired or forged."""
        genuine = hmac.compare_digest(proof, self._url_hash(media_id, expires))
        if not genuine or self._clock().timestamp() >= expires:
            return None
        if self.levers.takes_media_fault("expired"):
            return None
        media = self._store.media(media_id)
        if media is not None and self.levers.takes_media_fault("broken"):
            return replace(media, data=media.data[: len(media.data) // 2])
        return media

    def _url_hash(self, media_id: str, expires: int) -> str:
        text = f"{media_id}:{expires}".encode()
        return hmac.new(self._store.seed.encode(), text, hashlib.sha256).hexdigest()[:32]

    def _recipient(self, request: SendRequest) -> str:
        if request.to:
            wa_id = re.sub(r"[\s()+-]", "", request.to)
            if not _PHONE.match(wa_id):
                raise GraphError(131009, details="to: not a phone number")
            return wa_id
        known = self._store.wa_id_of(request.recipient or "")
        if known is None:
            raise GraphError(131009, details="recipient: unknown business-scoped user id")
        return known

    def _rendered(self, request: SendRequest) -> dict[str, Any]:
        content = request.content()
        for media_id in request.media_ids():
            media = self._store.media(media_id)
            if media is None or media.direction != "out":
                raise GraphError(131009, details=f"Media ID not found: {media_id}")
            content["mime_type"] = media.mime_type
        if request.template is not None and request.type == "template":
            content |= self._filled(request.template)
        return content

    def _filled(self, template: Template) -> dict[str, Any]:
        name, language = template.name, template.language.code
        approved = self._store.template(name, language)
        if approved is None:
            missing = f"template name ({name}) does not exist in {language}"
            raise GraphError(132001, details=missing)
        return templates.render(approved, template)

    def _late_error(self, request: SendRequest, wa_id: str, now: datetime) -> int | None:
        if wa_id in self.levers.unreachable:
            return _UNDELIVERABLE
        last = self._store.last_inbound_at(wa_id)
        is_open = last is not None and now - last < self._settings.reply_window
        return None if is_open or request.type == "template" else _WINDOW_CLOSED

    def _queue_first_statuses(self, message: StoredMessage, contact: Contact) -> None:
        if message.error_code is not None:
            self._queue_status(message, contact, "failed")
        else:
            delay = timedelta(seconds=self._settings.delivered_delay_seconds)
            first, later = "sent", "delivered"
            if self.levers.statuses_reversed:
                first, later = later, first
            self._queue_status(message, contact, first)
            self._queue_status(message, contact, later, delay=delay)
        self.on_queued()

    def _queue_status(
        self,
        message: StoredMessage,
        contact: Contact,
        status: str,
        *,
        delay: timedelta = timedelta(),
    ) -> None:
        now = self._clock()
        entry = Status(
            wamid=message.wamid,
            status=status,
            at=now + delay,
            callback_data=message.callback_data,
            error_code=message.error_code,
            category="utility" if message.type == "template" else "service",
        )
        self._store.queue(
            lane=contact.wa_id,
            body=statuses_body(self._settings, contact, entry),
            at=now,
            delay=delay,
            about=(message.wamid, status),
        )

    def _inbound(self, contact: Contact, part: InboundPart) -> dict[str, Any]:
        at = part.at or self._clock()
        wamid = self._wamid(contact.wa_id, inbound=True)
        content: dict[str, Any] = {part.kind: dict(part.content)}
        if part.file is not None:
            content[part.kind] |= self._inbound_file(part.file)
        self._store.add_message(
            StoredMessage(
                wamid=wamid,
                direction="in",
                wa_id=contact.wa_id,
                at=at,
                type=part.kind,
                content=content[part.kind],
                status="sent",
                callback_data=None,
                error_code=None,
            )
        )
        self._store.touch_inbound(contact.wa_id, at)
        if part.kind == "unsupported":
            content = {"errors": [part.content]}
        if part.context_wamid is not None:
            sender = self._settings.display_phone_number
            content["context"] = {"from": sender, "id": part.context_wamid}
        return inbound_message(contact, wamid=wamid, at=at, kind=part.kind, content=content)

    def _inbound_file(self, file: tuple[bytes, str, str | None]) -> dict[str, Any]:
        data, mime_type, filename = file
        media = self._store.add_media(
            direction="in", at=self._clock(), mime_type=mime_type, filename=filename, data=data
        )
        found = {
            "mime_type": mime_type,
            "sha256": media_digest(data),
            "id": media.id,
            "url": self.media_url(media.id),
        }
        return found if filename is None else found | {"filename": filename}

    def _wamid(self, wa_id: str, *, inbound: bool) -> str:
        # Same make as the real ones: direction and a random part behind the base64 of the number.
        # They therefore hold personal data, which receivers must know before they log them.
        number = self._store.next_message_number()
        unique = self._store.token("wamid", number, length=20 if inbound else 18).encode()
        mark = b"\x15\x02\x00" + (b"\x12\x18" if inbound else b"\x11\x18")
        raw = b"\x1c\x18" + bytes([len(wa_id)]) + wa_id.encode() + mark
        raw += bytes([len(unique)]) + unique + b"\x00"
        return "wamid." + base64.b64encode(raw).decode()

    def add_faults(self, code: int, *, count: int, late: bool | None) -> bool:
        """Make the next ``count`` sends fail; returns whether the error comes late.

        ``late`` None means: the way the real platform reports this code.
        """
        comes_late = code in LATE if late is None else late
        self._store.add_faults(code, count=count, late=comes_late)
        return comes_late


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
