"""Which event, command and row leads to which use case."""

from jamila_contracts import commands as c
from jamila_contracts.events import Diverifikasi, PermohonanDibatalkan
from jamila_runtime.effects import LONGEST_DELAY
from signing.application import SigningApplication
from signing.batches import SIGN_EFFECT, Batches


def register(signing: SigningApplication) -> None:
    """Fill the tables of the signing service."""
    handlers, batches = signing.handlers, Batches(signing)
    handlers.on(Diverifikasi, signing.open_signing)
    handlers.on(PermohonanDibatalkan, signing.stop)
    handlers.command(c.SeeDocument, signing.see)
    handlers.command(c.OpenSigningSession, signing.open_session)
    handlers.command(c.SignDocument, signing.sign)
    handlers.command(c.SignBatch, batches.sign)
    handlers.command(c.ShowBatch, batches.show)
    handlers.command(c.RefuseSignature, signing.refuse)
    handlers.command(c.RevokeDocument, signing.revoke)
    handlers.command(c.ReplaceDocument, signing.replace)
    signing.effects[SIGN_EFFECT] = batches.perform
    signing.prompt[SIGN_EFFECT] = LONGEST_DELAY
