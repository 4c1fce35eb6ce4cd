"""The door for WhatsApp: checks the signature, makes the body durable, answers 200.

Nothing is decided here. What was not made durable is not answered with 200, so WhatsApp delivers it
again, for up to seven days.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import SecretStr

from intake.group_commit import GroupCommit
from intake.inbox_store import Delivery, InboxStore, Kept
from intake.metrics import COMMITS, WEBHOOKS
from intake.webhook_body import UnreadableBodyError, find_all
from jamila_runtime.clock import Clock
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger

_PATH: Final = "/webhooks/whatsapp"
_SIGNATURE: Final = re.compile(r"^sha256=([0-9a-f]{64})$")
_log = get_logger(__name__)


@dataclass(frozen=True)
class WebhookTerms:
    """What is agreed with WhatsApp."""

    app_secret: SecretStr
    verify_token: SecretStr
    phone_number_id: str
    max_body_bytes: int


class Webhook:
    """Takes in what WhatsApp posts."""

    def __init__(
        self,
        terms: WebhookTerms,
        store: InboxStore,
        clock: Clock,
        *,
        on_news: Callable[[], None],
    ) -> None:
        self._terms = terms
        self._store = store
        self._clock = clock
        self._on_news = on_news
        self._commits = GroupCommit(self._keep)

    def router(self) -> APIRouter:
        """The two routes of the webhook."""
        router = APIRouter()
        router.add_api_route(_PATH, self.verify, methods=["GET"])
        router.add_api_route(_PATH, self.take, methods=["POST"])
        return router

    async def verify(
        self,
        mode: Annotated[str, Query(alias="hub.mode")] = "",
        token: Annotated[str, Query(alias="hub.verify_token")] = "",
        challenge: Annotated[str, Query(alias="hub.challenge", max_length=200)] = "",
    ) -> Response:
        """Prove to WhatsApp, once, that this address is ours."""
        expected = self._terms.verify_token.get_secret_value()
        is_ours = hmac.compare_digest(token.encode(), expected.encode())
        if mode != "subscribe" or not is_ours:
            return _refused(403, "verify-token")
        return PlainTextResponse(challenge)

    async def take(self, request: Request) -> Response:
        """Take one body: 403 without a right signature, 413 when too large, 503 if not kept."""
        body = await self._read(request)
        if body is None:
            return _refused(413, "too-large")
        if not self._is_signed(request.headers.get("X-Hub-Signature-256", ""), body):
            return _refused(403, "signature")
        try:
            outcome = await self._commits.add(body)
        except RetryableError as error:
            _log.error("webhook not kept", fault=error.slug)
            return _refused(503, error.slug)
        WEBHOOKS.labels(outcome).inc()
        self._on_news()
        return PlainTextResponse("ok\n")

    def _keep(self, bodies: Sequence[bytes]) -> list[str]:
        now = self._clock.now()
        deliveries = [self._examined(body, now) for body in bodies]
        worth = [each for each in deliveries if each.found or each.unreadable]
        kept = iter(self._store.add_all(worth) if worth else ())
        COMMITS.observe(len(bodies))
        return [
            _outcome(each, next(kept)) if each.found or each.unreadable else "nothing-for-us"
            for each in deliveries
        ]

    def _examined(self, body: bytes, now: datetime) -> Delivery:
        try:
            found = find_all(body, phone_number_id=self._terms.phone_number_id)
        except UnreadableBodyError as error:
            _log.error("signed webhook cannot be read, kept", fault=str(error), size=len(body))
            return Delivery(body, now, unreadable=str(error))
        broken = sum(each.kind == "broken" for each in found)
        if broken:
            _log.error("parts of a webhook cannot be read, kept", parts=broken, size=len(body))
        return Delivery(body, now, found)

    async def _read(self, request: Request) -> bytes | None:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._terms.max_body_bytes:
                return None
        return bytes(body)

    def _is_signed(self, header: str, body: bytes) -> bool:
        given = _SIGNATURE.match(header)
        secret = self._terms.app_secret.get_secret_value().encode()
        expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
        return given is not None and hmac.compare_digest(given[1], expected)


def _outcome(delivery: Delivery, kept: Kept) -> str:
    if delivery.unreadable is not None:
        return "unreadable"
    if kept.turned_away:
        # Answered with 200 all the same: delivered again it would only be turned away again.
        _log.warning("messages turned away, too many wait", messages=kept.turned_away)
        return "turned-away"
    return "kept" if kept.new else "repeated"


def _refused(status: int, reason: str) -> Response:
    WEBHOOKS.labels(reason).inc()
    return PlainTextResponse(f"{reason}\n", status_code=status)
