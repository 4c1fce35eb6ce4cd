"""Bring a shadow up to the ledger with the very projector that keeps the live model."""

import asyncio
from dataclasses import replace

from jamila_ledger.models import ModelNames
from jamila_ledger.projector import Projector
from jamila_replay.errors import ShadowUnfitError
from jamila_replay.shadow import Shadow
from jamila_replay.stores import Stores
from jamila_runtime.mongo import Documents


def shadow_names(shadow: Shadow, stores: Stores) -> ModelNames:
    """Where a shadow lies; what it does not hold is read from the live model, never written.

    Raises:
        ShadowUnfitError: it is live.
    """
    names, live = shadow.names, stores.database.live()
    if set(names.collections.values()) & set(live.collections.values()):
        raise ShadowUnfitError(f"shadow {shadow.id} is live already")
    tag = stores.database.position(names).get("model")
    return replace(names, collections={**live.collections, **names.collections}, tag=tag)


def catch_up(shadow: Shadow, stores: Stores, *, until: int | None = None) -> int:
    """Project into a finished shadow what the ledger got since.

    Args:
        shadow: Of whole projections.
        stores: Open connections.
        until: Last position; None: the end of the ledger.

    Returns:
        How many entries were projected.

    Raises:
        ShadowUnfitError: it is not finished, or holds one case only.
        ShadowOutdatedError: it was begun by another version of software or calendar.
    """
    shadow.must_be_built()
    shadow.must_be_current(stores.calendar)
    if shadow.case_id is not None:
        raise ShadowUnfitError("a shadow of one case is for looking only; rebuild it instead")
    return project(shadow_names(shadow, stores), stores, until=until)


def project(names: ModelNames, stores: Stores, *, until: int | None = None) -> int:
    """Project into a model that is not live."""
    return asyncio.run(_project(names, stores, until))


async def _project(names: ModelNames, stores: Stores, until: int | None) -> int:
    settings = stores.settings
    documents = await Documents.connect(
        settings.mongo_url.get_secret_value(), settings.mongo_database
    )
    try:
        projector = Projector(stores.reader.store, documents, stores.calendar, names=names)
        return await projector.catch_up(until=until)
    finally:
        await documents.close()
