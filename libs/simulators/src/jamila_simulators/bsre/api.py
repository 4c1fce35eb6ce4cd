"""Routes of the simulated e-sign service and of its control API.

Source of paths, fields and codes: the project's rules page, section on BSrE. The field
``timestampInfomation`` is spelt as the real service spells it.
"""

import asyncio
import base64
import binascii
import time
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from jamila_simulators.bsre.accounts import Desk, EsignError, Signer, Weather
from jamila_simulators.bsre.sealing import Place, Sealer, signatures_of
from jamila_simulators.pki import DemoPki

_basic = HTTPBasic(auto_error=False)


class OutageError(Exception):
    """The service, or what stands before it, is down."""


def create_bsre_app(pki_dir: Path, *, user: str, password: str) -> FastAPI:
    """The service with its control API under ``/_sim``; ``app.state.desk`` is its state."""
    app = FastAPI(title="Esign Client Service (simulated)", docs_url=None, redoc_url=None)
    desk, sealer = Desk(), Sealer(DemoPki(pki_dir))
    app.state.desk = desk
    app.add_exception_handler(EsignError, _refuse)
    app.add_exception_handler(OutageError, lambda *_: HTMLResponse("Bad Gateway", 502))

    async def admitted(
        credentials: Annotated[HTTPBasicCredentials | None, Depends(_basic)],
    ) -> None:
        if desk.slow_seconds:
            await asyncio.sleep(desk.slow_seconds)
        if desk.outage:
            raise OutageError
        if credentials is None or (credentials.username, credentials.password) != (user, password):
            raise EsignError(4010, "Unauthorized")

    guarded = [Depends(admitted)]
    app.include_router(_first(desk, sealer), dependencies=guarded)
    app.include_router(_second(desk, sealer), dependencies=guarded)
    app.include_router(_control(desk))
    return app


async def _refuse(_: Request, error: Exception) -> Response:
    code, text = (error.code, error.text) if isinstance(error, EsignError) else (500, "error")
    status = 401 if code == 4010 else 400  # noqa: PLR2004  # the code of a wrong log-in
    return JSONResponse({"status_code": code, "error": text}, status_code=status)


def _first(desk: Desk, sealer: Sealer) -> APIRouter:
    """Version 1: multipart in, PDF out."""
    router = APIRouter(prefix="/api", tags=["v1"])

    @router.post("/sign/pdf")
    async def sign(  # noqa: PLR0913, PLR0917  # the fields of the form
        file: Annotated[UploadFile, File()],
        nik: Annotated[str, Form()] = "",
        passphrase: Annotated[str, Form()] = "",
        tampilan: Annotated[str, Form()] = "invisible",
        page: Annotated[int, Form()] = 1,
        xAxis: Annotated[float, Form()] = 0,  # noqa: N803  # as the service spells it
        yAxis: Annotated[float, Form()] = 0,  # noqa: N803
        width: Annotated[float, Form()] = 0,
        height: Annotated[float, Form()] = 0,
        reason: Annotated[str, Form()] = "",
        location: Annotated[str, Form()] = "",
    ) -> Response:
        desk.admit(nik, passphrase=passphrase, code=None)
        place = Place(page, xAxis, yAxis, width, height) if tampilan == "visible" else None
        signed = await asyncio.to_thread(
            sealer.seal, await file.read(), place=place, reason=reason, location=location
        )
        desk.signed += 1
        headers = {"id_dokumen": desk.keep(signed)}
        return Response(signed, media_type="application/pdf", headers=headers)

    _add_first_questions(router, desk)
    return router


def _add_first_questions(router: APIRouter, desk: Desk) -> None:
    @router.get("/sign/download/{document_id}")
    async def download(document_id: str) -> Response:
        return Response(desk.take(document_id), media_type="application/pdf")

    @router.post("/sign/verify")
    async def verify(signed_file: Annotated[UploadFile, File()]) -> dict[str, Any]:
        found = signatures_of(await signed_file.read())
        return {
            "nama_dokumen": signed_file.filename,
            "jumlah_signature": len(found),
            "notes": "",
            "summary": "VALID" if found else "NO_SIGNATURE",
            "details": [
                {"signature_field": name, "info_signer": {"signer_name": signer}}
                for name, signer in found
            ],
        }

    @router.get("/user/status/{nik}")
    async def status(nik: str) -> dict[str, Any]:
        return {"status_code": 1111, "status": desk.status_of(nik), "message": ""}


def _second(desk: Desk, sealer: Sealer) -> APIRouter:
    """Version 2: JSON in, JSON out."""
    router = APIRouter(prefix="/api/v2", tags=["v2"])

    @router.post("/sign/pdf")
    async def sign(body: dict[str, Any]) -> dict[str, Any]:
        desk.admit(body.get("nik"), passphrase=body.get("passphrase"), code=body.get("totp"))
        started = time.monotonic()
        properties = (body.get("signatureProperties") or [{}])[0]
        place = _place(properties)
        files = []
        for each in body.get("file") or []:
            signed = await asyncio.to_thread(
                sealer.seal,
                _bytes_of(each),
                place=place,
                reason=properties.get("reason", ""),
                location=properties.get("location", ""),
            )
            files.append(base64.b64encode(signed).decode())
            desk.signed += 1
        if not files:
            raise EsignError(4015, "Data tidak sesuai ketentuan")
        return {"time": round((time.monotonic() - started) * 1000), "file": files}

    _add_second_questions(router, desk)
    return router


def _add_second_questions(router: APIRouter, desk: Desk) -> None:
    @router.post("/sign/get/totp")
    async def totp(body: dict[str, Any]) -> dict[str, Any]:
        return {"message": "TOTP dikirim", "totp": desk.new_code(str(body.get("nik")))}

    @router.post("/user/check/status")
    async def status(body: dict[str, Any]) -> dict[str, Any]:
        return {"status": desk.status_of(str(body.get("nik"))), "message": ""}

    @router.post("/verify/pdf")
    async def verify(body: dict[str, Any]) -> dict[str, Any]:
        found = signatures_of(_bytes_of(body.get("file", "")))
        return {
            "conclusion": "VALID" if found else "NO_SIGNATURE",
            "description": "",
            "signatureInformations": [
                {"signerName": signer, "fieldName": name, "timestampInfomation": None}
                for name, signer in found
            ],
        }


def _control(desk: Desk) -> APIRouter:
    """What tests and demonstrations set; without log-in."""
    router = APIRouter(prefix="/_sim", tags=["control"])

    @router.put("/signers")
    async def put_signer(signer: Signer) -> Signer:
        desk.signers[signer.nik] = signer
        return signer

    @router.put("/weather")
    async def set_weather(weather: Weather) -> dict[str, Any]:
        for name, value in weather.model_dump(exclude_none=True).items():
            setattr(desk, name, value)
        return {"signed": desk.signed, **weather.model_dump()}

    return router


def _place(properties: dict[str, Any]) -> Place | None:
    if properties.get("tampilan") != "VISIBLE":
        return None
    names = ("originX", "originY", "width", "height")
    try:
        return Place(int(properties["page"]), *(float(properties[name]) for name in names))
    except (KeyError, TypeError, ValueError):
        raise EsignError(4015, "Data tidak sesuai ketentuan") from None


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise EsignError(4015, "Data tidak sesuai ketentuan") from None
