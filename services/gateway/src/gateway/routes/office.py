"""The whole office: figures of the SLA, outages, what was escalated to me. Nothing personal."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.access import IdentityDep, require_one_of
from gateway.accounts import Identity
from gateway.answers_office import (
    Escalation,
    EscalationList,
    Figure,
    FigurePage,
    OutageDone,
    OutageList,
    OutageView,
    Period,
    Scope,
)
from gateway.conditional import CONDITIONAL, ConditionalDep
from gateway.door import Door, DoorDep
from gateway.paging import MalformedRequestError
from gateway.routes.asking import refused
from gateway.routes.commands import Key
from gateway.routes.waiting import CaughtUp
from gateway.views import FigureQuery
from jamila_contracts.commands import EndOutage, StartOutage
from jamila_contracts.envelope import Actor
from jamila_contracts.model import Code
from jamila_ledger.outages_board import MAY_DECLARE
from jamila_runtime.tracing import child_of

router = APIRouter(tags=["kantor"], dependencies=[CaughtUp])

SEES_OTHERS = frozenset({"kasi", "kabid", "kepala-dinas", "admin"})
"""Who may see the figures of an officer other than himself: those who answer for the work."""
OutageId = Annotated[UUID, Path(description="The outage, as the list names it.")]


@router.get(
    "/figures",
    summary="Angka waktu layanan",
    response_model=FigurePage,
    responses=CONDITIONAL,
)
async def figures(  # noqa: PLR0913, PLR0917 - one parameter per filter FastAPI reads
    identity: IdentityDep,
    door: DoorDep,
    seen: ConditionalDep,
    scope: Annotated[Scope, Query(description="Of the office, a service, a step or an officer.")],
    period: Annotated[Period, Query(description="Day, week (from Monday) or month.")] = "bulan",
    since: Annotated[date | None, Query(alias="from", examples=["2026-11-01"])] = None,
    until: Annotated[date | None, Query(alias="to", examples=["2026-11-30"])] = None,
    key: Annotated[
        str | None,
        Query(max_length=64, description="One service or account.", examples=["akta-kelahiran"]),
    ] = None,
    step: Annotated[int | None, Query(ge=0, le=8)] = None,
) -> Any:
    """Counts, rates, percentiles, waiting against handling; an officer sees his own."""
    if since and until and since > until:
        raise MalformedRequestError("from lies after to")
    if scope == "petugas":
        key = _visible_officer(identity, door, key)
    asked = FigureQuery(scope=scope, period=period, since=since, until=until, key=key, step=step)
    as_of = await door.views.as_of()
    found = await door.views.figures(asked)
    if same := seen.unchanged(as_of, found):
        return same
    return FigurePage(as_of=as_of, figures=tuple(Figure.model_validate(each) for each in found))


@router.get("/outages", summary="Gangguan sistem luar")
async def outages(
    _: IdentityDep,
    door: DoorDep,
    *,
    lasting: Annotated[bool, Query(description="Only those that last.")] = False,
) -> OutageList:
    """Every outage that was declared, the newest first."""
    as_of = await door.views.as_of()
    found = await door.views.outages(lasting=lasting)
    lines = (OutageView.model_validate({**each, "outage_id": each["_id"]}) for each in found)
    return OutageList(as_of=as_of, outages=tuple(lines))


class NewOutage(BaseModel):
    """Which system is down."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"system": "siak"}, {"system": "antrean", "steps": [1]}]},
    )

    system: Code
    """``siak``, ``nik``, ``tte``, ``printer``, ``internet``, ``listrik``, or another one."""
    steps: tuple[Annotated[int, Field(ge=1, le=8)], ...] = ()
    """Steps whose clocks stop; may be left out for a system that is known."""


@router.post("/outages", summary="Mencatat gangguan dimulai", response_model=OutageDone)
async def start_outage(
    body: NewOutage, identity: IdentityDep, door: DoorDep, key: Key
) -> OutageDone | Response:
    """An outside system is down: the clocks of the steps that need it stand still."""
    command = StartOutage(
        command_id=key,
        case_id=uuid5(key, "outage"),
        actor=_declarer(identity, door),
        asked_at=door.clock.now(),
        traceparent=child_of(None),
        system=body.system,
        steps=body.steps,
    )
    return await _done(door, command)


@router.post(
    "/outages/{outage_id}/end", summary="Mencatat gangguan selesai", response_model=OutageDone
)
async def end_outage(
    outage_id: OutageId, identity: IdentityDep, door: DoorDep, key: Key
) -> OutageDone | Response:
    """It works again: the clocks run on."""
    command = EndOutage(
        command_id=key,
        case_id=outage_id,
        actor=_declarer(identity, door),
        asked_at=door.clock.now(),
        traceparent=child_of(None),
    )
    return await _done(door, command)


@router.get("/escalations", summary="Yang diteruskan kepada saya")
async def escalations(identity: IdentityDep, door: DoorDep) -> EscalationList:
    """Tasks whose alarm rang, escalated to one of my capabilities."""
    mine = identity.account.capabilities(door.clock.now())
    as_of = await door.views.as_of()
    found = await door.views.escalations(mine)
    lines = tuple(Escalation.model_validate(each) for each in found)
    return EscalationList(as_of=as_of, escalations=lines)


def _visible_officer(identity: Identity, door: Door, key: str | None) -> str | None:
    """Whose figures may be shown: everybody's to those who answer for the work, else my own."""
    if SEES_OTHERS & identity.account.capabilities(door.clock.now()):
        return key
    if key not in (None, identity.account.account):
        require_one_of(identity, door, SEES_OTHERS)
    return identity.account.account


def _declarer(identity: Identity, door: Door) -> Actor:
    """The account in the highest capability it holds that may stop the clocks of the office."""
    require_one_of(identity, door, MAY_DECLARE)
    now = door.clock.now()
    held = MAY_DECLARE & identity.account.capabilities(now)
    return identity.account.actor(min(held), now)


async def _done(door: Door, command: StartOutage | EndOutage) -> OutageDone | Response:
    reply = await door.commands.ask(command)
    if reply.problem is not None:
        said: Response = refused(reply)
        return said
    after = f"{reply.service}:{reply.log_position}"
    return OutageDone(outage_id=command.case_id, events=reply.events, after=after)
