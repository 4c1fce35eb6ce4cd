"""The door bell: log in, with password and code."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.accounts import MAXIMUM_PASSWORD
from gateway.answers import Me, Token
from gateway.cookies import give_cookie
from gateway.door import DoorDep
from gateway.login import Credentials
from gateway.self_portrait import me_of

bell = APIRouter(tags=["masuk"])
"""What the anonymous may use."""

Code = Annotated[SecretStr, Field(min_length=6, max_length=32)]
"""Six digits of the app, or a recovery code."""


class LogIn(BaseModel):
    """Account, password, and the code of the second factor if it is at hand already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str = Field(min_length=1, max_length=64)
    password: Annotated[SecretStr, Field(min_length=1, max_length=MAXIMUM_PASSWORD)]
    code: Code | None = None

    @property
    def credentials(self) -> Credentials:
        """For the log-in desk."""
        code = None if self.code is None else self.code.get_secret_value()
        return Credentials(self.account, self.password.get_secret_value(), code)


class AskForToken(LogIn):
    """Account, password, code, and what the program is called."""

    name: str = Field(min_length=1, max_length=64)


@bell.post("/sessions", status_code=201, summary="Masuk dari peramban")
async def log_in(body: LogIn, door: DoorDep, request: Request, response: Response) -> Me:
    """Open a session of a browser: sets the cookie, answers the token for writes.

    With ``pending`` set, nothing else is answered before ``POST /sessions/current/code``
    (``code``) or ``POST /me/password`` (``password``).
    """
    opened = await door.login.open(body.credentials)
    # A cookie from before the log-in is never adopted; whoever it named is logged out here.
    before = request.cookies.get(door.cookie)
    if before is not None:
        await door.login.forget(before)
    give_cookie(response, door, opened)
    return Me(**me_of(opened.identity, door))


@bell.post("/tokens", status_code=201, summary="Masuk sebagai program")
async def ask_for_token(body: AskForToken, door: DoorDep) -> Token:
    """Get a bearer token for a program; it is shown this once.

    An account with a second factor has to send its ``code`` too (401 ``code-needed``).
    """
    opened = await door.login.open(body.credentials, kind="program", name=body.name)
    return Token(token=opened.token, expires_at=opened.identity.session.expires_at)
