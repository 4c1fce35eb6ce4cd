"""What the commands print: tables for people in Indonesian, JSON for programs."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table

from jamila_ledger.terminal import plain_table
from jamila_ledger.trail import WITA
from jamila_replay.diff import DiffReport
from jamila_replay.drill import DrillReport
from jamila_replay.parking import ParkedEvent
from jamila_replay.set_aside import SetAside
from jamila_replay.shadow import Shadow, added_up
from jamila_replay.status import Status

_SHORT = 16


def print_json(value: Any) -> None:
    """Print for programs."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    print(json.dumps(plain, ensure_ascii=False, indent=2, default=str))


_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "after": "sesudah posisi",
        "calendar": "kalender",
        "case": "permohonan",
        "cases": "banyaknya permohonan",
        "chain_ok": "rantai utuh",
        "collections": "koleksi",
        "differences": "selisih",
        "discarded": "dilepas",
        "dropped": "dibuang",
        "entries": "catatan",
        "events": "peristiwa",
        "fault": "galat",
        "file": "berkas",
        "handled": "ditangani",
        "head": "kepala",
        "live": "yang hidup",
        "live_position": "posisi yang hidup",
        "ok": "utuh",
        "outcome": "hasil",
        "parked": "tertahan",
        "position": "posisi",
        "problem": "masalah",
        "projected": "disusulkan",
        "run": "nomor",
        "services": "layanan",
        "found": "ditemukan",
        "tried": "dicoba lagi",
        "shadow": "bayangan",
        "until": "sampai posisi",
    }
)
_STATES: Mapping[str, str] = MappingProxyType(
    {"building": "belum jadi", "built": "jadi", "live": "hidup"}
)
_YES_NO = {True: "ya", False: "TIDAK"}


def tell(said: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a few figures: line by line for people, or for programs."""
    if as_json:
        print_json(said)
        return
    for name, value in said.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} di {each}" for key, each in value.items())  # noqa: PLW2901
        if value is not None:
            shown = _YES_NO[value] if isinstance(value, bool) else value
            print(f"{_WORDS.get(name, name)}: {shown}")


def progress_bar(*, quiet: bool) -> Progress:
    """A bar on standard error, with rate and time left."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        # Narrow enough for rate and time left on a terminal of eighty columns.
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


class _Rate(TextColumn):
    """Events per second."""

    def __init__(self) -> None:
        super().__init__("{task.speed}")

    def render(self, task: Any) -> Any:
        """The rate, once there is one."""
        speed = task.finished_speed or task.speed
        return f"{speed:,.0f} peristiwa/dtk" if speed else ""


def print_status(status: Status) -> None:
    """Show models, services and the run that is on."""
    console = _console()
    console.print(f"Buku besar: posisi {status.position}")
    models = _table("Model baca", "nama", "keadaan", "posisi", "tertinggal", "per (WITA)")
    for each in status.models:
        counts = (str(each.position), str(each.lag))
        models.add_row(each.name, _STATES[each.state], *counts, _moment(each.as_of))
    console.print(models)
    services = _table(
        "Layanan", "nama", "terbit", "di buku besar", "tertinggal", "tertahan", "ditulis (WITA)"
    )
    for service in status.services:
        services.add_row(
            service.service,
            str(service.published),
            str(service.in_ledger),
            str(service.lag),
            str(service.parked),
            _moment(service.last_sign),
        )
    console.print(services)
    console.print(_processes(status))
    if status.silent:
        console.print(f"GALAT: tanpa tanda hidup: {', '.join(status.silent)}")
    if status.silent_replicas:
        console.print(f"GALAT: replika diam: {', '.join(status.silent_replicas)}")
    if status.set_aside:
        console.print(
            f"GALAT: {status.set_aside} pesan masuk disisihkan: jamila replay set-aside list"
        )
    if status.running:
        console.print(f"Sedang berjalan: {status.running['owner']}")


def _processes(status: Status) -> Table:
    table = _table("Proses", "nama", "keadaan", "tanda terakhir", "antre", "belum dijawab", "lain")
    for each in status.processes:
        since = "-" if each.silent_seconds is None else f"{each.silent_seconds} dtk lalu"
        others = [f"{name} {lag}" for name, lag in sorted(each.lags.items())]
        state = f"{each.state}: {', '.join(each.failing)}" if each.failing else each.state
        counts = ("-" if n is None else str(n) for n in (each.pending, each.unacknowledged))
        table.add_row(each.process, state, since, *counts, ", ".join(others))
    return table


def print_shadow(shadow: Shadow) -> None:
    """Say what a shadow is."""
    console = _console()
    console.print(
        f"Bayangan {shadow.id}: {_STATES[shadow.state]}, {shadow.events} peristiwa dilipat"
    )
    console.print(f"Model: {', '.join(shadow.models)}")
    if shadow.digest:
        console.print(f"Ringkasan: {shadow.digest}", soft_wrap=True)


def print_rehearsal(shadow: Shadow) -> None:
    """Say what would have been written."""
    documents = added_up(shadow.parts.values())
    print(f"Dilipat tanpa ditulis: {shadow.events} peristiwa")
    print(f"Dokumen: {', '.join(f'{name} {number}' for name, number in documents.items())}")


def print_diff(report: DiffReport) -> None:
    """Show differences field by field."""
    console = _console()
    console.print(
        f"{report.shadow} di posisi {report.position}, hidup di {report.live_position}: "
        f"{report.documents} dokumen, {report.differences} selisih"
    )
    if report.is_empty:
        return
    table = _table("Selisih", "model", "dokumen", "kolom", "hidup", "bayangan")
    for each in report.first:
        table.add_row(each.model, each.document, each.field, _brief(each.live), _brief(each.shadow))
    console.print(table)
    for field, number in report.by_field.items():
        console.print(f"  {field}: {number}")
    console.print(f"Untuk menerima selisih ini: --accept-diff {report.digest}")


def print_parked(events: list[ParkedEvent]) -> None:
    """List parked events."""
    table = _table(
        "Peristiwa tertahan", "kunci", "peristiwa", "permohonan", "sebab", "sejak (WITA)"
    )
    for each in events:
        table.add_row(each.key, each.event, each.case_id, each.reason, _moment(each.parked_at))
    _console().print(table if events else "Tidak ada peristiwa tertahan.")


def print_set_aside(found: list[SetAside]) -> None:
    """List what could not be taken in."""
    table = _table(
        "Pesan masuk yang disisihkan", "kunci", "sebab", "dicoba", "masuk (WITA)", "ukuran"
    )
    for each in found:
        came, size = _moment(each.received_at), f"{each.size_bytes} B"
        table.add_row(each.key, each.fault, str(each.attempts), came, size)
    _console().print(table if found else "Tidak ada pesan masuk yang disisihkan.")


def print_drill(report: DrillReport) -> None:
    """Show how the drill went."""
    table = _table("Latihan pemutaran ulang", "latihan", "hasil", "detik", "keterangan")
    for step in report.steps:
        result = "dilewati" if step.skipped else "baik" if step.ok else "GAGAL"
        table.add_row(step.name, result, str(step.seconds), step.detail)
    console = _console()
    console.print(table)
    skipped = sum(step.skipped for step in report.steps)
    if skipped and report.ok:
        console.print(f"{skipped} latihan belum dilakukan: jalankan sistem, lalu ulangi.")
    else:
        console.print("Semua baik." if report.ok else "Latihan gagal.")


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHORT * 3 else f"{text[: _SHORT * 3]}…"


def _table(title: str, *columns: str) -> Table:
    return plain_table(*(Column(each, overflow="fold") for each in columns), title=title)


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(WITA):%d-%m-%Y %H:%M:%S}" if at else "-"


def _console() -> Console:
    return Console(highlight=False, markup=False)
