"""The order of the messages of one case; pure."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from notifier.messages import Message

Messages = Mapping[str, Message]
_FIRST: Final = "PermohonanDiajukan"


def waits_behind(messages: Messages, message_id: UUID) -> bool:
    """Whether an earlier message still waits: what is said keeps its order.

    The receipt code waits for nothing, whatever was heard of before.
    """
    if messages[str(message_id)].notice.about_event == _FIRST:
        return False
    for other, message in messages.items():
        if other == str(message_id):
            return False
        if message.state == "queued":
            return True
    return False


def is_overtaken(messages: Messages, message_id: UUID) -> bool:
    """Whether something newer waits to be told as well."""
    ids = list(messages)
    later = ids[ids.index(str(message_id)) + 1 :]
    return any(messages[each].state == "queued" for each in later)


def unsent(messages: Messages) -> list[UUID]:
    """Messages that wait to be sent."""
    return [UUID(id_) for id_, each in messages.items() if each.state == "queued"]
