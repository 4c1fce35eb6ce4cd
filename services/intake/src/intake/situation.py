"""How things stand, how they end, and how a person of the office takes over."""

from typing import Final
from uuid import uuid5

from intake import applying, wording
from intake.help_desk import leave
from intake.help_request import DESK, OWNER, HelpDesk, HelpRequest
from intake.options import Reply
from intake.turn import HELP_DUE, Turn
from jamila_contracts.office_time import OFFICE_ZONE
from jamila_runtime.effects import Effect

LEAVES_PERSON: Final = ("menu", "kirim", "batal", "ulangi")
"""Words that lead back to the automatic answers."""
BESIDE_PERSON: Final = ("status", "bantuan", "petugas")
"""Words that are answered although a person was asked for."""
_SHOWN_CASES: Final = 3


def status(turn: Turn) -> Reply:
    """Where everything stands, in plain words."""
    lines = [
        wording.status_line(case, turn.tools.promise.left(case, turn.cause.recorded_at))
        for case in turn.cases()[:_SHOWN_CASES]
    ]
    draft = turn.draft
    if draft is not None:
        lines.insert(0, wording.draft_line(applying.label(turn), len(draft.papers)))
    if turn.chat.help_request is not None:
        lines.append("• Petugas akan menjawab pesan Anda. Ketik SELESAI untuk layanan otomatis.")
    return Reply("\n".join(lines)) if lines else wording.no_application()


def cancel(turn: Turn, code: str) -> Reply:
    """The word BATAL: the draft at once, a submitted case by its code only."""
    draft = turn.draft
    if draft is not None and not code:
        turn.chat.drop_draft(cause=turn.cause)
        turn.forget(draft.case_id)
        return Reply(wording.DRAFT_DROPPED)
    cases = turn.cases()
    named = next((case for case in cases if case.receipt_code == code), None)
    if named is not None:
        if not named.may_be_cancelled:
            return Reply(wording.TOO_LATE)
        named.withdraw(cause=turn.cause_of(named.case_id))
        return Reply(wording.CANCELLED)
    open_case = next((case for case in cases if case.may_be_cancelled), None)
    if open_case is None:
        return Reply(wording.NOTHING_TO_CANCEL)
    return wording.confirm_cancel(open_case.receipt_code)


def ask_to_go_on(turn: Turn) -> Reply:
    """After days of silence the resident decides whether to go on."""
    papers = len(turn.draft.papers) if turn.draft else 0
    reply = wording.go_on(applying.label(turn), papers)
    turn.chat.ask_to_go_on(cause=turn.cause)
    return reply


def ask_for_person(turn: Turn) -> Reply:
    """Hand over to a person, who owes an answer within working time."""
    promise = turn.tools.promise
    known = turn.chat.help_request
    request = turn.work.find_as(HelpRequest, known) if known else None
    if request is not None and request.is_open:
        return wording.person_asked(_clock(request))
    request_id = uuid5(turn.new_id(), "help")
    turn.tools.vault.create(request_id)
    due_at = promise.due(turn.cause.recorded_at, turn.tools.help_budget)
    cause = turn.cause_of(request_id)
    request = HelpRequest(
        case_id=request_id, contact_id=turn.contact_id, owner=OWNER, due_at=due_at, cause=cause
    )
    turn.work.add(request)
    _desk(turn).add(request_id, cause=turn.cause_of(DESK))
    turn.chat.leave_person(cause=turn.cause)
    turn.chat.ask_for_person(request_id, cause=turn.cause)
    effect_id = uuid5(request_id, HELP_DUE)
    turn.work.schedule(Effect(id=effect_id, kind=HELP_DUE, case_id=request_id, due_at=due_at))
    return wording.person_asked(_clock(request))


def hear_for_person(turn: Turn, text: str) -> Reply | None:
    """Keep what is written for the person; only the first message is acknowledged."""
    request_id = turn.chat.help_request
    request = turn.work.find_as(HelpRequest, request_id) if request_id else None
    if request is None or not request.is_open:
        turn.chat.leave_person(cause=turn.cause)
        return wording.menu(turn.catalogue).after(wording.HELP_ENDED)
    is_first = not request.lines
    sealed = turn.tools.vault.seal(request.case_id, text)
    request.hear(sealed, cause=turn.cause_of(request.case_id))
    return Reply(wording.HELP_HEARD) if is_first else None


def leave_person(turn: Turn) -> None:
    """The resident goes back to the automatic answers."""
    request_id = turn.chat.help_request
    request = turn.work.find_as(HelpRequest, request_id) if request_id else None
    if request is not None:
        request.close("kembali-ke-otomatis", cause=turn.cause_of(request.case_id))
        leave(request, turn.work)
    turn.chat.leave_person(cause=turn.cause)


def _desk(turn: Turn) -> HelpDesk:
    desk = turn.work.find_as(HelpDesk, DESK)
    if desk is None:
        desk = HelpDesk(case_id=DESK, cause=turn.cause_of(DESK))
        turn.work.add(desk)
    return desk


def _clock(request: HelpRequest) -> str:
    return request.due_at.astimezone(OFFICE_ZONE).strftime("%d-%m-%Y pukul %H:%M WITA")
