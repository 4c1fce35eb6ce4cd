"""What applicants are told, word for word."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from gateway.access import IdentityDep, require_one_of
from gateway.answers import Answer
from gateway.door import DoorDep
from gateway.routes.asking import NO_CASE, framed, refused
from jamila_contracts.commands import ListTemplates
from jamila_ledger.wording import CAPABILITIES

router = APIRouter(prefix="/templates", tags=["sistem"])

_EXAMPLE = "Berkas Anda untuk {layanan} ({kode}) sudah lengkap dan sedang diproses."


class Approved(Answer):
    """The template that WhatsApp approved, which says the same outside the 24-hour window."""

    name: Annotated[str, Field(examples=["berkas_diterima"])]
    variables: tuple[str, ...]
    body: str


class MessageTemplate(Answer):
    """One message to the applicant."""

    id: Annotated[str, Field(examples=["berkas_diterima"])]
    version: int
    about_event: Annotated[str, Field(examples=["BerkasDiterima"])]
    reason_prefix: str | None
    """Only where the reason of the event begins so."""
    owner: Annotated[str, Field(examples=["operator-layanan"])]
    """The capability that has to reach the applicant when the message cannot."""
    text: Annotated[str, Field(examples=[_EXAMPLE])]
    utility: Approved | None
    """None: not worth a paid message; outside the window the applicant asks STATUS."""


class Templates(Answer):
    """The book of templates in use."""

    book: Annotated[str, Field(examples=["templates-2026-2"])]
    templates: tuple[MessageTemplate, ...]
    silent: Annotated[dict[str, str], Field(examples=[{"DraftDibuat": "urusan dalam kantor"}])]
    """Events about which nobody is told, each with the reason."""


@router.get("", summary="Kalimat yang dikirim kepada pemohon", response_model=Templates)
async def templates(identity: IdentityDep, door: DoorDep) -> Any:
    """Which event is told in which words; asks the notifier, so do not poll it."""
    require_one_of(identity, door, CAPABILITIES)
    held = min(identity.account.capabilities(door.clock.now()))
    reply = await door.commands.ask(ListTemplates(**framed(NO_CASE, identity, door, held)))
    return refused(reply) or Templates.model_validate(reply.result)
