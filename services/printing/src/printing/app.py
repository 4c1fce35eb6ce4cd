"""Wires the printing service."""

from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault, read_master_key
from printing.application import PrintingApplication
from printing.handlers import register, register_effects
from printing.job_runner import JobRunner
from printing.outbox import PUBLICATIONS
from printing.receipts import ReceiptSeal
from printing.settings import PrintingSettings


def create_process(settings: RuntimeSettings, own: PrintingSettings) -> StageProcess:
    """The whole service, ready to be served."""
    vault = open_vault(settings)
    printing = PrintingApplication(
        settings.store_env("printing"),
        vault=vault,
        receipts=ReceiptSeal(read_master_key(settings.master_key_file)),
        tenant=settings.tenant,
        chase=own.chase(),
    )
    runner = JobRunner(
        printing,
        printers={"hvs-a4": own.paper(), "kartu": own.cards()},
        objects=ObjectVault(settings.objects, vault),
    )
    register(printing)
    register_effects(printing, runner)
    return StageProcess(settings, printing, PUBLICATIONS)
