"""What is about more than one case, or more than JSON: signing many, its session, SIAK's files."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Body, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from gateway.access import IdentityDep, require_one_of
from gateway.accounts import Identity
from gateway.door import Door, DoorDep
from gateway.paging import MalformedRequestError
from gateway.proving import require_proof_for
from gateway.routes.asking import frame, refused
from gateway.routes.commands import Key
from jamila_contracts.commands import (
    BatchItem,
    Command,
    CommandReply,
    OpenSigningSession,
    ShowBatch,
    SignBatch,
)
from jamila_contracts.sop import load_sop

router = APIRouter(tags=["tanda tangan"])

_BATCHES = UUID("6a3d0c52-6311-4b6e-9d0a-0d1ca311a060")
_SIGN = 6
_ENTER = 3
_DIGEST = "3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728"


class BatchRequest(BaseModel):
    """The cases to sign, each with the documents that were opened."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "case_id": "0b5f3c0e-6311-4d6e-9d0a-0d1ca311a001",
                            "document_sha256": [_DIGEST],
                        }
                    ]
                }
            ]
        },
    )

    items: tuple[BatchItem, ...] = Field(min_length=1, max_length=100)


class BatchItemState(BaseModel):
    """One case of a batch."""

    case_id: UUID
    outcome: Literal["menunggu", "selesai", "gagal"]
    reason: str | None = None
    """Slug: what it waits for, or why it cannot be signed as asked."""


class BatchState(BaseModel):
    """How far a batch is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "batch_id": "7d1c8a52-6311-4a6e-9d0a-0d1ca311a006",
                    "total": 2,
                    "signed": 1,
                    "failed": 0,
                    "waiting": 1,
                    "items": [
                        {
                            "case_id": "0b5f3c0e-6311-4d6e-9d0a-0d1ca311a001",
                            "outcome": "selesai",
                            "reason": None,
                        },
                        {
                            "case_id": "0b5f3c0e-6311-4d6e-9d0a-0d1ca311a002",
                            "outcome": "menunggu",
                            "reason": "timestamp-unavailable",
                        },
                    ],
                }
            ]
        }
    )

    batch_id: UUID
    total: int
    signed: int
    failed: int
    waiting: int
    items: tuple[BatchItemState, ...]


class SessionRequest(BaseModel):
    """The secret of the e-sign service, for this session only."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"method": "passphrase", "secret": "frasa sandi contoh"}]},
    )

    method: Literal["passphrase", "totp"]
    secret: SecretStr = Field(min_length=1, max_length=200)


class SessionState(BaseModel):
    """Until when nothing is asked again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"until": "2026-04-06T09:15:00+08:00"}]}
    )

    until: AwareDatetime


class StoredFile(BaseModel):
    """Where an upload lies: its SHA-256 is its name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sha256": _DIGEST, "size_bytes": 48211}]}
    )

    sha256: str
    size_bytes: int


@router.post(
    "/signing/batches",
    status_code=202,
    response_model=BatchState,
    summary="Menandatangani banyak permohonan",
)
async def sign_batch(
    identity: IdentityDep, door: DoorDep, body: Annotated[BatchRequest, Body()], key: Key
) -> Any:
    """Put cases on the list of the signing service; asked again with the same key it is one batch.

    What cannot be signed as asked is named; what waits for a service outside goes on by itself.
    """
    batch_id = uuid5(_BATCHES, f"{identity.account.account}/{key}")
    command = SignBatch(**_frame(SignBatch, door, identity, batch_id), items=body.items)
    return _state(batch_id, await door.commands.ask(command))


@router.get(
    "/signing/batches/{batch_id}",
    response_model=BatchState,
    summary="Kemajuan penandatanganan bersama",
)
async def batch(batch_id: UUID, identity: IdentityDep, door: DoorDep) -> Any:
    """How far a batch is, case by case."""
    command = ShowBatch(**_frame(ShowBatch, door, identity, batch_id))
    return _state(batch_id, await door.commands.ask(command))


@router.post("/signing/sessions", response_model=SessionState, summary="Membuka sesi tanda tangan")
async def open_session(
    identity: IdentityDep, door: DoorDep, body: Annotated[SessionRequest, Body()]
) -> Any:
    """Lend passphrase or code of the e-sign service for a quarter of an hour.

    It is sealed under a key made for this request and destroyed by the signing service, which keeps
    the secret in memory only.
    """
    session_id = uuid4()
    framed = _frame(OpenSigningSession, door, identity, session_id)
    sealed = await asyncio.to_thread(_seal, door, session_id, body.secret.get_secret_value())
    command = OpenSigningSession(**framed, method=body.method, secret=sealed)
    reply = await door.commands.ask(command)
    return refused(reply) or SessionState(until=reply.result["until"])


@router.post(
    "/cases/{case_id}/siak-files",
    status_code=201,
    summary="Mengunggah dokumen yang ditandatangani di SIAK",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def upload(
    case_id: UUID, request: Request, identity: IdentityDep, door: DoorDep
) -> StoredFile:
    """Store one PDF under the key of the case; ``import-signed`` names it by its SHA-256.

    It is judged when it is imported; until then it is an object that no event names.
    """
    _must_enter(identity, door)
    return await keep_file(case_id, identity, door, await request.body())


async def keep_file(case_id: UUID, identity: Identity, door: Door, content: bytes) -> StoredFile:
    """Store one PDF of SIAK under the key of the case.

    Raises:
        MissingCapabilityError: the account enters nothing.
        MalformedRequestError: it is no PDF.
    """
    _must_enter(identity, door)
    await door.views.case(case_id)
    if not content.startswith(b"%PDF-"):
        raise MalformedRequestError("send one PDF as the body")
    stored = await asyncio.to_thread(door.objects.put, case_id, content)
    return StoredFile(sha256=stored, size_bytes=len(content))


def _must_enter(identity: Identity, door: Door) -> None:
    require_one_of(identity, door, [load_sop().step(_ENTER).capability])


def _frame(command: type[Command], door: Door, identity: Identity, case_id: UUID) -> dict[str, Any]:
    framed = frame(case_id, identity, door, step=_SIGN)
    require_proof_for(door, identity, command)
    return framed


def _seal(door: Door, session_id: UUID, secret: str) -> str:
    door.vault.create(session_id)
    return door.vault.seal(session_id, secret)


def _state(batch_id: UUID, reply: CommandReply) -> Any:
    return refused(reply) or BatchState(batch_id=batch_id, **reply.result["batch"])
