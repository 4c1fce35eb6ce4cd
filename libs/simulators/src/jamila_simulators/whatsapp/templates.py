"""Approved templates: what they consist of, and what the user reads once the values are in.

Others than those approved from the start are added as on the real platform, by
``POST /{waba_id}/message_templates``; they are approved at once.

Source: Cloud API reference, message templates and template messages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from jamila_simulators.whatsapp.errors import GraphError
from jamila_simulators.whatsapp.outbound import Component, Parameter, Template

LANGUAGE: Final = "id"
MEDIA_HEADERS: Final = frozenset({"DOCUMENT", "IMAGE"})
_MAX_BUTTONS: Final = 10
_LIMITS: Final = {"BODY": 1024, "FOOTER": 60, "HEADER": 60}

APPROVED: Final[dict[str, str]] = {
    "diterima": (
        "Permohonan {{1}} Anda sudah kami terima. Kode tanda terima: {{2}}. Simpan kode"
        " ini dan jangan berikan kepada orang lain. Layanan ini GRATIS."
    ),
    "kurang_berkas": (
        "Permohonan {{1}} belum bisa kami proses. Mohon kirim lagi: {{2}}. Kirim foto "
        "atau PDF-nya di sini, lalu ketik KIRIM. Layanan ini GRATIS."
    ),
    "siap_diambil": (
        "Dokumen {{1}} Anda sudah jadi dan siap diambil di kantor pada jam pelayanan. "
        "Tunjukkan kode pengambilan {{2}} kepada petugas. Layanan ini GRATIS."
    ),
    "dokumen_terbit": (
        "Dokumen {{1}} Anda dengan kode {{2}} sudah jadi. Balas pesan ini dengan KIRIM "
        "ULANG, lalu kami kirim dokumennya di sini. Layanan ini GRATIS."
    ),
    "ditolak": (
        "Permohonan {{1}} tidak kami lanjutkan: {{2}}. Balas pesan ini bila ingin "
        "bertanya kepada petugas. Layanan ini GRATIS."
    ),
    "gangguan_siak": (
        "Permohonan {{1}} berhenti sementara karena sistem sedang terganggu. Anda tidak"
        " perlu melakukan apa pun; kami lanjutkan setelah pulih. Layanan ini GRATIS."
    ),
    "dokumen_dicabut": (
        "Satu dokumen dari permohonan {{1}} dinyatakan tidak berlaku lagi: {{2}}. "
        "Jangan pakai dokumen itu; balas pesan ini untuk bertanya kepada petugas. "
        "Layanan ini GRATIS."
    ),
}
"""What the office hands in for approval; a test of the notifier compares."""

_PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Approved:
    """One approved template, as its components were handed in."""

    name: str
    language: str
    category: str
    components: tuple[JsonObject, ...]

    @classmethod
    def plain(cls, name: str, body: str) -> Self:
        """A template of nothing but text."""
        return cls(name, LANGUAGE, "UTILITY", ({"type": "BODY", "text": body},))

    @classmethod
    def read(cls, body: JsonObject) -> Self:
        """Read the request that hands a template in.

        Raises:
            GraphError: a part is missing, or longer than it may be.
        """
        name, language = str(body.get("name", "")), str(body.get("language", ""))
        given = [each for each in body.get("components", []) if isinstance(each, dict)]
        parts = tuple({**each, "type": str(each.get("type", "")).upper()} for each in given)
        texts = [str(each.get("text", "")) for each in parts if each["type"] == "BODY"]
        if not name or not language or len(texts) != 1 or not texts[0]:
            raise GraphError(100, details="name, language and exactly one BODY are required")
        for each in parts:
            _check_part(each)
        return cls(name, language, str(body.get("category", "UTILITY")).upper(), parts)

    def part(self, kind: str) -> JsonObject:
        """The component of a kind, empty if there is none."""
        return next((each for each in self.components if each["type"] == kind), {})

    @property
    def buttons(self) -> Sequence[JsonObject]:
        """The buttons in their order."""
        found: Sequence[JsonObject] = self.part("BUTTONS").get("buttons", [])
        return found


def _check_part(part: JsonObject) -> None:
    limit, text = _LIMITS.get(part["type"]), str(part.get("text", ""))
    if limit is not None and len(text) > limit:
        raise GraphError(100, details=f"{part['type']}: at most {limit} characters")
    if len(part.get("buttons", [])) > _MAX_BUTTONS:
        raise GraphError(100, details=f"BUTTONS: at most {_MAX_BUTTONS}")


def placeholders(body: str) -> int:
    """How many values the text expects."""
    return len(set(_PLACEHOLDER.findall(body)))


def fill(body: str, values: Sequence[str]) -> str:
    """The text the user reads; ``{{1}}`` is the first value."""
    return _PLACEHOLDER.sub(lambda found: values[int(found.group(1)) - 1], body)


def render(approved: Approved, sent: Template) -> JsonObject:
    """What the user sees of a template message: header, text, footer, buttons.

    Raises:
        GraphError: 132000 for a wrong number of values, 131008 for a missing one, 132012 for one
            of another kind than the template has.
    """
    shown: JsonObject = {"rendered": _filled("body", approved.part("BODY"), sent.body_texts())}
    header = approved.part("HEADER")
    if header:
        shown["header"] = _header(header, sent.parameters_of("header"))
    if approved.part("FOOTER"):
        shown["footer"] = approved.part("FOOTER").get("text", "")
    if approved.buttons:
        sent_buttons = [each for each in sent.components if each.type == "button"]
        shown["buttons"] = [
            _button(button, _values_at(index, sent_buttons))
            for index, button in enumerate(approved.buttons)
        ]
    return shown


def _filled(part: str, definition: JsonObject, values: Sequence[str]) -> str:
    text = str(definition.get("text", ""))
    expected = placeholders(text)
    if len(values) != expected:
        mismatch = (
            f"{part}: number of localizable_params ({len(values)}) does not match the "
            f"expected number of params ({expected})"
        )
        raise GraphError(132000, details=mismatch)
    return fill(text, values)


def _header(definition: JsonObject, values: Sequence[Parameter]) -> JsonObject:
    kind = str(definition.get("format", "TEXT")).upper()
    if kind not in MEDIA_HEADERS:
        text = _filled("header", definition, [each.text or "" for each in values])
        return {"type": "text", "text": text}
    wanted = kind.lower()
    media = [each.media() for each in values if each.type == wanted]
    if len(media) != 1 or media[0] is None:
        raise GraphError(132012, details=f"header: Format mismatch, expected {kind}")
    return {"type": wanted, wanted: media[0].model_dump(exclude_none=True)}


def _values_at(index: int, sent: Sequence[Component]) -> Sequence[Parameter]:
    return next((each.parameters for each in sent if each.index == index), [])


def _button(definition: JsonObject, values: Sequence[Parameter]) -> JsonObject:
    kind, text = str(definition.get("type", "")).upper(), str(definition.get("text", ""))
    if kind == "URL":
        url = str(definition.get("url", ""))
        texts = [each.text or "" for each in values if each.type == "text"]
        if len(texts) != placeholders(url):
            raise GraphError(131008, details="buttons: Button of type Url requires a parameter")
        return {"type": "url", "text": text, "url": fill(url, texts)}
    payload = next((each.payload for each in values if each.payload), None)
    return {"type": "quick_reply", "text": text, "payload": payload or text}
