"""Accounts of the office, for administrators: list, make, close, allow, stand in, help in again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.access import IdentityDep
from gateway.accounts import ACCOUNT_PATTERN, Grant, StandIn
from gateway.answers_accounts import (
    AccountAnswer,
    AccountList,
    ChangeAnswer,
    ChangePage,
    GivenGrant,
    GivenPassword,
)
from gateway.door import DoorDep
from gateway.identity_store import ForeignIdentity
from jamila_contracts.model import Code

router = APIRouter(prefix="/accounts", tags=["akun"])

Name = Annotated[
    str, Path(pattern=ACCOUNT_PATTERN, description="The account.", examples=["kasi-3"])
]
GrantId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Before = Annotated[int | None, Query(ge=1, le=2**53, description="``next_cursor`` of a page.")]
_CLOSED = ConfigDict(frozen=True, extra="forbid")


class NewGrant(BaseModel):
    """A capability, of its own or lent; ``valid_until`` is exclusive."""

    model_config = ConfigDict(
        **_CLOSED,
        json_schema_extra={
            "examples": [
                {"capability": "kasi"},
                {
                    "capability": "kabid",
                    "stand_in": "plh",
                    "on_behalf_of": "kabid-1",
                    "valid_from": "2026-04-06T00:00:00+08:00",
                    "valid_until": "2026-04-11T00:00:00+08:00",
                    "letter": "800.1.11.1/123/DISDUKCAPIL/2026",
                },
            ]
        },
    )

    capability: Code
    stand_in: StandIn | None = None
    """Plh: the official is away; Plt: the post is vacant. Needs ``on_behalf_of`` and ``letter``."""
    on_behalf_of: Annotated[str, Field(pattern=ACCOUNT_PATTERN)] | None = None
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    letter: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Number of the letter that gives it; no names."""

    @property
    def grant(self) -> Grant:
        """For the accounts."""
        return Grant(**dict(self))


class Subject(BaseModel):
    """Somebody as the identity provider names him: ``iss`` and ``sub`` of its tokens."""

    model_config = ConfigDict(
        **_CLOSED,
        json_schema_extra={
            "examples": [
                {
                    "issuer": "https://sso.example.go.id/realms/kantor",
                    "subject": "7d1c8a52-6311-4a6e-9d0a-0d1ca311a006",
                }
            ]
        },
    )

    issuer: Annotated[str, Field(min_length=8, max_length=300)]
    subject: Annotated[str, Field(min_length=1, max_length=255)]


class NewAccount(BaseModel):
    """An account is a code such as ``kasi-3``; it stands in every trail, so never a name."""

    model_config = ConfigDict(
        **_CLOSED,
        json_schema_extra={
            "examples": [
                {
                    "account": "kasi-3",
                    "display_name": "Kasi Identitas Penduduk",
                    "grants": [{"capability": "kasi"}],
                }
            ]
        },
    )

    account: Annotated[str, Field(pattern=ACCOUNT_PATTERN)]
    display_name: Annotated[str, Field(min_length=1, max_length=200)]
    grants: tuple[NewGrant, ...] = Field(default=(), max_length=20)


@router.get("", summary="Semua akun kantor")
async def accounts(identity: IdentityDep, door: DoorDep) -> AccountList:
    """Every account of the office with what it may do, closed ones too."""
    now = door.clock.now()
    found = await door.administration.accounts(identity)
    return AccountList(accounts=tuple(AccountAnswer.of(each, now) for each in found))


@router.post("", status_code=201, summary="Membuat akun")
async def create(body: NewAccount, identity: IdentityDep, door: DoorDep) -> GivenPassword:
    """Make an account; its password is shown this once and replaced at the first log-in.

    Every change here asks for a second factor that was proven lately.
    """
    given = await door.administration.create(
        identity,
        account=body.account,
        display_name=body.display_name,
        grants=[each.grant for each in body.grants],
    )
    return GivenPassword(account=given.account.account.account, password=given.password)


@router.get("/changes", summary="Riwayat perubahan akun")
async def changes(
    identity: IdentityDep,
    door: DoorDep,
    account: Annotated[str | None, Query(pattern=ACCOUNT_PATTERN)] = None,
    cursor: Before = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ChangePage:
    """Who changed what about whose account, the newest first."""
    found = await door.administration.changes(
        identity, before=cursor, account=account, limit=limit + 1
    )
    page = found[:limit]
    more = len(found) > limit
    return ChangePage(
        changes=tuple(ChangeAnswer.of(each) for each in page),
        next_cursor=page[-1].id if more else None,
    )


@router.get("/{account}", summary="Satu akun")
async def account(account: Name, identity: IdentityDep, door: DoorDep) -> AccountAnswer:
    """One account with what it may do."""
    found = await door.administration.account(identity, account)
    return AccountAnswer.of(found, door.clock.now())


@router.post("/{account}/close", status_code=204, summary="Menutup akun")
async def close(account: Name, identity: IdentityDep, door: DoorDep) -> None:
    """Let it in no more; its sessions and tokens end at once. The name is never given again."""
    await door.administration.close(identity, account)


@router.post("/{account}/password", summary="Memberi kata sandi sementara")
async def reset_password(account: Name, identity: IdentityDep, door: DoorDep) -> GivenPassword:
    """Give a password that is good for the next log-in only; every session of the account ends."""
    given = await door.administration.reset_password(identity, account)
    return GivenPassword(account=account, password=given.password)


@router.delete("/{account}/second-factor", status_code=204, summary="Menghapus autentikator akun")
async def reset_second_factor(account: Name, identity: IdentityDep, door: DoorDep) -> None:
    """Take the second factor away, for a lost phone; every session of the account ends."""
    await door.administration.reset_second_factor(identity, account)


@router.post("/{account}/grants", status_code=201, summary="Memberi kewenangan")
async def give(account: Name, body: NewGrant, identity: IdentityDep, door: DoorDep) -> GivenGrant:
    """Give a capability, of its own or as Plh or Plt; the same again is the same."""
    return GivenGrant(id=await door.administration.give(identity, account, body.grant))


@router.delete("/{account}/grants/{grant_id}", status_code=204, summary="Mencabut kewenangan")
async def take(account: Name, grant_id: GrantId, identity: IdentityDep, door: DoorDep) -> None:
    """Take a capability away; it counts from the next request on."""
    await door.administration.take(identity, account, grant_id)


@router.put("/{account}/identity", status_code=204, summary="Memasangkan identitas OIDC")
async def pair(account: Name, body: Subject, identity: IdentityDep, door: DoorDep) -> None:
    """Let a subject of the identity provider in as this account; no account is paired by itself."""
    foreign = ForeignIdentity(body.issuer, body.subject)
    await door.administration.pair(identity, account, foreign)


@router.delete("/{account}/identity", status_code=204, summary="Melepas identitas OIDC")
async def part(account: Name, identity: IdentityDep, door: DoorDep) -> None:
    """Let nobody in by the identity provider as this account any more."""
    await door.administration.part(identity, account)
