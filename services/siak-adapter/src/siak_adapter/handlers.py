"""Which event and which command leads to which use case."""

from jamila_contracts.commands import (
    CheckClaims,
    ConfirmMatch,
    ImportSigned,
    RecordEntry,
    RejectMatch,
)
from jamila_contracts.events import BerkasDiterima, DraftDikembalikan, PermohonanDibatalkan
from jamila_runtime.effects import LONGEST_DELAY
from siak_adapter.application import SiakApplication
from siak_adapter.asking import KNOCK_EFFECT


def register(siak: SiakApplication) -> None:
    """Fill the table of the SIAK adapter."""
    handlers = siak.handlers
    handlers.on(BerkasDiterima, siak.receive_papers)
    handlers.on(DraftDikembalikan, siak.reopen)
    handlers.on(PermohonanDibatalkan, siak.stop)
    handlers.command(CheckClaims, siak.check_claims)
    handlers.command(ConfirmMatch, siak.confirm_match)
    handlers.command(RejectMatch, siak.reject_match)
    handlers.command(RecordEntry, siak.record_entry)
    handlers.command(ImportSigned, siak.import_signed)
    siak.effects[KNOCK_EFFECT] = siak.desk.knock
    siak.prompt[KNOCK_EFFECT] = LONGEST_DELAY
