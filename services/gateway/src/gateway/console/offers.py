"""What the API offers, for programmers: rendered here, loading nothing from elsewhere."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_pages = Environment(
    loader=PackageLoader("gateway"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_METHODS = ("get", "post", "put", "patch", "delete")


@router.get("/api/v1")
async def offers(request: Request) -> HTMLResponse:
    """List what the API offers."""
    nonce = secrets.token_urlsafe(16)
    schema = request.app.openapi()
    page = _pages.get_template("konsol/offers.html").render(
        title=schema["info"]["title"], groups=_groups(schema), nonce=nonce
    )
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _groups(schema: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for path, operations in schema["paths"].items():
        for method in _METHODS:
            if method not in operations:
                continue
            operation = operations[method]
            line = {"method": method.upper(), "path": path, "summary": operation["summary"]}
            groups.setdefault(operation["tags"][0], []).append(line)
    return groups
