"""Other systems that are told what happens: who, what, and whether it reached them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from gateway.access import IdentityDep, require_one_of
from gateway.answers import Answer
from gateway.door import DoorDep
from gateway.routes.commands import Key
from gateway.webhooks.desk import Wish
from gateway.webhooks.subscriptions import Outcome, State
from jamila_contracts.events import EVENTS


async def administrators(identity: IdentityDep, door: DoorDep) -> None:
    """Who may tell other systems something.

    Raises:
        MissingCapabilityError: the account is no administrator.
    """
    require_one_of(identity, door, ["admin"])


router = APIRouter(prefix="/webhooks", tags=["webhook"], dependencies=[Depends(administrators)])

_URL = "https://aplikasi.example.org/kabar-jamila"


def _known(name: str) -> str:
    if name not in EVENTS:
        msg = "not the name of an event"
        raise ValueError(msg)
    return name


EventName = Annotated[str, Field(max_length=64), AfterValidator(_known)]


class NewWebhook(BaseModel):
    """Where to tell, and which events; without any, all of them."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"url": _URL, "events": ["BerkasDiterima", "Diserahkan"]}]},
    )

    url: str = Field(max_length=2000)
    """https; of the public internet, unless the office allows its own network."""
    events: tuple[EventName, ...] = Field(default=(), max_length=100)


class Webhook(Answer):
    """One system that is told, and how far it was told."""

    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)

    id: UUID
    url: str
    events: tuple[str, ...]
    owner: str
    """The account that made it, and has to see to it when it fails."""
    created_at: AwareDatetime
    state: State
    position: int
    """Everything of the ledger up to here was told, or was not asked for."""
    attempts: int
    due_at: AwareDatetime | None
    stopped_at: AwareDatetime | None
    fault: str | None
    """Why the last attempt failed: ``timeout``, ``http-503``, ``address-refused``, ..."""


class FreshWebhook(Webhook):
    """A new one, with what its notices are signed with."""

    secret: Annotated[str, Field(examples=["whsec_cmFoYXNpYS1jb250b2gtMzItYnl0ZS0wMTIzNDU2Nzg="])]
    """HMAC-SHA256 as Standard Webhooks has it; shown this once."""


class Webhooks(Answer):
    """All of them, oldest first."""

    webhooks: tuple[Webhook, ...]


class WebhookDelivery(Answer):
    """One attempt that ended."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    webhook_id: UUID
    """The header ``webhook-id``, the same for every attempt."""
    position: int
    event: str
    case_id: UUID
    outcome: Outcome
    attempts: int
    fault: str | None
    at: AwareDatetime


class WebhookDeliveries(Answer):
    """The last 200, the newest first."""

    deliveries: tuple[WebhookDelivery, ...]


class Resume(BaseModel):
    """Go on; whether what failed shall be passed over."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"skip": False}]}
    )

    skip: bool = False


@router.get("", summary="Sistem lain yang diberi kabar")
async def webhooks(door: DoorDep) -> Webhooks:
    """Who is told what, and how far; never the secret."""
    found = await door.webhooks.all()
    return Webhooks(webhooks=tuple(Webhook.model_validate(each) for each in found))


@router.post("", status_code=201, summary="Beri kabar ke sistem lain")
async def create(
    identity: IdentityDep, door: DoorDep, body: Annotated[NewWebhook, Body()], key: Key
) -> FreshWebhook:
    """From now on this system is told: ids, the name of the event and its time, signed."""
    wish = Wish(url=body.url, events=body.events, owner=identity.account.account, key=key)
    made, secret = await door.webhooks.create(wish, door.views)
    shown = Webhook.model_validate(made).model_dump()
    return FreshWebhook(**shown, secret=secret)


@router.get("/{webhook_id}", summary="Satu sistem yang diberi kabar")
async def webhook(webhook_id: UUID, door: DoorDep) -> Webhook:
    """How far it was told."""
    found, _ = await door.webhooks.one(webhook_id)
    return Webhook.model_validate(found)


@router.get("/{webhook_id}/deliveries", summary="Kabar yang terkirim dan yang gagal")
async def deliveries(webhook_id: UUID, door: DoorDep) -> WebhookDeliveries:
    """What became of the last deliveries."""
    _, found = await door.webhooks.one(webhook_id)
    lines = tuple(WebhookDelivery.model_validate(each) for each in found)
    return WebhookDeliveries(deliveries=lines)


@router.post("/{webhook_id}/resume", summary="Coba lagi memberi kabar")
async def resume(webhook_id: UUID, door: DoorDep, body: Annotated[Resume, Body()]) -> Webhook:
    """Try again at once; with ``skip`` go on behind the one that failed."""
    return Webhook.model_validate(await door.webhooks.resume(webhook_id, skip=body.skip))


@router.delete("/{webhook_id}", status_code=204, summary="Berhenti memberi kabar")
async def remove(webhook_id: UUID, door: DoorDep) -> None:
    """Tell it nothing any more; asked again it is quiet."""
    await door.webhooks.remove(webhook_id)
