"""What the office says in the chat, and how WhatsApp is told to show it; pure.

Buttons and lists where they fit, plain text where they do not: whoever cannot tap types a number or
a word. Source of the limits: domain rules, section 7.4.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from jamila_contracts.catalogue import words_of
from jamila_contracts.model import Fact

MOST_BUTTONS: Final = 3
BUTTON_TITLE: Final = 20
BUTTON_BODY: Final = 1024
MOST_ROWS: Final = 10
ROW_TITLE: Final = 24
ROW_DESCRIPTION: Final = 72
TEXT: Final = 4096
FOOTER: Final = "Semua layanan GRATIS, tanpa calo."
"""At most 60 characters; brokers live from people who do not know it."""
_PICK: Final = "Pilih"


class Option(Fact):
    """Something that may be tapped; ``id`` comes back and reads like a typed command."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Reply:
    """One message of the office."""

    text: str
    options: tuple[Option, ...] = ()

    def after(self, *before: str) -> "Reply":
        """The same with something said first."""
        return Reply("\n\n".join([*filter(None, before), self.text]), self.options)

    def and_then(self, *more: str) -> "Reply":
        """The same with something said last."""
        return Reply("\n\n".join([self.text, *filter(None, more)]), self.options)

    def content(self) -> dict[str, Any]:
        """As the Cloud API wants it."""
        if self.options and self._fits_buttons():
            return _interactive("button", self.text, {"buttons": list(map(_button, self.options))})
        if self.options and len(self.spoken()) <= TEXT:
            rows = list(map(_row, self.options[:MOST_ROWS]))
            action = {"button": _PICK, "sections": [{"rows": rows}]}
            return _interactive("list", self.spoken(), action)
        return {"type": "text", "text": {"body": self.spoken()[:TEXT], "preview_url": False}}

    def spoken(self) -> str:
        """The whole as text; the numbers may be typed."""
        numbered = [f"{n}. {each.title}" for n, each in enumerate(self.options, start=1)]
        return "\n\n".join(filter(None, [self.text, "\n".join(numbered)]))

    def _fits_buttons(self) -> bool:
        return (
            len(self.options) <= MOST_BUTTONS
            and len(self.text) <= BUTTON_BODY
            and all(
                len(each.title) <= BUTTON_TITLE and not each.description for each in self.options
            )
        )


def chosen(text: str, offered: Sequence[Option]) -> str:
    """The id of what was offered last, when its number or title is typed; else the text itself."""
    plain = words_of(text)
    if re.fullmatch(r"[0-9]{1,2}", plain) and 1 <= int(plain) <= len(offered):
        return offered[int(plain) - 1].id
    return next((each.id for each in offered if words_of(each.title) == plain), text)


def shortened(text: str, limit: int) -> str:
    """Cut to a limit at the end of a word."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - 1].rsplit(' ', 1)[0]}…"


def spoken(content: dict[str, Any]) -> str:
    """What is to be sent, as somebody can read it out; the buttons as numbers."""
    if content["type"] != "interactive":
        return str(content["text"]["body"])
    part = content["interactive"]
    titles = [each["reply"]["title"] for each in part["action"].get("buttons", ())]
    numbered = [f"{number}. {title}" for number, title in enumerate(titles, start=1)]
    return "\n\n".join(filter(None, [part["body"]["text"], "\n".join(numbered)]))


def _interactive(kind: str, body: str, action: dict[str, Any]) -> dict[str, Any]:
    interactive = {
        "type": kind,
        "body": {"text": body},
        "footer": {"text": FOOTER},
        "action": action,
    }
    return {"type": "interactive", "interactive": interactive}


def _button(option: Option) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": option.id, "title": option.title}}


def _row(option: Option) -> dict[str, Any]:
    row = {"id": option.id, "title": shortened(option.title, ROW_TITLE)}
    if option.description:
        row["description"] = shortened(option.description, ROW_DESCRIPTION)
    return row
