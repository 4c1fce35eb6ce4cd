"""Renders the templates: autoescaped, nothing undefined, no script."""

from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from jamila_contracts.codes import in_groups
from public_page import words

STYLE: Final = (files("public_page") / "static" / "gaya.css").read_bytes()
STYLE_PATH: Final = f"/gaya-{sha256(STYLE).hexdigest()[:12]}.css"
"""Named by its content, so that it may be kept for long."""
ICON: Final = (files("public_page") / "static" / "ikon.svg").read_bytes()

_pages = Environment(
    loader=PackageLoader("public_page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals.update(style_path=STYLE_PATH, words=words)
_pages.filters["code"] = in_groups


def page(request: Request, name: str, *, http: int = 200, **values: Any) -> HTMLResponse:
    """One page; ``name`` is its template without ending."""
    desk = request.app.state.desk
    text = _pages.get_template(f"{name}.html").render(
        office=desk.office, time=desk.time, now=desk.clock.now(), **values
    )
    return HTMLResponse(text, http)


def too_often(request: Request, seconds: int) -> Response:
    """A limit is reached."""
    response = page(request, "tunggu", http=429, seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def refusal(request: Request, status: int) -> Response:
    """Something is wrong with the request, or with us."""
    return page(request, "galat", http=status, status_code=status)
