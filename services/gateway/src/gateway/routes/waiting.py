"""Reads can wait: read your own writes."""

from typing import Annotated

from fastapi import Depends, Header, Query

from gateway.access import IdentityDep
from gateway.door import DoorDep
from gateway.views import SourcePlace

_FORM = "`service:position`, several parted by commas; the answer of a command has it as `after`."


async def caught_up(
    _: IdentityDep,
    door: DoorDep,
    jamila_after: Annotated[str | None, Header(description=_FORM, max_length=500)] = None,
    after: Annotated[str | None, Query(description=_FORM, max_length=500)] = None,
) -> None:
    """Hold a read until the read model has seen the places the asker names.

    Raises:
        MalformedRequestError: a place is not of its form.
        ReadModelBehindError: the read model has not seen it in time.
    """
    texts = [text for each in (jamila_after, after) if each for text in each.split(",")]
    if texts:
        places = [SourcePlace.parse(text) for text in texts]
        await door.views.wait_for(places, patience=door.read_wait)


CaughtUp = Depends(caught_up)
