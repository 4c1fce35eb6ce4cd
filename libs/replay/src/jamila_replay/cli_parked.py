"""``jamila replay parked``: look at what the services could not handle; retry it or give it up."""

import re
from typing import Annotated

import typer

from jamila_replay import cli_output as output
from jamila_replay.cli_running import AsJson, Reason, asked_of_owners, refusals_explained
from jamila_replay.errors import PointUnknownError
from jamila_replay.parking import ParkedEvent, parked_events
from jamila_replay.settings import ReplaySettings

parked = typer.Typer(help="Peristiwa yang tertahan di layanan.", no_args_is_help=True)
_KEY = re.compile(r"[a-z_-]+/[a-z-]+:\d+")

Key = Annotated[str, typer.Argument(metavar="KUNCI", help="layanan/sumber:tempat, lihat list")]
Service = Annotated[str, typer.Argument(metavar="LAYANAN", help="nama layanan, lihat list")]


@parked.command("list")
def show_all(*, as_json: AsJson = False) -> None:
    """Daftar semua yang tertahan."""
    events = list(parked_events(ReplaySettings().stores))
    if as_json:
        output.print_json([each.model_dump(mode="json") | {"key": each.key} for each in events])
    else:
        output.print_parked(events)


@parked.command("show")
def show_one(key: Key, *, as_json: AsJson = False) -> None:
    """Tampilkan satu, tanpa isinya."""
    with refusals_explained(as_json=as_json):
        found = _found(key)
    output.tell(found.model_dump(mode="json"), as_json=as_json)


@parked.command("retry")
def retry(key: Key, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Minta layanan mencoba lagi semua yang tertahan dari permohonan itu."""
    with refusals_explained(as_json=as_json):
        found = _found(key)
    asks = {"service": found.service, "case_id": found.case_id}
    asked_of_owners("parked-retry", reason, asks, as_json=as_json)


@parked.command("retry-all")
def retry_all(service: Service, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Minta layanan mencoba lagi semua yang tertahan padanya."""
    asked_of_owners("parked-retry", reason, {"service": service}, as_json=as_json)


@parked.command("discard")
def discard(key: Key, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Minta layanan melepas satu peristiwa untuk selamanya; alasannya tercatat."""
    with refusals_explained(as_json=as_json):
        found = _found(key)
    asks = {
        "service": found.service,
        "source": found.source,
        "log_position": found.log_position,
    }
    asked_of_owners("parked-discard", reason, asks, as_json=as_json)


def _found(key: str) -> ParkedEvent:
    if not _KEY.fullmatch(key):
        raise PointUnknownError("a parked event is named service/source:place")
    for each in parked_events(ReplaySettings().stores):
        if each.key == key:
            return each
    raise PointUnknownError(f"nothing is parked at {key}")
