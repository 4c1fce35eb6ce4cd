"""``jamila replay``: rebuild read models beside the live ones, compare, exchange, go back.

Exit codes: 0 done · 1 there are differences, or the drill failed · 2 refused · 3 something is away,
try again later · 4 another run is on · 5 stopped on request, go on with ``--resume`` · 6 a process
gives no sign of life.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any
from uuid import uuid4

import typer

from jamila_ledger.chain import verify
from jamila_replay import cli_output as output
from jamila_replay.catch_up import catch_up
from jamila_replay.cli_parked import parked
from jamila_replay.cli_running import (
    SET_ASIDE,
    SILENT,
    AsJson,
    Reason,
    asked_of_owners,
    locked,
    opened,
    refusals_explained,
)
from jamila_replay.cli_set_aside import aside
from jamila_replay.diff import SHOWN, compare
from jamila_replay.drill import drill as practise
from jamila_replay.errors import PointUnknownError
from jamila_replay.exchange import drop, rollback, swap
from jamila_replay.rebuild import Watch, build, rehearse, workers_for
from jamila_replay.runs import Runs
from jamila_replay.settings import ReplaySettings
from jamila_replay.shadow import COLLECTIONS, Shadow, with_needed
from jamila_replay.source import Extent
from jamila_replay.status import look
from jamila_replay.stores import Stores
from jamila_replay.transfer import check, export, load
from jamila_runtime.clock import SystemClock

DIFFERENT = 1
_LONG_SECONDS = 3600.0

replay = typer.Typer(
    help="Pemutaran ulang: bangun, bandingkan, tukar, pulihkan.", no_args_is_help=True
)
replay.add_typer(parked, name="parked")
replay.add_typer(aside, name="set-aside")

ShadowId = Annotated[str, typer.Argument(metavar="BAYANGAN", help="Nama bayangan (lihat status)")]
From = Annotated[str, typer.Option("--from", help="Mulai sesudah posisi atau waktu ini")]
To = Annotated[str | None, typer.Option("--to", help="Sampai posisi atau waktu ini")]
Case = Annotated[str | None, typer.Option("--case", help="Hanya permohonan ini, untuk dilihat")]
Model = Annotated[
    list[str] | None, typer.Option("--model", help=f"Hanya model ini: {', '.join(COLLECTIONS)}")
]
Resume = Annotated[str | None, typer.Option(help="Lanjutkan bayangan yang terhenti")]
Workers = Annotated[int | None, typer.Option(min=1, max=64, help="Banyaknya proses")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Lipat dan periksa, tulis tidak apa-apa")]
Accept = Annotated[
    str | None, typer.Option("--accept-diff", help="Ringkasan selisih yang diterima")
]
Show = Annotated[int, typer.Option(min=0, help="Banyaknya selisih yang ditampilkan")]
File = Annotated[Path, typer.Argument(metavar="BERKAS", dir_okay=False)]


@replay.command("status")
def status(*, as_json: AsJson = False) -> None:
    """Keadaan buku besar, model baca, layanan, dan yang tertahan.

    Keluar 6 bila ada proses atau replika yang diam, 7 bila ada pesan masuk yang disisihkan.
    """
    with refusals_explained(as_json=as_json), opened() as stores:
        seen = look(stores, now=SystemClock().now())
    output.print_json(seen) if as_json else output.print_status(seen)
    if seen.silent or seen.silent_replicas:
        raise typer.Exit(SILENT)
    if seen.set_aside:
        raise typer.Exit(SET_ASIDE)


@replay.command("plan")
def plan(*, start: From = "0", to: To = None, case: Case = None, as_json: AsJson = False) -> None:
    """Periksa rantai dan sebutkan apa yang akan dilipat; tidak menulis apa-apa."""
    with refusals_explained(as_json=as_json), opened() as stores:
        extent = _extent(stores, start, to, case)
        report = verify(stores.reader.store.scan())
        planned = {
            "chain_ok": report.ok,
            "problem": report.problem and report.problem.detail,
            "after": extent.after,
            "until": extent.until,
            "case": extent.case_id,
            "events": extent.until - extent.after,
            "cases": 1 if case else stores.reader.cases_between(extent.after, extent.until),
            "live_position": stores.database.position(stores.database.live())["position"],
            "calendar": stores.settings.calendar,
        }
    output.tell(planned, as_json=as_json)
    if not report.ok:
        raise typer.Exit(DIFFERENT)


@replay.command("rebuild")
def rebuild(  # noqa: PLR0913 - each is an option of the command line
    *,
    reason: Reason = "",
    start: From = "0",
    to: To = None,
    case: Case = None,
    model: Model = None,
    resume: Resume = None,
    workers: Workers = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bangun model baca di samping yang hidup; yang hidup tidak disentuh."""
    with refusals_explained(as_json=as_json), opened() as stores:
        if resume:
            shadow = stores.database.shadow(resume)
        else:
            shadow = _begin(stores, _extent(stores, start, to, case), model)
        if dry_run:
            built = _watched(rehearse, shadow, stores, workers, quiet=as_json)
            show = output.print_rehearsal
        else:
            with locked(stores, "rebuild", reason, target=shadow.id) as (run, _):
                stores.database.save(shadow)
                built = _watched(build, shadow, stores, workers, quiet=as_json)
                run.result |= {"events": built.events, "digest": built.digest or ""}
            show = output.print_shadow
    shown = built.model_dump(mode="json", exclude={"parts"}) | {"events": built.events}
    output.print_json(shown) if as_json else show(built)


@replay.command("catch-up")
def catch_up_shadow(shadow: ShadowId, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Bawa bayangan ke ujung buku besar sementara yang hidup berjalan terus."""
    with refusals_explained(as_json=as_json), opened() as stores:
        found = stores.database.shadow(shadow)
        with locked(stores, "catch-up", reason, target=shadow) as (run, _):
            run.result["events"] = projected = catch_up(found, stores)
        at = stores.database.position(found.names)["position"]
    said = {"shadow": shadow, "projected": projected, "position": at}
    output.tell(said, as_json=as_json)


@replay.command("diff")
def diff(
    shadow: ShadowId, *, reason: Reason = "", show: Show = SHOWN, as_json: AsJson = False
) -> None:
    """Bandingkan bayangan dengan yang hidup, kolom demi kolom; 1 bila ada selisih."""
    with refusals_explained(as_json=as_json), opened() as stores:
        found = stores.database.shadow(shadow)
        with locked(stores, "diff", reason, target=shadow) as (run, _):
            report = compare(found, stores, shown=show)
            run.result |= {"differences": report.differences, "digest": report.digest}
    output.print_json(report) if as_json else output.print_diff(report)
    if not report.is_empty:
        raise typer.Exit(DIFFERENT)


@replay.command("swap")
def swap_shadow(
    shadow: ShadowId, *, reason: Reason = "", accept: Accept = None, as_json: AsJson = False
) -> None:
    """Jadikan bayangan hidup; ditolak bila ada selisih yang belum diterima."""
    with refusals_explained(as_json=as_json), opened() as stores:
        found = stores.database.shadow(shadow)
        with locked(stores, "swap", reason, target=shadow) as (run, exchange):
            report = swap(found, stores, exchange, accepted=accept)
            run.result |= {"differences": report.differences, "digest": report.digest}
    output.tell({"live": shadow, "differences": report.differences}, as_json=as_json)


@replay.command("rollback")
def roll_back(*, reason: Reason = "", as_json: AsJson = False) -> None:
    """Hidupkan kembali model sebelum pertukaran terakhir, dibawa ke ujung buku besar."""
    with (
        refusals_explained(as_json=as_json),
        opened() as stores,
        locked(stores, "rollback", reason) as (run, exchange),
    ):
        names = rollback(stores, exchange)
        run.result["position_id"] = names.position_id
    output.tell(
        {"live": names.position_id, "collections": dict(names.collections)}, as_json=as_json
    )


@replay.command("drop")
def drop_shadow(shadow: ShadowId, *, reason: Reason = "", as_json: AsJson = False) -> None:
    """Buang bayangan yang tidak hidup dan bukan tempat kembali."""
    with refusals_explained(as_json=as_json), opened() as stores:
        found = stores.database.shadow(shadow)
        with locked(stores, "drop", reason, target=shadow):
            drop(found, stores.database)
    output.tell({"dropped": shadow}, as_json=as_json)


@replay.command("republish")
def republish(
    *,
    reason: Reason = "",
    service: Annotated[str, typer.Option(help="Hanya layanan ini")] = "",
    after: Annotated[int, typer.Option(min=0, help="Sesudah tempat ini di lognya")] = 0,
    as_json: AsJson = False,
) -> None:
    """Minta layanan menerbitkan ulang lognya ke JetStream yang kosong atau rusak."""
    asks = {"service": service, "after": after}
    asked_of_owners("republish", reason, asks, as_json=as_json)


@replay.command("restore")
def restore(
    url: Annotated[str, typer.Argument(metavar="ALAMAT", help="Alamat buku besar yang baru")],
    *,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Susun buku besar baru dari log semua layanan, lalu buktikan keutuhannya."""
    asked_of_owners("restore", reason, {"url": url}, as_json=as_json, patience=_LONG_SECONDS)


@replay.command("export")
def export_ledger(path: File, *, as_json: AsJson = False) -> None:
    """Tulis seluruh buku besar ke satu berkas (JSON Lines, zstd)."""
    with refusals_explained(as_json=as_json), opened() as stores:
        head = export(stores.reader, path)
    output.tell({"file": str(path), "entries": head.position, "head": str(head)}, as_json=as_json)


@replay.command("import")
def import_ledger(
    path: File,
    *,
    verify_only: Annotated[bool, typer.Option("--verify", help="Hanya periksa berkasnya")] = False,
    into: Annotated[str, typer.Option(help="Alamat buku besar yang baru")] = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Baca berkas ekspor: periksa, dan dengan --into tulis ke buku besar yang baru."""
    with refusals_explained(as_json=as_json):
        if not verify_only and not into:
            raise PointUnknownError("say --verify, or --into with the address of a new ledger")
        if verify_only:
            report = check(path)
        else:
            runs = Runs(ReplaySettings())
            with runs.recorded("import", reason) as run:
                report = load(path, into)
                run.result |= {"entries": report.entries, "head": str(report.head)}
            runs.close()
    output.tell(
        {"ok": report.ok, "entries": report.entries, "head": str(report.head)}, as_json=as_json
    )


@replay.command("drill")
def drill(*, reason: Reason = "latihan berkala", as_json: AsJson = False) -> None:
    """Latih semuanya pada salinan, lalu buang salinannya; 1 bila ada yang gagal.

    Yang memerlukan layanan dilatih hanya bila sistem berjalan.
    """
    with refusals_explained(as_json=as_json), opened() as stores:
        runs = Runs(stores.settings)
        with runs.recorded("drill", reason) as run:
            report = practise(stores, reason)
            skipped = sum(step.skipped for step in report.steps)
            run.result |= {
                "events": report.events,
                "ok": int(report.ok),
                "skipped": skipped,
            }
        runs.close()
    output.print_json(report) if as_json else output.print_drill(report)
    if not report.ok:
        raise typer.Exit(DIFFERENT)


def _extent(stores: Stores, start: str, to: str | None, case: str | None) -> Extent:
    reader = stores.reader
    until = reader.position_of(to) if to else reader.store.head().position
    after = reader.position_of(start)
    if after > until:
        raise PointUnknownError("the beginning lies behind the end")
    return Extent(until, after, reader.known_case(case) if case else None)


def _begin(stores: Stores, extent: Extent, models: list[str] | None) -> Shadow:
    unknown = sorted(set(models or ()) - set(COLLECTIONS))
    if unknown:
        raise PointUnknownError(f"there is no model {unknown[0]}")
    entry = stores.reader.store.entry_at(extent.until)
    shadow = Shadow.begin(
        uuid4(),
        extent,
        until_hash=entry.hash.hex() if entry else "",
        now=SystemClock().now(),
        calendar=stores.calendar,
    )
    chosen = with_needed(models) if models else COLLECTIONS
    return shadow.model_copy(update={"models": chosen})


def _watched(
    work: Callable[..., Shadow],
    shadow: Shadow,
    stores: Stores,
    workers: int | None,
    *,
    quiet: bool,
) -> Shadow:
    with _stoppable() as stopped, output.progress_bar(quiet=quiet) as bar:
        task = bar.add_task("melipat", total=shadow.until - shadow.after, completed=shadow.events)
        watch = Watch(lambda events: bar.advance(task, events), stopped)
        return work(shadow, stores, workers=workers or workers_for(shadow), watch=watch)


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM stop a run between two parts, not in the middle of one."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before: dict[int, Any] = {n: signal.signal(n, note) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
