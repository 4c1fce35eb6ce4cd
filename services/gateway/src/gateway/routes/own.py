"""One's own account: who am I, code, password, second factor, sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.access import HalfwayDep, IdentityDep
from gateway.accounts import MAXIMUM_PASSWORD, Identity, Session
from gateway.answers import (
    EnrolledAnswer,
    Me,
    Proposed,
    RecoveryCodes,
    Renewed,
    SecondFactorAnswer,
    SessionAnswer,
    Sessions,
)
from gateway.cookies import give_cookie, take_cookie
from gateway.door import Door, DoorDep
from gateway.own_account import session_id_of
from gateway.qr_svg import qr_svg
from gateway.routes.sessions import Code
from gateway.self_portrait import me_of
from gateway.session_book import Opened

threshold = APIRouter(tags=["masuk"])
"""What somebody may use whose log-in stands half done."""
router = APIRouter(tags=["masuk"])

Password = Annotated[SecretStr, Field(min_length=1, max_length=MAXIMUM_PASSWORD)]
SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
_QR_LABEL = "Kode QR untuk aplikasi autentikator"


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CodeSaid(_Said):
    """A code of the authenticator app, or a recovery code."""

    code: Code


class PasswordSaid(_Said):
    """The own password, asked once more."""

    password: Password


class NewPassword(_Said):
    """The old password and the new one."""

    old: Password
    new: Password


@threshold.get("/me", summary="Siapa saya")
async def who_am_i(identity: HalfwayDep, door: DoorDep) -> Me:
    """Who is logged in, what the account may do now, and what the log-in still lacks."""
    return Me(**me_of(identity, door))


@threshold.delete("/sessions/current", status_code=204, summary="Keluar")
async def log_out(identity: HalfwayDep, door: DoorDep, response: Response) -> None:
    """End the session or token that is used to ask this, at once."""
    await door.login.close(identity)
    take_cookie(response, door)


@threshold.post("/sessions/current/code", summary="Memberi kode autentikator")
async def give_code(
    body: CodeSaid, identity: HalfwayDep, door: DoorDep, response: Response
) -> Renewed:
    """Prove the second factor: goes on with a log-in, or renews the proof that signing needs.

    The token is replaced: a browser gets another cookie, a program another ``token``.
    """
    opened = await door.login.give_code(identity, body.code.get_secret_value())
    return Renewed(**_renewed(response, door, opened))


@threshold.post("/me/password", summary="Mengganti kata sandi sendiri")
async def change_password(
    body: NewPassword, identity: HalfwayDep, door: DoorDep, response: Response
) -> Renewed:
    """Give oneself another password; every other session and token of the account ends."""
    opened = await door.own.change_password(
        identity, old=body.old.get_secret_value(), new=body.new.get_secret_value()
    )
    return Renewed(**_renewed(response, door, opened))


@router.get("/me/second-factor", summary="Faktor kedua saya")
async def second_factor(identity: IdentityDep, door: DoorDep) -> SecondFactorAnswer:
    """Whether there is one, since when, and how many recovery codes are left."""
    return SecondFactorAnswer.model_validate(await door.own.second_factor(identity))


@router.post("/me/second-factor", status_code=201, summary="Menyiapkan aplikasi autentikator")
async def propose(body: PasswordSaid, identity: IdentityDep, door: DoorDep) -> Proposed:
    """Get a secret for an authenticator app, shown this once; its first code puts it in force.

    Who has a second factor already proves it first (403 ``second-factor-needed``).
    """
    proposal = await door.own.propose_second_factor(
        identity, password=body.password.get_secret_value()
    )
    drawn = qr_svg(proposal.uri, label=_QR_LABEL)
    return Proposed(secret=proposal.secret, uri=proposal.uri, qr_svg=drawn)


@router.post("/me/second-factor/confirm", summary="Mengaktifkan aplikasi autentikator")
async def confirm(
    body: CodeSaid, identity: IdentityDep, door: DoorDep, response: Response
) -> EnrolledAnswer:
    """Put the secret in force by its first code; answers recovery codes for paper, this once."""
    enrolled = await door.own.confirm_second_factor(identity, body.code.get_secret_value())
    renewed = _renewed(response, door, enrolled.opened)
    return EnrolledAnswer(**renewed, recovery_codes=enrolled.recovery_codes)


@router.post("/me/recovery-codes", status_code=201, summary="Membuat kode pemulihan baru")
async def new_recovery_codes(identity: IdentityDep, door: DoorDep) -> RecoveryCodes:
    """Get ten new codes for paper; the old ones are worthless."""
    return RecoveryCodes(recovery_codes=await door.own.new_recovery_codes(identity))


@router.get("/sessions", summary="Sesi saya")
async def sessions(identity: IdentityDep, door: DoorDep) -> Sessions:
    """Where the account is logged in, the newest first."""
    found = await door.own.sessions(identity)
    return Sessions(sessions=tuple(_session(each, identity) for each in found))


@router.delete("/sessions", status_code=204, summary="Mengakhiri sesi saya yang lain")
async def end_other_sessions(identity: IdentityDep, door: DoorDep) -> None:
    """End every session and token of the account but the one that asks."""
    await door.own.end_other_sessions(identity)


@router.delete("/sessions/{session_id}", status_code=204, summary="Mengakhiri satu sesi saya")
async def end_session(session_id: SessionId, identity: IdentityDep, door: DoorDep) -> None:
    """End one session or token of the account."""
    await door.own.end_session(identity, session_id)


def _renewed(response: Response, door: Door, opened: Opened) -> dict[str, Any]:
    """Hand over a new token: to a browser in its cookie, to a program in the answer."""
    is_browser = opened.identity.session.kind == "browser"
    if is_browser:
        give_cookie(response, door, opened)
    return {**me_of(opened.identity, door), "token": None if is_browser else opened.token}


def _session(session: Session, identity: Identity) -> SessionAnswer:
    return SessionAnswer(
        id=session_id_of(session),
        kind=session.kind,
        name=session.name,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
        is_current=session.token_sha256 == identity.session.token_sha256,
    )
