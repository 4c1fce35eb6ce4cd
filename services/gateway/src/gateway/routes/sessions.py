"""Log in, log out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.access import IdentityDep
from gateway.accounts import MAXIMUM_PASSWORD, Identity
from gateway.answers import GrantAnswer, Me, Token
from gateway.door import Door, DoorDep
from gateway.login import Credentials

bell = APIRouter(tags=["masuk"])
"""What the anonymous may use: the door bell."""
router = APIRouter(tags=["masuk"])


class LogIn(BaseModel):
    """Account and password."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str = Field(min_length=1, max_length=64)
    password: Annotated[SecretStr, Field(min_length=1, max_length=MAXIMUM_PASSWORD)]

    @property
    def credentials(self) -> Credentials:
        """For the log-in desk."""
        return Credentials(self.account, self.password.get_secret_value())


class AskForToken(LogIn):
    """Account, password, and what the program is called."""

    name: str = Field(min_length=1, max_length=64)


@bell.post("/sessions", status_code=201, summary="Masuk dari peramban")
async def log_in(body: LogIn, door: DoorDep, response: Response) -> Me:
    """Open a session of a browser: sets the cookie, answers the token for writes."""
    opened = await door.login.open(body.credentials)
    response.set_cookie(
        door.cookie,
        opened.token,
        httponly=True,
        samesite="strict",
        secure=door.secure_cookies,
        path="/",
    )
    return _me(opened.identity, door)


@bell.post("/tokens", status_code=201, summary="Masuk sebagai program")
async def ask_for_token(body: AskForToken, door: DoorDep) -> Token:
    """Get a bearer token for a program; it is shown this once."""
    opened = await door.login.open(body.credentials, kind="program", name=body.name)
    return Token(token=opened.token, expires_at=opened.identity.session.expires_at)


@router.delete("/sessions/current", status_code=204, summary="Keluar")
async def log_out(identity: IdentityDep, door: DoorDep, response: Response) -> None:
    """End the session or token that is used to ask this, at once."""
    await door.login.close(identity)
    response.delete_cookie(
        door.cookie, httponly=True, samesite="strict", secure=door.secure_cookies, path="/"
    )


@router.get("/me", summary="Siapa saya")
async def who_am_i(identity: IdentityDep, door: DoorDep) -> Me:
    """Who is logged in, and what the account may do now."""
    return _me(identity, door)


def _me(identity: Identity, door: Door) -> Me:
    account, now = identity.account, door.clock.now()
    is_browser = identity.session.kind == "browser"
    return Me(
        account=account.account,
        display_name=account.display_name,
        tenant=account.tenant,
        capabilities=tuple(sorted(account.capabilities(now))),
        grants=tuple(
            GrantAnswer.model_validate(each) for each in account.grants if each.holds(now)
        ),
        expires_at=identity.session.expires_at,
        csrf_token=identity.csrf_token if is_browser else None,
    )
