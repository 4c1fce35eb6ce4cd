"""``/sistem/webhook``: other systems that are told what happens, for administrators."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.console import words_case
from gateway.console.doing import go_on, key_in, text_in, texts_in, wish
from gateway.console.once import shown_once
from gateway.console.pages import page
from gateway.console.visiting import FormDep, VisitDep, visiting
from gateway.routes import webhooks
from jamila_contracts.events import EVENTS

_HERE: Final = "/sistem/webhook"


router = APIRouter(prefix=_HERE, include_in_schema=False, dependencies=[Depends(visiting)])


@router.get("")
async def every(visit: VisitDep) -> Response:
    """Who is told, how far, and what became of the last deliveries."""
    await webhooks.administrators(visit.identity, visit.door)
    found = await webhooks.webhooks(visit.door)
    told = {
        each.id: (await webhooks.deliveries(each.id, visit.door)).deliveries
        for each in found.webhooks
    }
    return page(
        visit, "sistem_webhook", found=found, told=told, events=sorted(EVENTS), kata=words_case
    )


@router.post("")
async def create(visit: VisitDep, form: FormDep) -> Response:
    """Tell another system; the secret is shown this once."""
    await webhooks.administrators(visit.identity, visit.door)
    body = wish(
        webhooks.NewWebhook, url=text_in(form, "alamat"), events=texts_in(form, "peristiwa")
    )
    made = await webhooks.create(visit.identity, visit.door, body, key_in(form))
    return shown_once(visit, "webhook", url=made.url, secret=made.secret)


@router.post("/{webhook_id}/lanjut")
async def resume(webhook_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Try again, or go on behind what failed."""
    await webhooks.administrators(visit.identity, visit.door)
    body = webhooks.Resume(skip=text_in(form, "lewati") == "ya")
    await webhooks.resume(webhook_id, visit.door, body)
    return go_on(visit, _HERE, "webhook-lanjut")


@router.post("/{webhook_id}/hapus")
async def remove(webhook_id: UUID, visit: VisitDep, _: FormDep) -> Response:
    """Tell it nothing any more."""
    await webhooks.administrators(visit.identity, visit.door)
    await webhooks.remove(webhook_id, visit.door)
    return go_on(visit, _HERE, "webhook-hapus")
