"""Names for messages that do not give away the phone number inside WhatsApp's own ids."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Self
from uuid import UUID

_ID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_SURVEY_REPLY = re.compile(rf"^skm:{_ID}:{_ID}:(umum|u[1-9]):([1-4])$")
_HEX_SHA256 = re.compile(r"^[0-9a-fA-F]{64}$")


def message_reference(wamid: str) -> str:
    """Name a WhatsApp message in events, rows and logs.

    A ``wamid`` holds the phone number in base64; beside it stands a long random part, so the digest
    cannot be guessed back.
    """
    return "wamid-" + hashlib.sha256(wamid.encode()).hexdigest()[:32]


def media_sha256(announced: str) -> str | None:
    """A digest as WhatsApp words it, in lower-case hexadecimal; None when it is no SHA-256.

    Webhooks carry it in base64, the media endpoint in hexadecimal.
    """
    if _HEX_SHA256.match(announced):
        return announced.lower()
    try:
        digest = base64.b64decode(announced, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest.hex() if len(digest) == hashlib.sha256().digest_size else None


@dataclass(frozen=True)
class SurveyReply:
    """What a resident tapped in a satisfaction survey; we wrote it as the id of the row."""

    case_id: UUID
    survey_id: UUID
    item: str
    score: int

    def __str__(self) -> str:
        return f"skm:{self.case_id}:{self.survey_id}:{self.item}:{self.score}"

    @classmethod
    def parse(cls, reply_id: str) -> Self | None:
        """Read it back; None for anything else that can be tapped or written."""
        found = _SURVEY_REPLY.match(reply_id)
        if found is None:
            return None
        case_id, survey_id, item, score = found.groups()
        return cls(UUID(case_id), UUID(survey_id), item, int(score))


@dataclass(frozen=True)
class NoticeReference:
    """What we hang on a message about a case, and get back with each of its statuses."""

    case_id: UUID
    message_id: UUID

    def __str__(self) -> str:
        return f"{self.case_id}:{self.message_id}"

    @classmethod
    def parse(cls, callback_data: str) -> Self | None:
        """Read it back; None when the message was not about a case."""
        case_id, _, message_id = callback_data.partition(":")
        try:
            return cls(case_id=UUID(case_id), message_id=UUID(message_id))
        except ValueError:
            return None
