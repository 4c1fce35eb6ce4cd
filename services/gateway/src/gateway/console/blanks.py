"""Forms that ask by GET send their empty fields too; an address says only what was chosen."""

from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

_ONCE: Final = ("kabar", "after")
"""Said once after something was done; no part of what is looked at."""


class BlankFieldsError(Exception):
    """The same page has a shorter address."""

    def __init__(self, address: str) -> None:
        super().__init__("fields are empty")
        self.address = address


async def without_blanks(request: Request) -> None:
    """Let through what says only what was chosen.

    Raises:
        BlankFieldsError: it has empty fields.
    """
    asked = request.query_params.multi_items()
    chosen = [(name, value.strip()) for name, value in asked if value.strip()]
    if len(chosen) < len(asked):
        raise BlankFieldsError(_address(request.url.path, chosen))


def on_blanks(_: Request, error: BlankFieldsError) -> Response:
    """Go to the shorter address."""
    return RedirectResponse(error.address, 303)


def address(path: str, now: QueryParams, **changes: object) -> str:
    """The address of the same choice but for some changes; None takes a choice away."""
    kept = [pair for pair in now.multi_items() if pair[0] not in (*_ONCE, *changes)]
    added = [(name, str(value)) for name, value in changes.items() if value is not None]
    return _address(path, [*kept, *added])


def _address(path: str, chosen: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(chosen)}" if chosen else path
