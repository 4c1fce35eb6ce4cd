"""Staff answer residents who asked for a person."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from intake import wording
from intake.application import IntakeApplication
from intake.conversation import Conversation
from intake.domain import COMPLETENESS, CaseIntake
from intake.help_request import DESK, HelpDesk, HelpRequest
from intake.metrics import HELP
from intake.options import Reply
from intake.turn import ANSWER, FORGET, Envelope, sealed_content
from jamila_contracts.commands import (
    AnswerHelpRequest,
    CloseHelpRequest,
    Command,
    ListHelpRequests,
    ReadHelpRequest,
)
from jamila_contracts.sop import load_sop
from jamila_runtime.effects import Effect
from jamila_runtime.errors import NotFoundError
from jamila_runtime.logs import get_logger
from jamila_runtime.stage import MissingCapabilityError
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work

_log = get_logger(__name__)
_KEPT: Final = timedelta(days=30)
"""How long what was said can be read after the end. Ask the office."""


class HelpUnknownError(NotFoundError):
    """There is no such request."""

    slug = "help-unknown"


class HelpService:
    """The use cases of staff, and what happens when nobody answers."""

    def __init__(
        self, application: IntakeApplication, vault: CaseVault, envelope: Envelope
    ) -> None:
        self._application = application
        self._vault = vault
        self._envelope = envelope

    def list_open(self, command: ListHelpRequests, work: Work[CaseIntake]) -> dict[str, Any]:
        """Who waits, the one that is due first comes first; nothing that was said."""
        _allow(command)
        desk = work.find_as(HelpDesk, DESK)
        found = [work.find_as(HelpRequest, each) for each in (desk.requests if desk else ())]
        requests = [each for each in found if each is not None]
        requests.sort(key=lambda each: (not each.is_waiting, each.due_at))
        return {"requests": [each.situation() for each in requests]}

    def read(self, command: ReadHelpRequest, work: Work[CaseIntake]) -> dict[str, Any]:
        """What was said, sealed; whoever shows it opens it."""
        _allow(command)
        request = _request(command.case_id, work)
        lines = request.read(cause=work.cause)
        shown = [
            {
                "side": each.side,
                "text": each.text,
                "at": each.at.isoformat(),
                "account": each.account,
            }
            for each in lines
        ]
        return {**request.situation(), "lines": shown}

    def answer(self, command: AnswerHelpRequest, work: Work[CaseIntake]) -> dict[str, Any]:
        """Answer in the chat."""
        _allow(command)
        request = _request(command.case_id, work)
        request.answer(command.text, cause=work.cause)
        text = str(self._vault.open(request.case_id, command.text))
        reply = wording.from_person(text)
        self._say(reply, request, uuid5(command.command_id, ANSWER), work)
        return request.situation()

    def close(self, command: CloseHelpRequest, work: Work[CaseIntake]) -> dict[str, Any]:
        """It is settled; the resident hears that the automatic answers speak again."""
        _allow(command)
        request = _request(command.case_id, work)
        if request.is_open:
            request.close(command.reason_code, cause=work.cause)
            self._say(Reply(wording.HELP_ENDED), request, uuid5(command.command_id, ANSWER), work)
        leave(request, work)
        return request.situation()

    def fall_due(self, effect: Effect) -> None:
        """Effect ``help-due``: the time to answer is over; visible when nobody did."""

        def act(work: Work[CaseIntake]) -> None:
            work.finish(effect.id)
            request = work.find_as(HelpRequest, effect.case_id)
            if request is not None and request.fall_due(cause=work.cause):
                HELP.labels("overdue").inc()
                _log.warning("help request overdue", request_id=str(effect.case_id))

        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, act)

    def _say(
        self, reply: Reply, request: HelpRequest, answer_id: UUID, work: Work[CaseIntake]
    ) -> None:
        work.schedule(
            Effect(
                id=answer_id,
                kind=ANSWER,
                case_id=request.contact_id,
                due_at=work.cause.recorded_at,
                payload={"sealed": sealed_content(self._envelope, reply)},
            )
        )


def leave(request: HelpRequest, work: Work[CaseIntake]) -> None:
    """The automatic answers speak again, and what was said will be forgotten; quiet twice."""
    desk = work.find_as(HelpDesk, DESK)
    if desk is None or request.case_id not in desk.requests:
        return
    desk.remove(request.case_id, cause=work.cause)
    chat = work.find_as(Conversation, request.contact_id)
    if chat is not None and chat.help_request == request.case_id:
        chat.leave_person(cause=work.cause)
    work.schedule(
        Effect(
            id=uuid5(request.case_id, FORGET),
            kind=FORGET,
            case_id=request.case_id,
            due_at=work.cause.recorded_at + _KEPT,
        )
    )


def _request(request_id: UUID, work: Work[CaseIntake]) -> HelpRequest:
    request = work.find_as(HelpRequest, request_id)
    if request is None:
        raise HelpUnknownError("there is no such request", request_id=str(request_id))
    return request


def _allow(command: Command) -> None:
    capability = load_sop().step(COMPLETENESS).capability
    if command.actor.capability != capability:
        raise MissingCapabilityError(f"asks for {capability}", capability=capability)
