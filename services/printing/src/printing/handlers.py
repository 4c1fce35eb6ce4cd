"""Which event, command and effect leads to which use case."""

from jamila_contracts import commands as c
from jamila_contracts.events import (
    DataPribadiDihapus,
    Ditandatangani,
    PermohonanDiajukan,
    PermohonanDibatalkan,
    SoftcopyTerkirim,
    TautanUnduhDibuka,
)
from jamila_runtime.effects import LONGEST_DELAY
from printing.application import (
    CANCEL_EFFECT,
    CHASE_EFFECT,
    DISCARD_EFFECT,
    PRINT_EFFECT,
    PrintingApplication,
)
from printing.job_runner import JobRunner
from printing.stock_application import StockKeeping


def register(printing: PrintingApplication) -> None:
    """Fill the table of the printing service."""
    handlers, stock = printing.handlers, StockKeeping(printing)
    handlers.on(PermohonanDiajukan, printing.learn_receipt)
    handlers.on(Ditandatangani, printing.receive_documents)
    handlers.on(PermohonanDibatalkan, printing.stop)
    handlers.on(SoftcopyTerkirim, printing.note_arrived)
    handlers.on(TautanUnduhDibuka, printing.note_opened)
    handlers.on(DataPribadiDihapus, printing.forget)
    handlers.command(c.PrintDocument, printing.print_document)
    handlers.command(c.ResolvePrint, printing.resolve_print)
    handlers.command(c.ReportSpoiled, printing.report_spoiled)
    handlers.command(c.HandOver, printing.hand_over)
    handlers.command(c.RenewCollectionCode, printing.renew_code)
    handlers.command(c.RequestReprint, printing.request_reprint)
    handlers.command(c.ReportUncollected, printing.report_uncollected)
    handlers.command(c.ReceiveStock, stock.receive)
    handlers.command(c.CountStock, stock.count)
    handlers.command(c.SpoilStock, stock.spoil)
    handlers.command(c.SetReorderPoint, stock.set_reorder_point)
    handlers.command(c.WithdrawCard, stock.withdraw_card)
    handlers.command(c.DestroyCards, stock.destroy_cards)


def register_effects(printing: PrintingApplication, runner: JobRunner) -> None:
    """Say what is done outside, by kind."""
    printing.effects[PRINT_EFFECT] = runner.perform_print
    printing.effects[CANCEL_EFFECT] = runner.perform_cancel
    printing.effects[DISCARD_EFFECT] = runner.perform_discard
    printing.effects[CHASE_EFFECT] = printing.perform_chase
    prompt = (PRINT_EFFECT, CANCEL_EFFECT, DISCARD_EFFECT)
    printing.prompt |= dict.fromkeys(prompt, LONGEST_DELAY)
