"""``jamila demo``: one case through all eight steps on a system of its own, then its record."""

import asyncio
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.status import Status

from jamila_contracts.office_time import OFFICE_ZONE
from jamila_contracts.sop import load_sop
from jamila_deploy.errors import DemoFolderUsedError
from jamila_deploy.office import Office, OfficeAddress
from jamila_deploy.ports import free_ports
from jamila_deploy.road import Road
from jamila_deploy.sample import Birth
from jamila_deploy.settings import LauncherSettings
from jamila_deploy.system import RunningSystem, running_system
from jamila_ledger import cli_tables as tables
from jamila_ledger.calendar import load_calendar
from jamila_ledger.casefold import file_of
from jamila_ledger.chain import verify
from jamila_ledger.cli_trail import print_trail
from jamila_ledger.recorded import recorded
from jamila_ledger.sla import measure
from jamila_ledger.sql_store import SqlLedgerStore
from jamila_ledger.trail import sentences

_ALWAYS_OPEN = "kalender-demo-24jam"
"""The demo may run at night; its clock must run too."""

Folder = Annotated[
    Path | None, typer.Option(help="Folder kosong untuk demo; bawaan: folder sementara baru")
]


def demo(*, folder: Folder = None) -> None:
    """Jalankan satu permohonan akta kelahiran dari WhatsApp sampai diserahkan."""
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        raise DemoFolderUsedError(folder)
    home = folder or Path(tempfile.mkdtemp(prefix="jamila-demo-"))
    settings = free_ports(LauncherSettings(home=home, calendar=_ALWAYS_OPEN))
    console = Console()
    started = time.monotonic()
    console.print(f"Demo Dik Jamila Me-WA di folder {home}")
    case_id, signed = asyncio.run(_walk(settings, console))
    # The system has stopped: everything below is read from the ledger alone.
    is_intact = _show_record(home, case_id)
    console.print(f"\nPDF bertanda tangan: {signed}", soft_wrap=True)
    console.print(f"Selesai dalam {time.monotonic() - started:.1f} detik.")
    if not is_intact:
        raise typer.Exit(1)


async def _walk(settings: LauncherSettings, console: Console) -> tuple[UUID, Path]:
    with console.status("Menyalakan semua layanan ...") as status:
        async with running_system(settings) as system:
            console.print(f"  semua layanan siap ({system.cold_start_seconds:.1f} detik)")
            return await asyncio.to_thread(_walk_case, system, console, status)


def _walk_case(system: RunningSystem, console: Console, status: Status) -> tuple[UUID, Path]:
    office = Office(OfficeAddress.of(system))
    road = Road(office, Birth.of_couple(0, today=datetime.now(tz=OFFICE_ZONE).date()))
    try:
        for stride in road.strides():
            status.update(f"{stride.account}: {stride.what} ...")
            began = time.monotonic()
            stride.go_in_words(logs=system.settings.home / "logs")
            took = time.monotonic() - began
            console.print(f"  {stride.account:<8} {stride.what} ({took:.1f} detik)")
        return UUID(road.case_id), _save_signed(road, system.settings.home)
    finally:
        office.close()


def _save_signed(road: Road, home: Path) -> Path:
    signed = road.view()["signed"][0]
    path = home / f"{signed['kind']}-{signed['code']}.pdf"
    path.write_bytes(road.office.client("loket-1").document(road.case_id, signed["signed_sha256"]))
    return path


def _show_record(home: Path, case_id: UUID) -> bool:
    """Print what the ledger says of the case; whether the ledger is intact."""
    store = SqlLedgerStore.open_existing(f"sqlite:///{home / 'stores' / 'ledger.db'}")
    facts = recorded(store.read_case(case_id))
    file = file_of(facts)
    print_trail(sentences(facts), count_reads=True)
    measured = measure(
        file,
        calendar=load_calendar(_ALWAYS_OPEN),
        sop=load_sop(file.sop_id),
        as_of=facts[-1].recorded_at,
    )
    tables.print_sla(measured)
    report = verify(store.scan())
    tables.print_report(report)
    return report.ok
