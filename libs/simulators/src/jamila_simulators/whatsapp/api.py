"""Routes of the Cloud API, version 24, as a business calls them."""

import secrets
from typing import Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from jamila_simulators.settings import SimulatorSettings
from jamila_simulators.whatsapp.errors import GraphError, bad_token, unknown_object
from jamila_simulators.whatsapp.outbound import read_send_request
from jamila_simulators.whatsapp.platform import WhatsAppPlatform
from jamila_simulators.whatsapp.store import PlatformStore
from jamila_simulators.whatsapp.templates import Approved

VERSION: Final = "v24.0"

JsonObject = dict[str, Any]


def cloud_api_router(
    settings: SimulatorSettings, platform: WhatsAppPlatform, store: PlatformStore
) -> APIRouter:
    """Everything behind ``https://graph.facebook.com``, here under ``/whatsapp/v24.0``."""

    def authorise(request: Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        expected = settings.access_token.get_secret_value()
        if scheme.lower() != "bearer" or not secrets.compare_digest(
            token.strip().encode(), expected.encode()
        ):
            raise bad_token()

    router = APIRouter(
        prefix=f"/whatsapp/{VERSION}", tags=["whatsapp"], dependencies=[Depends(authorise)]
    )
    _add_sending(router, settings, platform)
    _add_media(router, settings, platform)
    _add_templates(router, settings, store)
    return router


def download_router(settings: SimulatorSettings, platform: WhatsAppPlatform) -> APIRouter:
    """The host that media addresses point to (``lookaside.fbsbx.com`` in reality)."""
    router = APIRouter(prefix="/lookaside", tags=["whatsapp"])

    @router.get("/whatsapp_business/attachments/")
    async def download(request: Request, mid: str = "", ext: str = "", hash: str = "") -> Response:  # noqa: A002  wire name
        expected = f"Bearer {settings.access_token.get_secret_value()}"
        given = request.headers.get("Authorization", "")
        if not secrets.compare_digest(given.encode(), expected.encode()):
            return Response(status_code=401)
        expires = int(ext) if ext.isascii() and ext.isdecimal() else 0
        media = platform.media_at_url(mid, expires=expires, proof=hash)
        if media is None:
            return Response(status_code=404)
        return Response(media.data, media_type=media.mime_type)

    return router


async def graph_error_response(_request: Request, error: Exception) -> JSONResponse:
    """Turn a GraphError into the body and status the Graph API answers with."""
    graph_error = error if isinstance(error, GraphError) else GraphError(131000)
    return JSONResponse(graph_error.body(), status_code=graph_error.status)


async def _json_object(request: Request) -> JsonObject:
    try:
        body = await request.json()
    except ValueError as error:
        raise GraphError(100, details="The body is not valid JSON") from error
    if not isinstance(body, dict):
        raise GraphError(100, details="The body must be a JSON object")
    return body


def _add_sending(
    router: APIRouter, settings: SimulatorSettings, platform: WhatsAppPlatform
) -> None:
    @router.post("/{phone_number_id}/messages")
    async def send(phone_number_id: str, request: Request) -> JsonObject:
        if phone_number_id != settings.phone_number_id:
            raise unknown_object(phone_number_id)
        body = await _json_object(request)
        if body.get("messaging_product") != "whatsapp":
            raise GraphError(100, details="messaging_product must be 'whatsapp'")
        if body.get("status") == "read":
            platform.mark_as_read(str(body.get("message_id", "")))
            return {"success": True}
        wanted = read_send_request(body)
        message, contact = platform.send(wanted)
        return {
            "messaging_product": "whatsapp",
            "contacts": [
                {
                    "input": wanted.to or wanted.recipient,
                    "wa_id": message.wa_id,
                    "user_id": contact.user_id,
                }
            ],
            "messages": [{"id": message.wamid}],
        }


def _add_media(router: APIRouter, settings: SimulatorSettings, platform: WhatsAppPlatform) -> None:
    @router.post("/{phone_number_id}/media")
    async def upload(phone_number_id: str, request: Request) -> JsonObject:
        if phone_number_id != settings.phone_number_id:
            raise unknown_object(phone_number_id)
        async with request.form() as form:
            if form.get("messaging_product") != "whatsapp":
                raise GraphError(100, details="messaging_product must be 'whatsapp'")
            file, declared = form.get("file"), form.get("type")
            if not isinstance(file, UploadFile):
                raise GraphError(100, details="The parameter file is required.")
            mime_type = declared if isinstance(declared, str) else file.content_type or ""
            media = platform.upload(
                await file.read(), mime_type=mime_type.partition(";")[0], filename=file.filename
            )
        return {"id": media.id}

    _add_media_by_id(router, platform)


def _add_media_by_id(router: APIRouter, platform: WhatsAppPlatform) -> None:
    @router.get("/{media_id}")
    async def describe(media_id: str) -> JsonObject:
        media = platform.media(media_id)
        return {
            "messaging_product": "whatsapp",
            "url": platform.media_url(media.id),
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": len(media.data),
            "id": media.id,
        }

    @router.delete("/{media_id}")
    async def delete(media_id: str) -> JsonObject:
        platform.delete_media(media_id)
        return {"success": True}


def _add_templates(router: APIRouter, settings: SimulatorSettings, store: PlatformStore) -> None:
    @router.post("/{waba_id}/message_templates")
    async def create(waba_id: str, request: Request) -> JsonObject:
        if waba_id != settings.waba_id:
            raise unknown_object(waba_id)
        body = await _json_object(request)
        approved = Approved.read(body)
        store.put_template(approved)
        key = store.token("template", approved.name, approved.language, length=12)
        return {"id": str(int(key, 16)), "status": "APPROVED", "category": approved.category}

    @router.get("/{waba_id}/message_templates")
    async def templates(waba_id: str) -> JsonObject:
        if waba_id != settings.waba_id:
            raise unknown_object(waba_id)
        return {
            "data": [
                {
                    "name": each.name,
                    "language": each.language,
                    "status": "APPROVED",
                    "category": each.category,
                    "components": list(each.components),
                }
                for each in store.templates()
            ]
        }
