"""Rebuild read models into a shadow: by parts, on several processes, to be stopped and resumed.

Live is not touched. A part counts once it is marked in the shadow's document; whatever a killed run
had half done is done again and gives the same documents. The end is checked: every entry up to the
end was folded, and the end is the entry it was when the rebuild began.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from jamila_ledger.aggregates import FIGURES, Tally
from jamila_ledger.outages_history import outages_until
from jamila_ledger.projector import position_document
from jamila_ledger.views import OUTAGES, TRAIL, outage_document
from jamila_replay.database import ModelDatabase, added, encoded
from jamila_replay.errors import BrokenLedgerError, CancelledRunError, ShadowUnfitError
from jamila_replay.folding import Job, figures_of_parts, fold_part, start_worker, stop_worker
from jamila_replay.settings import ReplaySettings
from jamila_replay.shadow import SUMMED, PartDone, Shadow
from jamila_replay.source import PARTS, LedgerReader
from jamila_replay.stores import Stores
from jamila_runtime.errors import JamilaError, RetryableError
from jamila_runtime.mongo import Document

WORKERS = 2
_SMALL = 5_000
"""Events that one process folds before others would have started."""
_SHARES = 8
"""Into how many tasks the counting of figures is cut."""
_AHEAD = 1
"""Parts that wait beside those being folded: few, so that stopping is quick."""


@dataclass(frozen=True)
class Watch:
    """How a long run talks to whoever started it."""

    progress: Callable[[int], None] = lambda _events: None
    """Told how many entries were just folded."""
    cancelled: Callable[[], bool] = lambda: False
    still_ours: Callable[[], None] = lambda: None
    """Raises when the lock was lost."""


def build(
    shadow: Shadow, stores: Stores, *, workers: int | None = None, watch: Watch | None = None
) -> Shadow:
    """Build a shadow, or go on with one.

    Returns:
        The finished shadow.

    Raises:
        UnreadableEventError: an event cannot be read; the shadow stays unfinished.
        BrokenLedgerError: the ledger is not what was recorded.
        ShadowUnfitError: it is finished, or live does not reach its beginning.
        ShadowOutdatedError: it was begun by another version of software or calendar.
        CancelledRunError: stopped on request.
        RetryableError: MongoDB or the ledger is away.
    """
    watch, workers = watch or Watch(), workers or workers_for(shadow)
    shadow.must_be_current(stores.calendar)
    if shadow.state == "built":
        # It may have caught up since; building it again would take it back.
        raise ShadowUnfitError(f"shadow {shadow.id} is finished")
    _check_end(shadow, stores.reader)
    database = stores.database
    if shadow.after and not shadow.parts:
        _copy_untouched(shadow, database)
    with _pool(shadow, stores.settings, workers) as pool:
        for part, done in _folded(pool, shadow, workers, watch):
            database.part_done(shadow, part, done)
            watch.progress(done.events)
        with ThreadPoolExecutor(1) as beside:
            # MongoDB sorts on one core while the workers count on another.
            indexed = beside.submit(database.index, shadow.names, set(shadow.models) - set(SUMMED))
            summed = _summed(pool, shadow, stores)
            indexed.result()
    return _finished(database.shadow(shadow.id), stores, summed)


def _check_end(shadow: Shadow, reader: LedgerReader) -> None:
    entry = reader.store.entry_at(shadow.until)
    if shadow.until and (entry is None or entry.hash.hex() != shadow.until_hash):
        raise BrokenLedgerError(
            f"entry {shadow.until} is not the one the shadow was begun with", position=shadow.until
        )


def _copy_untouched(shadow: Shadow, database: ModelDatabase) -> None:
    """Take over the cases with nothing new behind the beginning of the rebuild."""
    live = database.live()
    if database.position(live)["position"] < shadow.after:
        raise ShadowUnfitError(f"the live model does not reach {shadow.after}; rebuild from 0")
    for model, collection in shadow.names.collections.items():
        if model in SUMMED:
            continue
        key = "_id" if model == TRAIL else "position"
        database.copy(live.of(model), collection, {key: {"$lte": shadow.after}})


class _Here(Executor):
    """Folds in this process, one part after another: a small ledger needs no more."""

    def __init__(self, job: Job) -> None:
        start_worker(job, None)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except JamilaError as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of the standard library
        """Give back connections."""
        del wait, cancel_futures
        stop_worker()


def rehearse(
    shadow: Shadow, stores: Stores, *, workers: int | None = None, watch: Watch | None = None
) -> Shadow:
    """Fold everything and write nothing: finds what would stop a rebuild.

    Returns:
        What the shadow would hold case by case.
    """
    watch, workers = watch or Watch(), workers or workers_for(shadow)
    parts: dict[str, PartDone] = {}
    with _pool(shadow, stores.settings, workers, dry=True) as pool:
        for part, done in _folded(pool, shadow, workers, watch):
            parts[part] = done
            watch.progress(done.events)
    return shadow.model_copy(update={"parts": parts})


def _pool(shadow: Shadow, settings: ReplaySettings, workers: int, *, dry: bool = False) -> Executor:
    job = Job(
        ledger_url=settings.ledger,
        mongo_url=settings.mongo_url.get_secret_value(),
        mongo_database=settings.mongo_database,
        calendar=settings.calendar,
        extent=shadow.extent,
        collections=shadow.names.collections,
        dry=dry,
    )
    if workers == 1:
        return _Here(job)
    # Not forked: the parent has threads and connections.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(
        workers, mp_context=context, initializer=start_worker, initargs=(job, os.getpid())
    )


def workers_for(shadow: Shadow) -> int:
    """How many processes pay for themselves."""
    return WORKERS if shadow.until > _SMALL else 1


def _folded(
    pool: Executor, shadow: Shadow, workers: int, watch: Watch
) -> Iterator[tuple[str, PartDone]]:
    left = [part for part in shadow.extent.parts() if part not in shadow.parts]
    running: dict[Future[PartDone], str] = {}
    try:
        while left or running:
            watch.still_ours()
            if watch.cancelled():
                raise CancelledRunError("stopped on request; go on with --resume")
            while left and len(running) < workers + _AHEAD:
                part = left.pop(0)
                running[pool.submit(fold_part, part)] = part
            done, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    except BrokenProcessPool as error:
        raise RetryableError("a worker process ended; go on with --resume") from error
    finally:
        for future in running:
            future.cancel()


def _summed(pool: Executor, shadow: Shadow, stores: Stores) -> int:
    """Write what is not made case by case; gives its digest."""
    digest, names = 0, shadow.names
    for model, documents in _summed_documents(pool, shadow, stores):
        raws = [encoded(document) for document in documents]
        for raw in raws:
            digest = added(digest, model, raw)
        # A run that was interrupted here may have left sums of an older attempt.
        stores.database.table(names.of(model)).drop()
        if raws:
            stores.database.insert(names.of(model), raws)
    return digest


def _summed_documents(
    pool: Executor, shadow: Shadow, stores: Stores
) -> Iterator[tuple[str, list[Document]]]:
    if OUTAGES in shadow.models and shadow.case_id is None:
        outages = outages_until(stores.reader.store, shadow.until)
        yield OUTAGES, [outage_document(each) for each in outages.values()]
    if FIGURES in shadow.models and shadow.case_id is None:
        tally = Tally()
        # Few shares: nearly every figure is counted in each of them, and comes back from each.
        shares = [PARTS[number::_SHARES] for number in range(_SHARES)]
        for counted in pool.map(figures_of_parts, shares):
            tally.merge(counted)
        yield FIGURES, tally.documents()


def _finished(shadow: Shadow, stores: Stores, summed: int) -> Shadow:
    is_all = not shadow.after and shadow.case_id is None
    if is_all and shadow.events != shadow.until:
        detail = f"{shadow.until - shadow.events} entries are missing from the ledger"
        raise BrokenLedgerError(detail, position=shadow.until)
    names, database, reader = shadow.names, stores.database, stores.reader
    database.index(names, shadow.models)
    last = reader.store.entry_at(shadow.until)
    if last is not None:
        sources = reader.sources_at(shadow.until)
        database.put_position(position_document(names, last, sources, calendar=stores.calendar))
    folded = f"{(shadow.sum_of_parts + summed) % (1 << 256):064x}"
    digest = database.digest(names, shadow.models) if shadow.after else folded
    built = shadow.model_copy(update={"state": "built", "digest": digest})
    database.save(built)
    return built
