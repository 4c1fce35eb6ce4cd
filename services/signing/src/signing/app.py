"""Wires the signing service."""

from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault
from signing.application import SigningApplication
from signing.handlers import register
from signing.outbox import PUBLICATIONS
from signing.pades import PadesSigner
from signing.settings import SigningSettings


def create_process(settings: RuntimeSettings, own: SigningSettings) -> StageProcess:
    """The whole service, ready to be served."""
    vault = open_vault(settings)
    signing = SigningApplication(
        settings.store_env("signing"),
        signer=PadesSigner.from_pkcs12(own.pkcs12_file, own.passphrase(), settings=own.pades()),
        objects=ObjectVault(settings.objects, vault),
        location=own.location,
    )
    register(signing)
    return StageProcess(settings, signing, PUBLICATIONS)
