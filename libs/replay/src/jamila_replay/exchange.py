"""Make another model the live one, and back: one transaction, nothing thrown away.

The transaction changes three documents: the pointer ``models/live`` that gateway and projector
follow; the position of the model that becomes live; and the position of the one it replaces, whose
new tag makes a projector that still writes it fail its guard. Killed at any moment, the old model
is live or the new one is.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pymongo.client_session import ClientSession

from jamila_contracts.model import Fact
from jamila_ledger.models import LIVE_ID, MODELS, ModelNames
from jamila_ledger.views import POSITIONS
from jamila_replay.catch_up import catch_up, project
from jamila_replay.database import ModelDatabase
from jamila_replay.diff import DiffReport, compare
from jamila_replay.errors import DifferenceError, RunningAlreadyError, ShadowUnfitError
from jamila_replay.lock import LOCKS, MODEL
from jamila_replay.shadow import COLLECTIONS, Shadow
from jamila_replay.stores import Stores
from jamila_runtime.mongo import Document

_TRIES = 50


class Exchange(Fact):
    """Who wants another model to be live, when and why."""

    run_id: UUID
    """Must hold the lock."""
    reason: str
    now: datetime


class MovedAheadError(RunningAlreadyError):
    """The live model moved while it was to be replaced; catch up and try again."""

    slug = "live-moved-ahead"


def swap(
    shadow: Shadow, stores: Stores, exchange: Exchange, *, accepted: str | None = None
) -> DiffReport:
    """Make a shadow live.

    Args:
        shadow: Finished, of all cases.
        stores: Open connections.
        exchange: By whom and why.
        accepted: Digest of the differences that are wanted.

    Returns:
        What was found to differ, and accepted.

    Raises:
        DifferenceError: they differ, and not in the way that was accepted; ``data`` has the digest.
        ShadowUnfitError: not finished, of one case only, or live already.
    """
    shadow.must_be_built()
    if shadow.case_id is not None:
        raise ShadowUnfitError("a shadow of one case is for looking only")
    report = compare(shadow, stores)
    if not report.is_empty and report.digest != accepted:
        detail = f"{report.differences} differences; look at them, then accept {report.digest}"
        raise DifferenceError(detail, digest=report.digest, differences=report.differences)
    for _ in range(_TRIES):
        is_whole = set(shadow.models) == set(COLLECTIONS)
        until = None if is_whole else _live_position(stores)
        catch_up(shadow, stores, until=until)
        try:
            make_live(shadow.names, stores.database, exchange)
        except MovedAheadError:
            continue
        return report
    raise MovedAheadError("the live model moves too fast; try again in a quieter minute")


def rollback(stores: Stores, exchange: Exchange) -> ModelNames:
    """Make the model live that was live before, brought up to the ledger.

    Raises:
        ShadowUnfitError: nothing was ever exchanged.
    """
    pointer = stores.database.pointer()
    previous = pointer and pointer.get("previous")
    if not previous:
        raise ShadowUnfitError("nothing was exchanged, so there is nothing to go back to")
    for _ in range(_TRIES):
        live = stores.database.live()
        names = _previous_names(previous, stores.database)
        until = _live_position(stores) if names.omitted else None
        whole = replace(names, collections={**live.collections, **names.collections})
        project(whole, stores, until=until)
        try:
            make_live(names, stores.database, exchange)
        except MovedAheadError:
            continue
        return stores.database.live()
    raise MovedAheadError("the live model moves too fast; try again in a quieter minute")


def make_live(names: ModelNames, database: ModelDatabase, exchange: Exchange) -> None:
    """Exchange in one transaction.

    Raises:
        MovedAheadError: the model would take the readers back in time.
        RunningAlreadyError: the lock is no longer ours, or somebody else exchanged.
    """
    before = database.pointer()

    def change(session: ClientSession, tables: Any) -> None:
        mine = {"_id": MODEL, "owner": str(exchange.run_id)}
        held = tables[LOCKS].update_one(mine, {"$set": {"beat_at": exchange.now}}, session=session)
        if (
            held.matched_count != 1
            or tables[MODELS].find_one({"_id": LIVE_ID}, session=session) != before
        ):
            raise RunningAlreadyError("another run took over")
        live = ModelNames.read(before)
        _check_order(names, live, tables[POSITIONS], session)
        after = _pointer_after(names, live, before, exchange)
        _retire(names, live, after, (tables[POSITIONS], session))
        tag = {"$set": {"model": after["tag"]}}
        tables[POSITIONS].update_one({"_id": after["position_id"]}, tag, session=session)
        tables[MODELS].replace_one({"_id": LIVE_ID}, after, upsert=True, session=session)

    database.in_transaction(change)


def _check_order(
    names: ModelNames, live: ModelNames, positions: Any, session: ClientSession
) -> None:
    new = positions.find_one({"_id": names.position_id}, session=session) or {}
    old = positions.find_one({"_id": live.position_id}, session=session) or {}
    ours, theirs = new.get("position", 0), old.get("position", 0)
    # Some projections only: they share the position of the others, so it must be the same.
    if ours < theirs or (names.omitted and ours != theirs):
        raise MovedAheadError(f"live stands at {theirs}, the other at {ours}", live=theirs)


def _pointer_after(
    names: ModelNames, live: ModelNames, before: Document | None, exchange: Exchange
) -> Document:
    partial = bool(names.omitted)
    version = (before or {}).get("version", 0) + 1
    own = {name: names.of(name) for name in COLLECTIONS if name not in names.omitted}
    kept = {name: live.of(name) for name in own}
    return {
        "_id": LIVE_ID,
        "collections": {**live.collections, **own} if partial else own,
        "position_id": live.position_id if partial else names.position_id,
        "tag": f"live-{version}",
        "version": version,
        "run_id": str(exchange.run_id),
        "since": exchange.now,
        "reason": exchange.reason,
        "previous": {
            "collections": kept,
            "position_id": f"views__before-{version}" if partial else live.position_id,
            "omitted": sorted(names.omitted),
        },
    }


def _retire(
    names: ModelNames, live: ModelNames, after: Document, by: tuple[Any, ClientSession]
) -> None:
    """Tag the position of the replaced model anew: who still writes it fails its guard."""
    positions, session = by
    tag = f"retired-{after['version']}"
    old = positions.find_one({"_id": live.position_id}, session=session)
    if names.omitted:
        kept = {**(old or {}), "_id": after["previous"]["position_id"], "model": tag}
        positions.insert_one(kept, session=session)
    elif old is None:
        empty = {"_id": live.position_id, "position": 0, "hash": "", "sources": {}, "model": tag}
        positions.insert_one(empty, session=session)
    else:
        positions.update_one({"_id": live.position_id}, {"$set": {"model": tag}}, session=session)


def _previous_names(previous: Document, database: ModelDatabase) -> ModelNames:
    names = ModelNames(
        previous["collections"],
        previous["position_id"],
        omitted=frozenset(previous["omitted"]),
    )
    return replace(names, tag=database.position(names).get("model"))


def _live_position(stores: Stores) -> int:
    position: int = stores.database.position(stores.database.live())["position"]
    return position


def drop(shadow: Shadow, database: ModelDatabase) -> None:
    """Throw a shadow away that is neither live nor the one to go back to.

    Raises:
        ShadowUnfitError: it is one of them.
    """
    pointer = database.pointer() or {}
    previous = (pointer.get("previous") or {}).get("collections", {})
    used = set(pointer.get("collections", {}).values()) | set(previous.values())
    if used & set(shadow.names.collections.values()):
        raise ShadowUnfitError(f"shadow {shadow.id} is live, or the one to go back to")
    database.forget(shadow)
