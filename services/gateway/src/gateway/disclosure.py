"""Who may see personal data of a case, and that it is recorded before it is shown."""

import asyncio
from typing import Any
from uuid import UUID

from gateway.access import require_one_of
from gateway.access_log import Look
from gateway.accounts import Identity
from gateway.door import Door
from gateway.returning import with_texts, written_on
from jamila_contracts.envelope import Actor
from jamila_contracts.sop import load_sop
from jamila_runtime.mongo import Document
from jamila_runtime.vault import CaseKeyMissingError

PERSONAL = frozenset({"operator-layanan", "operator-siak", "kasi", "kabid", "kepala-dinas"})
"""Capabilities whose steps cannot be done without the applicant's data."""
DOCUMENTS = PERSONAL | {"operator-cetak"}
"""Capabilities whose steps need the document itself."""

_SEALED = ("applicant", "facts", "data", "data_before")
_HIDDEN: dict[str, Any] = dict.fromkeys(_SEALED)


async def opened(
    door: Door,
    identity: Identity,
    case: Document,
    *,
    reason_code: str | None,
    what: str = "data-pemohon",
) -> dict[str, Any]:
    """Open the sealed parts of a case for an account that needs them; recorded once for all.

    Args:
        door: What is behind it.
        identity: Who wants to see it.
        case: The document of the read model.
        reason_code: Why, if he said so.
        what: What is recorded: ``nik`` when the numbers of people are shown whole.

    Returns:
        ``personal_data`` says what became of it, and the opened parts when it is shown.

    Raises:
        ReadNotRecordedError: it could not be recorded, so nothing is shown.
        SealBrokenError: what is sealed was changed.
    """
    case_id = UUID(case["_id"])
    if case["personal_data_erased"]:
        return _closed("erased", case)
    if not PERSONAL & identity.account.capabilities(door.clock.now()):
        return withheld(case)
    sealed = {part: case[part] for part in _SEALED if case.get(part) is not None}
    if not sealed:
        return _closed("shown", case)
    sealed |= written_on(case)
    try:
        await _record(door, identity, case, Look(what, reason_code=reason_code))
        plain = await asyncio.to_thread(_open, door, case_id, sealed)
    except CaseKeyMissingError:
        return _closed("erased", case)
    shown = {part: plain.get(part) for part in _SEALED}
    return {"personal_data": "shown", **with_texts(case, plain), **shown}


async def sealed_part(
    door: Door, identity: Identity, case: Document, sealed: str, look: Look
) -> Any:
    """Open one sealed part of a case, after it was recorded who sees it.

    Raises:
        ReadNotRecordedError: it could not be recorded, so nothing is shown.
        CaseKeyMissingError: the case was forgotten.
    """
    await _record(door, identity, case, look)
    return await asyncio.to_thread(door.vault.open, UUID(case["_id"]), sealed)


async def applicant_of(door: Door, identity: Identity, case: Document) -> Any:
    """Open the applicant's part alone, after it was recorded who sees it; None once erased.

    Raises:
        ReadNotRecordedError: it could not be recorded, so nothing is shown.
        SealBrokenError: what is sealed was changed.
    """
    if case["personal_data_erased"] or case["applicant"] is None:
        return None
    case_id = UUID(case["_id"])
    try:
        await _record(door, identity, case, Look("data-pemohon"))
        return await asyncio.to_thread(door.vault.open, case_id, case["applicant"])
    except CaseKeyMissingError:
        return None


async def belonging_to_somebody(
    door: Door, identity: Identity, cases: list[Document], *, reason_code: str | None
) -> list[Document]:
    """Cases that were found by the number of a person, after each was recorded as seen.

    That a case is somebody's is personal although nothing of the case is opened.

    Raises:
        ReadNotRecordedError: it could not be recorded, so none is shown.
    """

    async def recorded(case: Document) -> bool:
        try:
            await _record(door, identity, case, Look("pencarian", reason_code=reason_code))
        except CaseKeyMissingError:
            return False
        return True

    are_recorded = await asyncio.gather(*(recorded(each) for each in cases))
    return [case for case, is_recorded in zip(cases, are_recorded, strict=True) if is_recorded]


def withheld(case: Document) -> dict[str, Any]:
    """Nothing is opened, so nothing is recorded."""
    return _closed("withheld", case)


def _closed(state: str, case: Document) -> dict[str, Any]:
    return {"personal_data": state, **with_texts(case, {}), **_HIDDEN}


async def show_paper(door: Door, identity: Identity, case: Document, look: Look) -> bytes:
    """The bytes of a paper or document, after it was recorded who sees them.

    Raises:
        ReadNotRecordedError: it could not be recorded, so nothing is shown.
        CaseKeyMissingError: the case was forgotten.
        ObjectMissingError: there is no such object.
    """
    case_id = UUID(case["_id"])
    if case["personal_data_erased"]:
        raise CaseKeyMissingError(f"case {case_id} was forgotten", case_id=str(case_id))
    await _record(door, identity, case, look)
    return await asyncio.to_thread(door.objects.get, case_id, look.item or "")


async def help_lines(
    door: Door, actor: Actor, request_id: UUID, lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What a resident and a person of the office said, after it was recorded who reads it.

    Raises:
        ReadNotRecordedError: it could not be recorded, so nothing is shown.
        CaseKeyMissingError: it was forgotten.
    """
    await door.access_log.record(actor, request_id, Look("percakapan"))
    texts = {str(number): each["text"] for number, each in enumerate(lines)}
    plain = await asyncio.to_thread(_open, door, request_id, texts)
    return [{**each, "text": plain[str(number)]} for number, each in enumerate(lines)]


async def chat_answer(
    door: Door, actor: Actor, sealed: str, *, contact_id: UUID, answer_id: UUID
) -> Any:
    """Words and number of one answer of the chat, after it was recorded who sees them.

    Its contact may have no case yet, so the read stands under the contact itself.

    Raises:
        ReadNotRecordedError: it could not be recorded, so nothing is shown.
        CaseKeyMissingError: the contact was forgotten.
    """
    look = Look("jawaban-chat", contact_id=contact_id, message_id=answer_id)
    await door.access_log.record(actor, contact_id, look)
    return await asyncio.to_thread(door.vault.open, contact_id, sealed)


def may_see_papers(door: Door, identity: Identity) -> None:
    """Papers are seen by whoever needs the applicant's data; ``MissingCapabilityError`` if not."""
    require_one_of(identity, door, PERSONAL)


def may_see_documents(door: Door, identity: Identity) -> None:
    """Documents are seen by whoever works on them; ``MissingCapabilityError`` if not."""
    require_one_of(identity, door, DOCUMENTS)


async def _record(door: Door, identity: Identity, case: Document, look: Look) -> None:
    """Record the read in the capability that fits best: that of the step the case stands at."""
    now = door.clock.now()
    held = sorted(identity.account.capabilities(now) & DOCUMENTS)
    step = case["step"]
    turn = load_sop(case["sop_id"]).step(step).capability if step else None
    actor = identity.account.actor(turn if turn in held else held[0], now)
    await door.access_log.record(actor, UUID(case["_id"]), look)


def _open(door: Door, case_id: UUID, sealed: dict[str, str]) -> dict[str, Any]:
    return {part: door.vault.open(case_id, token) for part, token in sealed.items()}
