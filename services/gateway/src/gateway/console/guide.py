"""``/panduan``: the guides for staff, from the Markdown files that everybody can read elsewhere."""

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.console.guide_book import GuideBook
from gateway.console.pages import page
from gateway.console.visiting import VisitDep, visiting

router = APIRouter(prefix="/panduan", include_in_schema=False, dependencies=[Depends(visiting)])

_NAME = r"^[a-z0-9-]{1,40}$"
_PICTURE = re.compile(r"^[a-z0-9-]{1,60}\.png$")


def book_of(visit: VisitDep) -> GuideBook:
    """The guides of this office."""
    return GuideBook(visit.door.guide_folder)


BookDep = Annotated[GuideBook, Depends(book_of)]


@router.get("")
async def guides(visit: VisitDep, book: BookDep) -> Response:
    """The guides of the visitor's roles first, then those of others."""
    found = await asyncio.to_thread(book.guides)
    mine = [
        each for each in found if not each.capabilities or each.capabilities & visit.capabilities
    ]
    others = [each for each in found if each not in mine]
    return page(visit, "panduan", mine=mine, others=others)


@router.get("/gambar/{name}")
async def picture(name: str, book: BookDep) -> Response:
    """A screenshot of a guide."""
    content = await asyncio.to_thread(book.picture, name) if _PICTURE.match(name) else None
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type="image/png", headers={"Cache-Control": "max-age=3600"})


@router.get("/{name}")
async def guide(
    name: Annotated[str, InPath(pattern=_NAME)], visit: VisitDep, book: BookDep
) -> Response:
    """One guide."""
    found = await asyncio.to_thread(book.guide, name)
    if found is None:
        raise HTTPException(404)
    return page(visit, "panduan_satu", guide=found)
