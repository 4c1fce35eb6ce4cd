"""What can be sent, within the documented limits; pure.

Source: Cloud API messages reference; domain rules, section 7.4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Content = Mapping[str, Any]
"""The part of a send call that says what is sent."""

LANGUAGE: Final = "id"
TEXT_LENGTH: Final = 4096
TEMPLATE_LENGTH: Final = 1024
CAPTION_LENGTH: Final = 1024
FILE_NAME_LENGTH: Final = 240
LIST_ROWS: Final = 10
LIST_BUTTON_LENGTH: Final = 20
ROW_ID_LENGTH: Final = 200
ROW_TITLE_LENGTH: Final = 24
ROW_DESCRIPTION_LENGTH: Final = 72


@dataclass(frozen=True)
class Row:
    """One line of a list the resident can tap."""

    id: str
    """Comes back in the webhook."""
    title: str
    description: str = ""


class ContentLimitError(ValueError):
    """WhatsApp would refuse it: too long, too many, or empty."""


def text(body: str) -> Content:
    """Free-form text, allowed within 24 hours of the resident's last message."""
    _within("text", body, TEXT_LENGTH)
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def template(name: str, variables: Sequence[str]) -> Content:
    """An approved template with the values of its body."""
    parameters = [{"type": "text", "text": value} for value in variables]
    body = {"type": "body", "parameters": parameters}
    return {
        "type": "template",
        "template": {"name": name, "language": {"code": LANGUAGE}, "components": [body]},
    }


def choices(body: str, *, button: str, rows: Sequence[Row]) -> Content:
    """A list to choose one row from; free-form, like text.

    Raises:
        ContentLimitError: too long or too many for WhatsApp.
    """
    _within("body of a list", body, TEXT_LENGTH)
    _within("button of a list", button, LIST_BUTTON_LENGTH)
    if not 1 <= len(rows) <= LIST_ROWS or len({row.id for row in rows}) < len(rows):
        raise ContentLimitError(f"a list has 1 to {LIST_ROWS} different rows")
    for row in rows:
        _within("id of a row", row.id, ROW_ID_LENGTH)
        _within("title of a row", row.title, ROW_TITLE_LENGTH)
        if len(row.description) > ROW_DESCRIPTION_LENGTH:
            raise ContentLimitError(f"a row is described in {ROW_DESCRIPTION_LENGTH} characters")
    shown = [
        {"id": row.id, "title": row.title}
        | ({"description": row.description} if row.description else {})
        for row in rows
    ]
    return {
        "type": "interactive",
        "interactive": {
            "type": "list",
            "body": {"text": body},
            "action": {"button": button, "sections": [{"rows": shown}]},
        },
    }


def document(media_id: str, *, filename: str, caption: str) -> Content:
    """An uploaded file; free-form, like text. The file name shows: nothing personal in it.

    Raises:
        ContentLimitError: too long for WhatsApp.
    """
    _within("file name", filename, FILE_NAME_LENGTH)
    _within("caption", caption, CAPTION_LENGTH)
    shown = {"id": media_id, "filename": filename, "caption": caption}
    return {"type": "document", "document": shown}


def _within(what: str, value: str, most: int) -> None:
    if not 1 <= len(value) <= most:
        raise ContentLimitError(f"{what}: 1 to {most} characters, not {len(value)}")
