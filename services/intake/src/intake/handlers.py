"""Which event, command and effect leads to which use case."""

from dataclasses import dataclass

from intake.application import FORGET_SENDER, STAGES, IntakeApplication
from intake.batches import Batches
from intake.chat import Chat
from intake.desk import DROP_UPLOAD, FORGET_ENTRY, Desk
from intake.finding import CaseFinder
from intake.forgetting import END_EPOCHS, Forgetter
from intake.help_desk import HelpService
from intake.notes import add_note
from intake.relay import Relay
from intake.turn import ANSWER, FORGET, HELP_DUE, PAPERS
from jamila_contracts.commands import (
    AcceptPapers,
    AddNote,
    AddPaper,
    AnswerHelpRequest,
    BeginEntry,
    CancelApplication,
    CloseHelpRequest,
    DropEntry,
    FindCases,
    ListHelpRequests,
    ListToTell,
    MarkTold,
    OpenBatch,
    ReadHelpRequest,
    ReadToTell,
    RelayMessage,
    ReturnPapers,
    SubmitBatch,
    SubmitEntry,
)
from jamila_contracts.events import (
    DataPribadiDihapus,
    DataSiakTidakCocok,
    JedaDimulai,
    JedaSelesai,
)
from jamila_runtime.effects import LONGEST_DELAY


@dataclass(frozen=True)
class Performers:
    """Who does what is done outside."""

    chat: Chat
    relay: Relay
    desk: Desk
    helper: HelpService
    forgetter: Forgetter


def register(  # noqa: PLR0913, PLR0917 - one parameter per desk
    intake: IntakeApplication,
    desk: Desk,
    batches: Batches,
    relay: Relay,
    helper: HelpService,
    finder: CaseFinder,
) -> None:
    """Fill the table of the intake service."""
    handlers = intake.handlers
    handlers.command(AcceptPapers, intake.accept)
    handlers.command(ReturnPapers, intake.return_papers)
    handlers.command(CancelApplication, intake.cancel)
    handlers.command(AddNote, add_note)
    handlers.command(ListHelpRequests, helper.list_open)
    handlers.command(ReadHelpRequest, helper.read)
    handlers.command(AnswerHelpRequest, helper.answer)
    handlers.command(CloseHelpRequest, helper.close)
    handlers.command(BeginEntry, desk.begin)
    handlers.command(AddPaper, desk.add_paper)
    handlers.command(SubmitEntry, desk.submit)
    handlers.command(DropEntry, desk.drop)
    handlers.command(OpenBatch, batches.open)
    handlers.command(SubmitBatch, batches.submit)
    handlers.command(RelayMessage, relay.relay)
    handlers.command(ListToTell, relay.list_to_tell)
    handlers.command(ReadToTell, relay.read_to_tell)
    handlers.command(MarkTold, relay.mark_told)
    handlers.command(FindCases, finder.find)
    handlers.on(DataSiakTidakCocok, intake.reopen)
    handlers.on(DataPribadiDihapus, intake.forget)
    for event in STAGES:
        handlers.on(event, intake.note_stage)
    handlers.on(JedaDimulai, intake.note_pause)
    handlers.on(JedaSelesai, intake.note_pause)


def register_effects(intake: IntakeApplication, by: Performers) -> None:
    """Say what is done outside, by kind."""
    intake.effects[FORGET_ENTRY] = by.desk.forget
    intake.effects[DROP_UPLOAD] = by.desk.drop_upload
    intake.effects[ANSWER] = by.relay.answer
    intake.effects[PAPERS] = by.chat.answer_papers
    intake.effects[FORGET] = by.chat.forget_draft
    intake.effects[FORGET_SENDER] = by.forgetter.forget_sender
    intake.effects[END_EPOCHS] = by.forgetter.end_epochs
    intake.effects[HELP_DUE] = by.helper.fall_due
    intake.prompt |= dict.fromkeys((ANSWER, PAPERS, FORGET_SENDER), LONGEST_DELAY)
