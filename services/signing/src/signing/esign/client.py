"""Esign Client Service over HTTP, versions 1 and 2.

Passphrase and code stand in the request body alone: not in the address, not in a log, not in an
error. Source of paths, fields and codes: domain rules, section 5.2.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

import httpx

from jamila_contracts.values import SignatureBox
from jamila_runtime.bounded import BoundedClient
from jamila_runtime.outside import read_json
from signing.esign.errors import EsignRequestRefusedError, EsignUnavailableError, refusal
from signing.secrets import SigningSecret

MAY_SIGN: Final = "ISSUE"
_SERVER_FAULT: Final = 500
_ANSWER_BYTES: Final = 33_554_432
"""A signed document in base64, many times over."""
_CODE: Final = re.compile(r"^[0-9]{1,6}$")
_NOTHING: Final = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()
"""A transparent point: QR and text are part of the document, the visible field only frames them."""


@dataclass(frozen=True)
class EsignAccess:
    """How the office's e-sign server is reached."""

    base_url: str
    user: str
    password: str = field(repr=False)
    version: Literal[1, 2] = 2
    timeout: timedelta = timedelta(seconds=30)
    """From the question to the last byte of the answer."""


@dataclass(frozen=True)
class EsignAnswer:
    """A signed document, and the answer word for word."""

    pdf: bytes
    evidence: bytes


@dataclass(frozen=True)
class EsignOrder:
    """One document to be signed."""

    nik: str = field(repr=False)
    secret: SigningSecret
    pdf: bytes = field(repr=False)
    box: SignatureBox
    page: int
    """From 1."""
    reason: str
    location: str


class EsignClient:
    """Thin: one method per call, typed errors, the answer kept as evidence."""

    def __init__(self, access: EsignAccess, transport: httpx.BaseTransport | None = None) -> None:
        self._version = access.version
        self._client = BoundedClient(
            max_bytes=_ANSWER_BYTES,
            base_url=access.base_url,
            auth=(access.user, access.password),
            timeout=access.timeout.total_seconds(),
            transport=transport,
        )

    def status(self, nik: str) -> str:
        """What the service says of a signer; only ``ISSUE`` may sign."""
        if self._version == 1:
            answer = self._ask("GET", f"/api/user/status/{nik}")
        else:
            answer = self._ask("POST", "/api/v2/user/check/status", json={"nik": nik})
        return str(_json(answer).get("status", "")).upper()

    def sign(self, order: EsignOrder) -> EsignAnswer:
        """Have a document signed.

        Raises:
            EsignUnavailableError: no answer in time.
            SecretRefusedError: wrong passphrase or code.
            JamilaError: see ``signing.esign.errors``.
        """
        return self._sign_first(order) if self._version == 1 else self._sign_second(order)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _sign_first(self, order: EsignOrder) -> EsignAnswer:
        if order.secret.method != "passphrase":
            raise EsignRequestRefusedError("version 1 of the service takes passphrases only")
        box = order.box
        form = {
            "nik": order.nik,
            "passphrase": order.secret.value,
            "tampilan": "visible",
            "image": "false",
            "page": str(order.page),
            "xAxis": f"{box.x1:g}",
            "yAxis": f"{box.y1:g}",
            "width": f"{box.x2 - box.x1:g}",
            "height": f"{box.y2 - box.y1:g}",
            "reason": order.reason,
            "location": order.location,
        }
        files = {"file": ("dokumen.pdf", order.pdf, "application/pdf")}
        answer = self._ask("POST", "/api/sign/pdf", data=form, files=files)
        return EsignAnswer(answer.content, _word_for_word(answer))

    def _sign_second(self, order: EsignOrder) -> EsignAnswer:
        box = order.box
        body = {
            "nik": order.nik,
            order.secret.method: order.secret.value,
            "signatureProperties": [
                {
                    "tampilan": "VISIBLE",
                    "imageBase64": _NOTHING,
                    "page": order.page,
                    "originX": box.x1,
                    "originY": box.y1,
                    "width": box.x2 - box.x1,
                    "height": box.y2 - box.y1,
                    "reason": order.reason,
                    "location": order.location,
                }
            ],
            "file": [base64.b64encode(order.pdf).decode()],
        }
        answer = self._ask("POST", "/api/v2/sign/pdf", json=body)
        try:
            [signed] = _json(answer)["file"]
            return EsignAnswer(base64.b64decode(signed, validate=True), _word_for_word(answer))
        except (KeyError, ValueError, TypeError, binascii.Error):
            raise EsignUnavailableError("an answer without a file") from None

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **how)
        except httpx.HTTPError as error:
            # Not chained: a request in a traceback could show its body.
            raise EsignUnavailableError(type(error).__name__) from None
        if answer.status_code >= _SERVER_FAULT:
            raise EsignUnavailableError(f"status {answer.status_code}")
        if answer.is_error:
            raise refusal(_code(answer), evidence=_word_for_word(answer))
        return answer


def _code(answer: httpx.Response) -> int:
    """The service's own code, where it says one; else the status of HTTP."""
    code = str(_json(answer).get("status_code", ""))
    return int(code) if _CODE.match(code) else answer.status_code


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = read_json(answer.content)
    except ValueError:
        raise EsignUnavailableError("an answer that is not JSON") from None
    if not isinstance(body, dict):
        raise EsignUnavailableError("an answer of another form")
    return body


def _word_for_word(answer: httpx.Response) -> bytes:
    """Status, headers and body as they came; BSrE expects applications to keep it."""
    head = [f"HTTP/1.1 {answer.status_code}", *(f"{k}: {v}" for k, v in answer.headers.items())]
    return "\r\n".join([*head, "", ""]).encode() + answer.content
