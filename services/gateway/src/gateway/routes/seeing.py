"""Tells the signing service what the Kepala Dinas opened: only what was seen may be signed."""

import asyncio
from typing import Final
from uuid import UUID, uuid4

from gateway.accounts import Identity
from gateway.door import Door
from jamila_contracts.commands import SeeDocument
from jamila_contracts.sop import load_sop
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.mongo import Document

_SIGN: Final = 6
_NOT_YET: Final = "case-not-at-this-stage"
_TRIES: Final = 8
_PAUSE_SECONDS: Final = 0.25
_log = get_logger(__name__)


async def tell_seen(
    door: Door, identity: Identity, case_id: UUID, case: Document, *, sha256: str
) -> None:
    """Record that the account opened a document that waits for its signature.

    A document that could not be recorded is shown all the same; it does not count as seen, and the
    signature will be refused until it is opened again.
    """
    now = door.clock.now()
    capability = load_sop().step(_SIGN).capability
    if capability not in identity.account.capabilities(now) or not _waits(case, sha256):
        return
    actor = identity.account.actor(capability, now)
    for _ in range(_TRIES):
        command = SeeDocument(
            command_id=uuid4(), case_id=case_id, actor=actor, asked_at=now, sha256=sha256
        )
        try:
            reply = await door.commands.ask(command)
        except RetryableError as error:
            _log.warning("not recorded as seen", case_id=str(case_id), fault=error.slug)
            return
        if reply.problem is None or reply.problem.slug != _NOT_YET:
            return
        # The list can be a moment ahead of the signing service.
        await asyncio.sleep(_PAUSE_SECONDS)


def _waits(case: Document, sha256: str) -> bool:
    verified = set(case["verified_sha256"]) - {each["document_sha256"] for each in case["signed"]}
    return any(
        sha256 in (each["draft_sha256"], each["document_sha256"])
        for each in case["drafts"]
        if each["document_sha256"] in verified
    )
