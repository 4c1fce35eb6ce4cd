"""Reads what a form sends, in memory only: an uploaded file never touches the disk."""

from typing import Final
from urllib.parse import parse_qs

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

_MOST_FIELDS: Final = 8


class NoFileError(Exception):
    """The form holds no file."""


async def field(request: Request, name: str) -> str:
    """One field of a plain form; empty if it is not there."""
    if _kind(request) != "application/x-www-form-urlencoded":
        return ""
    text = (await request.body()).decode("utf-8", "replace")
    values = parse_qs(text, max_num_fields=_MOST_FIELDS, keep_blank_values=True)
    return values.get(name, [""])[0]


class _InMemory(MultiPartParser):
    """Keeps files in memory, whatever their size; the shield limits it."""

    spool_max_size = 1 << 30


async def file_and_field(request: Request, *, file: str, also: str) -> tuple[bytes, str]:
    """The file of a form, and one of its other fields.

    Raises:
        NoFileError: there is no file in it, or it is no such form.
    """
    if _kind(request) != "multipart/form-data":
        raise NoFileError
    parser = _InMemory(request.headers, request.stream(), max_files=1, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise NoFileError from error
    try:
        given, other = form.get(file), form.get(also)
        if not isinstance(given, UploadFile):
            raise NoFileError
        content = await given.read()
        if not content:
            raise NoFileError
        return content, other if isinstance(other, str) else ""
    finally:
        await form.close()


def _kind(request: Request) -> str:
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    return kind.decode("latin-1")
