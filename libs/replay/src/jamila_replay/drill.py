"""Everything the tool can do, done on a copy, step by step: so that it works on the day it must."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from jamila_contracts.model import Fact
from jamila_ledger.chain import verify
from jamila_ledger.models import ModelNames
from jamila_ledger.views import CASES
from jamila_replay.catch_up import catch_up, project
from jamila_replay.diff import compare
from jamila_replay.drill_owners import ExerciseFailed, Owners
from jamila_replay.errors import CancelledRunError, DifferenceError
from jamila_replay.exchange import Exchange, rollback, swap
from jamila_replay.lock import ModelLock
from jamila_replay.rebuild import Watch, build
from jamila_replay.settings import ReplaySettings
from jamila_replay.shadow import Shadow
from jamila_replay.source import Extent
from jamila_replay.stores import Stores, open_stores
from jamila_replay.transfer import export, load
from jamila_runtime.clock import SystemClock
from jamila_runtime.errors import JamilaError

_STOP_AFTER_PARTS = 20


class Step(Fact):
    """One exercise."""

    name: str
    ok: bool
    seconds: float
    detail: str
    skipped: bool = False
    """It could not be practised; ``detail`` says why."""


class DrillReport(Fact):
    """How the drill went."""

    ok: bool
    events: int
    steps: tuple[Step, ...]


def drill(stores: Stores, reason: str) -> DrillReport:
    """Practise on a copy of the ledger and in a database of its own; both are gone afterwards.

    What only the owners can do is asked of the running system, and left out while it is down.
    """
    folder = Path(tempfile.mkdtemp(prefix="jamila-drill-"))
    name = f"{stores.settings.mongo_database}_drill_{uuid4().hex[:8]}"
    update = {"ledger_url": f"sqlite:///{folder / 'ledger.db'}", "mongo_database": name}
    copy = _Copy(stores, stores.settings.model_copy(update=update), folder)
    try:
        copy.practise(Owners(stores, reason))
    finally:
        stores.database.drop_database(name)
        shutil.rmtree(folder)
    steps = tuple(copy.steps)
    return DrillReport(ok=all(step.ok for step in steps), events=copy.events, steps=steps)


class _Copy:
    """The copy, and what was practised on it."""

    def __init__(self, original: Stores, settings: ReplaySettings, folder: Path) -> None:
        self.steps: list[Step] = []
        self.events = 0
        self._original, self._settings, self._folder = original, settings, folder

    def practise(self, owners: Owners) -> None:
        """Do all exercises; after one that failed the rest makes no sense."""
        try:
            self._do("ekspor dan impor", self._copy_ledger)
            with open_stores(self._settings) as stores:
                run_id = uuid4()
                with ModelLock(stores.database, run_id, SystemClock()).held():
                    now = SystemClock().now()
                    self._exercise(stores, Exchange(run_id=run_id, reason="latihan", now=now))
            self._ask(owners)
        except ExerciseFailed:
            return

    def _exercise(self, stores: Stores, exchange: Exchange) -> None:
        self._do("proyeksi hidup", lambda: f"{project(ModelNames(), stores)} peristiwa")
        first, second = _shadow(stores), _shadow(stores)
        self._do("bangun bayangan", lambda: _built(first, stores))
        self._do("bangun lagi, ringkasan sama", lambda: _same(first, second, stores))
        self._do("hentikan, lanjutkan", lambda: _resumed(first, stores))
        self._do("bangun sampai tengah, susul", lambda: _caught_up(first, stores))
        self._do("bandingkan, tanpa selisih", lambda: _equal(first, stores))
        self._do("tukar ditolak bila berselisih", lambda: _refused(first, stores, exchange))
        self._do("tukar", lambda: _swapped(second, stores, exchange))
        self._do("kembali", lambda: rollback(stores, exchange).position_id)

    def _ask(self, owners: Owners) -> None:
        away = owners.away()
        for name, exercise in (
            ("siarkan ulang", owners.republished),
            ("tanya pemilik peristiwa tertahan", owners.parked),
            ("pulihkan buku besar", lambda: owners.restored(self._folder, self._settings.ledger)),
        ):
            if away:
                why = f"tidak dilatih, tidak berjalan: {away}"
                self.steps.append(Step(name=name, ok=True, seconds=0, detail=why, skipped=True))
            else:
                self._do(name, exercise)

    def _copy_ledger(self) -> str:
        path = self._folder / "ledger.jsonl.zst"
        head = export(self._original.reader, path)
        report = load(path, self._settings.ledger)
        again = verify(self._original.reader.store.scan(), anchors={head.position: head.hash})
        if not again.ok or report.head.hash != head.hash:
            raise ExerciseFailed("salinan tidak sama dengan aslinya")
        self.events = report.entries
        if not report.entries:
            raise ExerciseFailed("buku besar masih kosong; belum ada yang dapat dilatih")
        return f"{report.entries} catatan, kepala {str(head)[:24]}"

    def _do(self, name: str, exercise: Callable[[], str]) -> None:
        began, ok = time.perf_counter(), True
        try:
            detail = exercise()
        except ExerciseFailed as failure:
            ok, detail = False, str(failure)
        except JamilaError as error:
            ok, detail = False, f"{error.slug}: {error.detail}"
        seconds = round(time.perf_counter() - began, 2)
        self.steps.append(Step(name=name, ok=ok, seconds=seconds, detail=detail))
        if not ok:
            raise ExerciseFailed(name)


def _shadow(stores: Stores, until: int | None = None) -> Shadow:
    store = stores.reader.store
    entry = store.entry_at(store.head().position if until is None else until)
    shadow = Shadow.begin(
        uuid4(),
        Extent(entry.position if entry else 0),
        until_hash=entry.hash.hex() if entry else "",
        now=SystemClock().now(),
        calendar=stores.calendar,
    )
    stores.database.save(shadow)
    return shadow


def _built(shadow: Shadow, stores: Stores) -> str:
    built = build(shadow, stores)
    return f"{built.events} peristiwa, ringkasan {(built.digest or '')[:16]}"


def _same(first: Shadow, second: Shadow, stores: Stores) -> str:
    before = stores.database.shadow(first.id).digest
    if build(second, stores).digest != before:
        raise ExerciseFailed("ringkasan kedua berbeda")
    return (before or "")[:16]


def _resumed(like: Shadow, stores: Stores) -> str:
    """Stop after the first parts, as Ctrl-C does, and go on."""
    stopped = _shadow(stores)
    done: list[int] = []
    watch = Watch(progress=done.append, cancelled=lambda: len(done) > _STOP_AFTER_PARTS)
    try:
        build(stopped, stores, workers=1, watch=watch)
    except CancelledRunError:
        half = stores.database.shadow(stopped.id)
        return f"{len(half.parts)} bagian, lalu {_same(like, half, stores)}"
    raise ExerciseFailed("tidak berhenti")


def _caught_up(like: Shadow, stores: Stores) -> str:
    """Build the first half, and bring it to the end with the projector of the live model."""
    whole = stores.database.shadow(like.id)
    half = build(_shadow(stores, whole.until // 2), stores)
    projected = catch_up(half, stores, until=whole.until)
    if stores.database.digest(half.names) != whole.digest:
        raise ExerciseFailed("ringkasan sesudah menyusul berbeda")
    return f"{projected} peristiwa disusulkan"


def _equal(shadow: Shadow, stores: Stores) -> str:
    report = compare(stores.database.shadow(shadow.id), stores)
    if not report.is_empty:
        raise ExerciseFailed(f"{report.differences} selisih: {report.by_field}")
    return f"{report.documents} dokumen"


def _refused(shadow: Shadow, stores: Stores, exchange: Exchange) -> str:
    built = stores.database.shadow(shadow.id)
    some = stores.database.table(built.names.of(CASES))
    spoiled = some.find_one_and_update({}, {"$set": {"status": "rusak"}})
    if spoiled is None:
        return "tidak ada permohonan untuk dirusak"
    try:
        swap(built, stores, exchange)
    except DifferenceError as error:
        return f"{error.data['differences']} selisih"
    raise ExerciseFailed("bayangan yang berselisih diterima")


def _swapped(shadow: Shadow, stores: Stores, exchange: Exchange) -> str:
    swap(stores.database.shadow(shadow.id), stores, exchange)
    return stores.database.live().position_id
