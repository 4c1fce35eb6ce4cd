"""WhatsApp without a network: what phones send, and what the office had sent to them."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ADDRESS = "http://wa.test/v24.0"
NUMBER_ID = "106540352242922"


@dataclass(frozen=True)
class Phone:
    """Somebody who writes to the office."""

    number: str
    user_id: str
    name: str


@dataclass
class PhoneNetwork:
    """Keeps the files of phones and every message the office sends."""

    files: dict[str, bytes] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    """As they were posted, in order."""
    _received: int = 0

    def answer(self, path: str, content: bytes) -> bytes:
        """Answer a call of the Cloud API: send a message, tell about a file, give the file."""
        if path.endswith("/messages"):
            self.sent.append(json.loads(content))
            return _json({"messages": [{"id": f"wamid.out{len(self.sent)}"}]})
        file_id = path.rsplit("/", 1)[-1]
        file = self.files[file_id]
        if path.startswith("/file/"):
            return file
        return _json(
            {
                "url": f"http://wa.test/file/{file_id}",
                "mime_type": "image/jpeg",
                "sha256": hashlib.sha256(file).hexdigest(),
                "file_size": len(file),
            }
        )

    def upload(self, content: bytes) -> str:
        """Keep a file that a phone is about to send; its id."""
        file_id = f"90{len(self.files)}"
        self.files[file_id] = content
        return file_id

    def texts_to(self, number: str) -> list[str]:
        """What a phone shows of the office's messages."""
        return [_words_of(each) for each in self.sent if each.get("to") == number]

    def message(self, phone: Phone, kind: str, part: dict[str, Any], *, now: datetime) -> bytes:
        """The webhook for a message of a phone."""
        self._received += 1
        message = {
            "from": phone.number,
            "from_user_id": phone.user_id,
            "id": f"wamid.in{self._received}",
            "timestamp": str(int(now.timestamp())),
            "type": kind,
            kind: part,
        }
        profile = {"profile": {"name": phone.name}, "wa_id": phone.number, "user_id": phone.user_id}
        return _webhook(contacts=[profile], messages=[message])

    def delivered(self, *, now: datetime) -> list[bytes]:
        """One webhook for each message sent: it reached the phone."""
        return [
            _webhook(
                statuses=[
                    {
                        "id": f"wamid.out{number}",
                        "status": "delivered",
                        "timestamp": str(int(now.timestamp())),
                        "biz_opaque_callback_data": message["biz_opaque_callback_data"],
                    }
                ]
            )
            for number, message in enumerate(self.sent, start=1)
        ]


def _webhook(**value: Any) -> bytes:
    whole = {"metadata": {"phone_number_id": NUMBER_ID}, **value}
    return _json({"entry": [{"changes": [{"field": "messages", "value": whole}]}]})


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _words_of(sent: dict[str, Any]) -> str:
    """What a phone shows; the name of an approved template stands for its words."""
    match sent["type"]:
        case "text":
            return str(sent["text"]["body"])
        case "interactive":
            return str(sent["interactive"]["body"]["text"])
        case "document":
            return str(sent["document"].get("caption", ""))
    return str(sent["template"]["name"])
