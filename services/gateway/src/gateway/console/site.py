"""Puts the pages together."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from gateway.console import (
    accounts,
    case,
    collective,
    completeness,
    dashboard,
    entrance,
    finding,
    guide,
    handing,
    hooks,
    live,
    offers,
    own,
    pages,
    parked,
    printing,
    queue,
    residents,
    review,
    siak,
    signing,
    stock,
    system,
    tasks,
    telling,
    tour,
    walk_in,
)
from gateway.console.blanks import BlankFieldsError, on_blanks
from gateway.console.visiting import LogInFirstError, to_log_in

_PARTS: Final = (
    pages,
    entrance,
    queue,
    case,
    completeness,
    tasks,
    siak,
    review,
    signing,
    handing,
    printing,
    finding,
    dashboard,
    walk_in,
    residents,
    telling,
    stock,
    collective,
    accounts,
    own,
    system,
    parked,
    hooks,
    live,
    offers,
    guide,
    tour,
)
"""Every module of pages; each brings a ``router``."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> Response:
    """The way in."""
    return RedirectResponse("/antrean")


def add_console(api: FastAPI) -> None:
    """Add all pages."""
    api.include_router(router)
    for part in _PARTS:
        api.include_router(part.router)
    api.add_exception_handler(LogInFirstError, _on_stranger)
    api.add_exception_handler(BlankFieldsError, _on_blanks)


def _on_stranger(request: Request, error: Any) -> Response:
    return to_log_in(request, error.path)


def _on_blanks(request: Request, error: Any) -> Response:
    return on_blanks(request, error)
