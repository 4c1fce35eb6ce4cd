"""The front page, the style, and what browsers and robots ask for unasked."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from public_page.web.pages import ICON, STYLE, STYLE_PATH, page

router = APIRouter()
_FOR_A_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/")
async def front(request: Request) -> Response:
    """What the page is good for."""
    return page(request, "depan")


@router.get(STYLE_PATH)
async def style() -> Response:
    """The one style sheet."""
    return Response(STYLE, media_type="text/css", headers=_FOR_A_YEAR)


@router.get("/favicon.ico")
async def icon() -> Response:
    """The mark of the office."""
    return Response(ICON, media_type="image/svg+xml", headers=_FOR_A_DAY)


@router.get("/robots.txt")
async def robots() -> Response:
    """Codes and links belong to their holders, not into a search engine."""
    rules = "User-agent: *\nAllow: /$\nAllow: /janji\nDisallow: /\n"
    return PlainTextResponse(rules, headers=_FOR_A_DAY)
