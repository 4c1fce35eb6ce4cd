"""Wires the printing service."""

from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault, read_master_key
from printing.application import PrintingApplication
from printing.handlers import register
from printing.outbox import PUBLICATIONS
from printing.printer import FolderPrinter
from printing.receipts import ReceiptSeal
from printing.settings import PrintingSettings


def create_process(settings: RuntimeSettings, own: PrintingSettings) -> StageProcess:
    """The whole service, ready to be served."""
    master_key = read_master_key(settings.master_key_file)
    printing = PrintingApplication(
        settings.store_env("printing"),
        printer=FolderPrinter(own.folder),
        objects=ObjectVault(settings.objects, open_vault(settings)),
        receipts=ReceiptSeal(master_key),
    )
    register(printing)
    return StageProcess(settings, printing, PUBLICATIONS)
