"""The case that a request is about: fetched once, whatever is shown of it."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from gateway.answers import AsOf
from gateway.door import Door, DoorDep
from jamila_runtime.mongo import Document


@dataclass(frozen=True)
class Known:
    """A case of this office, and how far the read model was just before it was fetched."""

    case_id: UUID
    as_of: AsOf
    document: Document


async def known_case(door: Door, case_id: UUID) -> Known:
    """Fetch it.

    Raises:
        CaseUnknownError: there is none, or it is another office's.
    """
    as_of = await door.views.as_of()
    return Known(case_id, as_of, await door.views.case(case_id))


async def _of_the_address(case_id: UUID, door: DoorDep) -> Known:
    return await known_case(door, case_id)


KnownDep = Annotated[Known, Depends(_of_the_address)]
"""The case of the address: FastAPI asks once for each request, however many parts need it."""
