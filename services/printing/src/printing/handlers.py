"""Which event, command and effect leads to which use case."""

from jamila_contracts.commands import HandOver, PrintDocument, ReportSpoiled, ReportUncollected
from jamila_contracts.events import (
    DataPribadiDihapus,
    Ditandatangani,
    PermohonanDiajukan,
    PermohonanDibatalkan,
)
from printing.application import DISCARD_EFFECT, PRINT_EFFECT, PrintingApplication


def register(printing: PrintingApplication) -> None:
    """Fill the tables of the printing service."""
    handlers = printing.handlers
    handlers.on(PermohonanDiajukan, printing.learn_receipt)
    handlers.on(Ditandatangani, printing.receive_documents)
    handlers.on(PermohonanDibatalkan, printing.stop)
    handlers.on(DataPribadiDihapus, printing.forget)
    handlers.command(PrintDocument, printing.print_document)
    handlers.command(ReportSpoiled, printing.report_spoiled)
    handlers.command(HandOver, printing.hand_over)
    handlers.command(ReportUncollected, printing.report_uncollected)
    printing.effects[PRINT_EFFECT] = printing.perform_print
    printing.effects[DISCARD_EFFECT] = printing.discard_prints
