"""Which event, command and effect leads to which use case."""

from intake.answers import AnswerSender
from intake.application import FORGET_SENDER, STAGES, IntakeApplication
from intake.chat import Chat
from intake.forgetting import END_EPOCHS, Forgetter
from intake.help_desk import HelpService
from intake.turn import ANSWER, FORGET, HELP_DUE, PAPERS
from jamila_contracts.commands import (
    AcceptPapers,
    AnswerHelpRequest,
    CancelApplication,
    CloseHelpRequest,
    ListHelpRequests,
    ReadHelpRequest,
    ReturnPapers,
)
from jamila_contracts.events import (
    DataPribadiDihapus,
    DataSiakTidakCocok,
    JedaDimulai,
    JedaSelesai,
)


def register(intake: IntakeApplication, desk: HelpService) -> None:
    """Fill the table of the intake service."""
    handlers = intake.handlers
    handlers.command(AcceptPapers, intake.accept)
    handlers.command(ReturnPapers, intake.return_papers)
    handlers.command(CancelApplication, intake.cancel)
    handlers.command(ListHelpRequests, desk.list_open)
    handlers.command(ReadHelpRequest, desk.read)
    handlers.command(AnswerHelpRequest, desk.answer)
    handlers.command(CloseHelpRequest, desk.close)
    handlers.on(DataSiakTidakCocok, intake.reopen)
    handlers.on(DataPribadiDihapus, intake.forget)
    for event in STAGES:
        handlers.on(event, intake.note_stage)
    handlers.on(JedaDimulai, intake.note_pause)
    handlers.on(JedaSelesai, intake.note_pause)


def register_effects(
    intake: IntakeApplication,
    chat: Chat,
    answers: AnswerSender,
    forgetter: Forgetter,
    desk: HelpService,
) -> None:
    """Say what is done outside, by kind."""
    intake.effects[ANSWER] = answers.send
    intake.effects[PAPERS] = chat.answer_papers
    intake.effects[FORGET] = chat.forget_draft
    intake.effects[FORGET_SENDER] = forgetter.forget_sender
    intake.effects[END_EPOCHS] = forgetter.end_epochs
    intake.effects[HELP_DUE] = desk.fall_due
