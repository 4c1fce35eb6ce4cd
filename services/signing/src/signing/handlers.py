"""Which event and which command leads to which use case."""

from jamila_contracts.commands import RefuseSignature, SignDocument
from jamila_contracts.events import Diverifikasi, PermohonanDibatalkan
from signing.application import SigningApplication


def register(signing: SigningApplication) -> None:
    """Fill the table of the signing service."""
    handlers = signing.handlers
    handlers.on(Diverifikasi, signing.open_signing)
    handlers.on(PermohonanDibatalkan, signing.stop)
    handlers.command(SignDocument, signing.sign)
    handlers.command(RefuseSignature, signing.refuse)
