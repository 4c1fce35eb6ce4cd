"""``jamila replay set-aside``: messages that could not be taken in; try again or give up."""

import re
from typing import Annotated, Any

import typer

from jamila_replay import cli_output as output
from jamila_replay.cli_running import AsJson, Reason, asked_of_owners, refusals_explained
from jamila_replay.errors import PointUnknownError
from jamila_replay.set_aside import SERVICE, SetAside, set_aside
from jamila_replay.settings import ReplaySettings

aside = typer.Typer(
    help="Pesan masuk yang disisihkan karena tidak dapat diterima.", no_args_is_help=True
)
_KEY = re.compile(r"(message|status|broken|body):\d{1,18}")

Key = Annotated[str, typer.Argument(metavar="KUNCI", help="jenis:nomor, lihat list")]
OneOrAll = Annotated[
    str | None, typer.Argument(metavar="KUNCI", help="jenis:nomor; tanpa ini: semua")
]


@aside.command("list")
def show_all(*, as_json: AsJson = False) -> None:
    """Daftar yang disisihkan: jenis, sebab, waktu dan ukuran, tanpa isinya."""
    found = set_aside(ReplaySettings().stores)
    if as_json:
        output.print_json([each.model_dump(mode="json") | {"key": each.key} for each in found])
    else:
        output.print_set_aside(found)


@aside.command("retry")
def retry(key: OneOrAll = None, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Minta layanan mencoba lagi satu atau semuanya."""
    asks: dict[str, Any] = {"service": SERVICE}
    if key is not None:
        with refusals_explained(as_json=as_json):
            asks["number"] = _found(key).number
    asked_of_owners("set-aside-retry", reason, asks, as_json=as_json)


@aside.command("read-again")
def read_again(*, reason: Reason = "", as_json: AsJson = False) -> None:
    """Minta layanan membaca lagi isi yang dulu tidak terbaca, misalnya sesudah pembaruan."""
    asked_of_owners("set-aside-read-again", reason, {"service": SERVICE}, as_json=as_json)


@aside.command("discard")
def discard(key: Key, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Minta layanan melepas satu untuk selamanya; alasannya tercatat."""
    with refusals_explained(as_json=as_json):
        found = _found(key)
    asks = {"service": SERVICE, "kind": found.kind, "number": found.number}
    asked_of_owners("set-aside-discard", reason, asks, as_json=as_json)


def _found(key: str) -> SetAside:
    if not _KEY.fullmatch(key):
        raise PointUnknownError("what was put aside is named kind:number")
    for each in set_aside(ReplaySettings().stores):
        if each.key == key:
            return each
    raise PointUnknownError(f"nothing was put aside as {key}")
