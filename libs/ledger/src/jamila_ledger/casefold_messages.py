"""What one message to the applicant does to the state of a case; pure."""

from typing import Any

from jamila_contracts import events as e
from jamila_ledger.casefile import CaseFile, Message
from jamila_ledger.recorded import Recorded

_RANK = {"queued": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 3}
"""A delivery status only moves forward; WhatsApp reports them in any order."""

_SETTLED = ("gagal", "skipped", "manual", "told")
"""Nothing that WhatsApp says changes it any more."""

Failed = e.PemberitahuanGagal | e.PenyampaianManualGagal


def _message(file: CaseFile, message: Message) -> CaseFile:
    others = tuple(each for each in file.messages if each.message_id != message.message_id)
    return file.model_copy(update={"messages": (*others, message)})


def _message_of(file: CaseFile, event: Any) -> Message:
    for message in file.messages:
        if message.message_id == event.message_id:
            return message
    return Message(message_id=event.message_id, status="", at=event.occurred_at)


def message_queued(file: CaseFile, event: e.PemberitahuanDiantrekan, _fact: Recorded) -> CaseFile:
    """It waits for its turn."""
    known = _message_of(file, event)
    update = {
        "template_id": event.template_id,
        "about_event": event.about_event,
        "status": known.status or "queued",
    }
    return _message(file, known.model_copy(update=update))


def message_sent(file: CaseFile, event: e.PemberitahuanTerkirim, _fact: Recorded) -> CaseFile:
    """WhatsApp accepted it."""
    known = _message_of(file, event)
    update = {
        "template_id": event.template_id,
        "about_event": event.about_event,
        "status": known.status if known.status not in ("", "queued") else "sent",
    }
    return _message(file, known.model_copy(update=update))


def message_skipped(file: CaseFile, event: e.PemberitahuanDilewati, _fact: Recorded) -> CaseFile:
    """It is not sent, on purpose."""
    update = {
        "template_id": event.template_id,
        "about_event": event.about_event,
        "status": "skipped",
        "at": event.occurred_at,
        "reason_code": event.reason_code,
    }
    return _message(file, _message_of(file, event).model_copy(update=update))


def message_failed(file: CaseFile, event: Failed, _fact: Recorded) -> CaseFile:
    """The applicant was not told; somebody owns it."""
    update = {
        "template_id": event.template_id,
        "about_event": event.about_event,
        "status": "gagal",
        "at": event.occurred_at,
        "reason_code": event.reason_code,
        "owner": event.owner,
        "due_at": event.due_at,
    }
    return _message(file, _message_of(file, event).model_copy(update=update))


def message_status(file: CaseFile, event: e.StatusPesanDilaporkan, _fact: Recorded) -> CaseFile:
    """WhatsApp reports how far it got."""
    known = _message_of(file, event)
    if known.status in _SETTLED or _RANK[event.status] <= _RANK.get(known.status, 0):
        return file
    update = {"status": event.status, "at": event.occurred_at}
    return _message(file, known.model_copy(update=update))


def message_given(file: CaseFile, event: e.PenyampaianManualDiminta, _fact: Recorded) -> CaseFile:
    """Staff shall tell it by hand; what became of it already stays."""
    known = _message_of(file, event)
    if known.status in ("told", "gagal"):
        return file
    update = {
        "template_id": event.template_id,
        "about_event": event.about_event,
        "status": "manual",
        "at": event.occurred_at,
        "reason_code": None,
        "owner": event.owner,
        "due_at": event.due_at,
    }
    return _message(file, known.model_copy(update=update))


def message_told(file: CaseFile, event: e.PemberitahuanDisampaikan, _fact: Recorded) -> CaseFile:
    """Staff told it by hand; nobody owes it any more."""
    update = {
        "template_id": event.template_id,
        "about_event": event.about_event,
        "status": "told",
        "at": event.occurred_at,
        "owner": None,
        "due_at": None,
    }
    return _message(file, _message_of(file, event).model_copy(update=update))
