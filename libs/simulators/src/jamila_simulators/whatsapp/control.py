"""The hand that plays the resident: control API for tests, the demo and the phone page.

It has no log-in; the simulators listen on the loopback only.
"""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field

from jamila_simulators.whatsapp.delivery import WebhookDelivery
from jamila_simulators.whatsapp.errors import status_error
from jamila_simulators.whatsapp.levers import MediaFault
from jamila_simulators.whatsapp.platform import InboundPart, WhatsAppPlatform
from jamila_simulators.whatsapp.store import PlatformStore

WaId = Annotated[str, Field(pattern=r"^\d{7,15}$")]


class TextMessage(BaseModel):
    """The resident types."""

    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=65536)]

    def part(self) -> InboundPart:
        """The message as the platform takes it."""
        return InboundPart(kind="text", content={"body": self.text})


class MediaMessage(BaseModel):
    """The resident attaches a file; any type and size, also ones a receiver must refuse."""

    type: Literal["image", "document", "audio", "video", "sticker"]
    content_base64: Base64Bytes
    mime_type: Annotated[str, Field(pattern=r"^[\w.+-]+/[\w.+-]+$")]
    filename: str | None = None
    caption: str | None = None

    def part(self) -> InboundPart:
        """The message as the platform takes it; only documents keep their file name."""
        name = self.filename if self.type == "document" else None
        return InboundPart(
            kind=self.type,
            content={"caption": self.caption} if self.caption else {},
            file=(self.content_base64, self.mime_type, name),
        )


class ReplyMessage(BaseModel):
    """The resident taps a button or a row of a list."""

    type: Literal["button_reply", "list_reply"]
    id: str
    title: str
    description: str | None = None
    context_wamid: str | None = None
    """Id of the message that showed the button."""

    def part(self) -> InboundPart:
        """The message as the platform takes it."""
        reply = {"id": self.id, "title": self.title}
        if self.description is not None:
            reply["description"] = self.description
        content = {"type": self.type, self.type: reply}
        return InboundPart(kind="interactive", content=content, context_wamid=self.context_wamid)


class TemplateButtonMessage(BaseModel):
    """The resident taps a quick-reply button of a template."""

    type: Literal["button"]
    payload: str
    text: str
    context_wamid: str | None = None
    """Id of the template message."""

    def part(self) -> InboundPart:
        """The message as the platform takes it."""
        content = {"payload": self.payload, "text": self.text}
        return InboundPart(kind="button", content=content, context_wamid=self.context_wamid)


class LocationMessage(BaseModel):
    """The resident shares where he is."""

    type: Literal["location"]
    latitude: float
    longitude: float

    def part(self) -> InboundPart:
        """The message as the platform takes it."""
        return InboundPart(
            kind="location", content={"latitude": self.latitude, "longitude": self.longitude}
        )


class UnsupportedMessage(BaseModel):
    """The resident sends something the Cloud API does not pass on, a poll for instance."""

    type: Literal["unsupported"]

    def part(self) -> InboundPart:
        """The message as the platform takes it."""
        return InboundPart(kind="unsupported", content=status_error(131051))


ControlMessage = Annotated[
    TextMessage
    | MediaMessage
    | ReplyMessage
    | TemplateButtonMessage
    | LocationMessage
    | UnsupportedMessage,
    Field(discriminator="type"),
]


class Inbound(BaseModel):
    """One or several messages of one resident."""

    sender: WaId = Field(alias="from")
    name: str | None = None
    hide_phone: bool = False
    """The resident uses a username: webhooks name him by ``user_id`` alone from now on."""
    messages: Annotated[list[ControlMessage], Field(min_length=1)]
    together: bool = False
    duplicate: Annotated[int, Field(ge=0, le=50)] = 0
    """How many extra copies of each webhook body are posted."""
    timestamp: AwareDatetime | None = None
    """When the resident sent them; now, if left out."""


class FailNext(BaseModel):
    """The next sends of the business fail."""

    code: int
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    late: bool | None = None
    """True: failed status webhook; False: error answer; None: as the real platform does it."""


class Bundle(BaseModel):
    """Messages of several residents in one webhook body, an entry each."""

    users: Annotated[list[Inbound], Field(min_length=1)]


class StatusOrder(BaseModel):
    """In which order the first statuses of a message are posted."""

    is_reversed: bool = Field(alias="reversed")


class Reachable(BaseModel):
    """A resident blocks the business, or takes it back."""

    wa_id: WaId
    reachable: bool


class MediaTrouble(BaseModel):
    """The next requests for media go wrong."""

    fault: MediaFault
    count: Annotated[int, Field(ge=0, le=1000)] = 1


class Read(BaseModel):
    """The resident opens the chat."""

    to: WaId


def control_router(
    platform: WhatsAppPlatform, store: PlatformStore, delivery: WebhookDelivery
) -> APIRouter:
    """Routes under ``/_sim/whatsapp``."""
    router = APIRouter(prefix="/_sim/whatsapp", tags=["control"])

    @router.post("/inbound")
    async def inbound(wanted: Inbound) -> list[str]:
        contact = store.remember_contact(
            wa_id=wanted.sender, name=wanted.name, hide_phone=wanted.hide_phone
        )
        parts = [_dated(message.part(), wanted.timestamp) for message in wanted.messages]
        return platform.receive(
            contact, parts, together=wanted.together, copies=1 + wanted.duplicate
        )

    @router.post("/bundle")
    async def bundle(wanted: Bundle) -> list[list[str]]:
        users = []
        for each in wanted.users:
            contact = store.remember_contact(
                wa_id=each.sender, name=each.name, hide_phone=each.hide_phone
            )
            users.append((contact, [_dated(m.part(), each.timestamp) for m in each.messages]))
        return platform.receive_bundled(users)

    _add_levers(router, platform, delivery)
    _add_faults(router, platform)
    _add_chats(router, platform, store)
    _add_views(router, store)
    return router


def _add_levers(router: APIRouter, platform: WhatsAppPlatform, delivery: WebhookDelivery) -> None:
    @router.post("/fail-next")
    async def fail_next(wanted: FailNext) -> dict[str, Any]:
        late = platform.add_faults(wanted.code, count=wanted.count, late=wanted.late)
        return {"code": wanted.code, "count": wanted.count, "late": late}

    @router.post("/read")
    async def read(wanted: Read) -> dict[str, int]:
        return {"read": platform.read(wanted.to)}

    @router.post("/subscribe")
    async def subscribe() -> dict[str, bool]:
        return {"verified": await delivery.subscribe()}


def _add_faults(router: APIRouter, platform: WhatsAppPlatform) -> None:
    @router.post("/status-order")
    async def status_order(wanted: StatusOrder) -> dict[str, bool]:
        platform.levers.statuses_reversed = wanted.is_reversed
        return {"reversed": wanted.is_reversed}

    @router.post("/reachable")
    async def reachable(wanted: Reachable) -> dict[str, bool]:
        change = platform.levers.unreachable
        (change.discard if wanted.reachable else change.add)(wanted.wa_id)
        return {"reachable": wanted.reachable}

    @router.post("/media-fault")
    async def media_fault(wanted: MediaTrouble) -> dict[str, int]:
        platform.levers.media_faults[wanted.fault] = wanted.count
        return {wanted.fault: wanted.count}


def _dated(part: InboundPart, at: AwareDatetime | None) -> InboundPart:
    return InboundPart(
        kind=part.kind,
        content=part.content,
        file=part.file,
        context_wamid=part.context_wamid,
        at=at,
    )


def _add_chats(router: APIRouter, platform: WhatsAppPlatform, store: PlatformStore) -> None:
    @router.get("/chats")
    async def chats() -> list[dict[str, Any]]:
        return [
            {
                "wa_id": contact.wa_id,
                "unread": unread,
                "last": last.view(),
                "hide_phone": contact.hide_phone,
                "reachable": contact.wa_id not in platform.levers.unreachable,
            }
            for contact, last, unread in store.chats()
        ]


def _add_views(router: APIRouter, store: PlatformStore) -> None:
    @router.get("/sent")
    async def sent(to: str) -> list[dict[str, Any]]:
        return [message.view() for message in store.messages(_digits(to), direction="out")]

    @router.get("/chat")
    async def chat(wa_id: str) -> list[dict[str, Any]]:
        return [message.view() for message in store.messages(_digits(wa_id))]

    @router.get("/pending")
    async def pending() -> dict[str, int]:
        return {"pending": store.pending()}

    @router.get("/media/{media_id}")
    async def media(media_id: str) -> Response:
        found = store.media(media_id)
        if found is None:
            raise HTTPException(404)
        # Files come from anywhere: what a browser might run is only ever offered for saving.
        shown = found.mime_type in {"image/jpeg", "image/png", "application/pdf"}
        return Response(
            found.data,
            media_type=found.mime_type,
            headers={
                "Content-Disposition": "inline" if shown else "attachment",
                "X-Content-Type-Options": "nosniff",
            },
        )


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
