"""Pages of long lists: where one ends, and where the next begins.

A page is asked for in stretches, each of them a plain piece of one index. The same in one question
needs an ``$or``, for which MongoDB may choose a plan that sorts in memory.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from jamila_runtime.errors import DomainError
from jamila_runtime.mongo import Document, Filter, Keys, Query
from jamila_runtime.outside import read_json


class MalformedRequestError(DomainError):
    """A cursor, position or header that nobody can read."""

    slug = "malformed-request"


@dataclass(frozen=True)
class Place:
    """The last document of the page before."""

    at: datetime | None
    id: str

    def write(self) -> str:
        """The same as a cursor, which nobody but us needs to understand."""
        parts = [None if self.at is None else self.at.isoformat(), self.id]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    @classmethod
    def read(cls, cursor: str | None) -> Self | None:
        """Read a cursor; None is the beginning.

        Raises:
            MalformedRequestError: it is not one of ours.
        """
        if cursor is None:
            return None
        try:
            at, document_id = read_json(base64.urlsafe_b64decode(cursor))
            moment = None if at is None else datetime.fromisoformat(at)
            is_ours = moment is None or moment.tzinfo is not None
            # Times at the very ends of the calendar may have no place in UTC.
            place = cls(at=moment and moment.astimezone(UTC), id=str(UUID(document_id)))
        except (ValueError, TypeError, AttributeError, OverflowError):
            raise MalformedRequestError("the cursor is not one of ours") from None
        if not is_ours:
            raise MalformedRequestError("the cursor is not one of ours")
        return place


@dataclass(frozen=True)
class Stretch:
    """A part of a list that follows another one."""

    where: Filter
    order: Keys
    """Without what is the same in all of it: MongoDB would sort by it in memory."""


@dataclass(frozen=True)
class Page:
    """Some documents, and where to read on."""

    documents: list[Document]
    next_cursor: str | None


Find = Callable[[Query], Awaitable[list[Document]]]


async def page_of(
    find: Find,
    stretches: Sequence[Stretch],
    *,
    by: str,
    limit: int,
    fields: tuple[str, ...] = (),
) -> Page:
    """At most ``limit`` documents out of some stretches, one after the other.

    Args:
        find: Asks the collection.
        stretches: What follows each other in the order of the list.
        by: The time the list is ordered by; equal times are ordered by ``_id``.
        limit: How many.
        fields: Which fields are wanted; empty: all.
    """
    found: list[Document] = []
    for each in stretches:
        wanted = limit + 1 - len(found)
        if wanted > 0:
            query = Query(where=each.where, order=each.order, limit=wanted, fields=fields)
            found += await find(query)
    documents = found[:limit]
    last: Any = documents[-1] if len(found) > limit else None
    return Page(documents, last and Place(last[by], last["_id"]).write())
