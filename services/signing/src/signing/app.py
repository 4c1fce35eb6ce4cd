"""Wires the signing service."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final

from jamila_runtime.logs import get_logger
from jamila_runtime.objects import ObjectVault
from jamila_runtime.officials import Officials
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault
from signing.application import SigningApplication
from signing.certificate_watch import CertificateWatch
from signing.handlers import register
from signing.outbox import PUBLICATIONS
from signing.pades import PadesSigner
from signing.secrets import SecretDrawer
from signing.settings import SigningSettings
from signing.signer_settings import SignerSettings
from signing.signers import Signers

_LOOK_SECONDS: Final = 3600.0
_log = get_logger(__name__)


class SigningProcess(StageProcess):
    """A stage that also watches its certificates."""

    watch: CertificateWatch
    shares_commands = False
    """Who signs a batch must have the secret that was lent, and that stays in one memory."""

    async def start(self, stack: AsyncExitStack) -> None:
        """Start the stage and the watch."""
        await super().start(stack)
        self.background(self._look(), name="certificates")

    async def _look(self) -> None:
        while True:
            now = self.application.clock.now()
            self.watch.look(now)
            for account in self.watch.ending(now):
                _log.warning("signing certificate ends soon", account=account)
            await asyncio.sleep(_LOOK_SECONDS)


def create_process(settings: RuntimeSettings, own: SigningSettings) -> SigningProcess:
    """The whole service, ready to be served."""
    vault = open_vault(settings)
    secrets = SecretDrawer()
    signers = _signers(settings, own, secrets)
    signing = SigningApplication(
        settings.store_env("signing"),
        signer=signers,
        objects=ObjectVault(settings.objects, vault),
        location=own.location,
        vault=vault,
        secrets=secrets,
    )
    register(signing)
    process = SigningProcess(settings, signing, PUBLICATIONS)
    process.watch = CertificateWatch(_ends(signers))
    return process


def _signers(settings: RuntimeSettings, own: SigningSettings, secrets: SecretDrawer) -> Signers:
    officials = Officials.read(settings.officials_file) if settings.officials_file else None
    default = None
    if own.pkcs12_file is not None:
        default = PadesSigner.from_pkcs12(own.pkcs12_file, own.passphrase(), settings=own.pades())
    keys = SignerSettings(signers_file=own.signers_file)
    return keys.signers(default, pades=own.pades(), secrets=secrets, officials=officials)


def _ends(signers: Signers) -> dict[str, datetime]:
    """When each certificate that is known here ends; those at BSrE are known there only."""
    keys = {"*": signers.default, **signers.by_account}
    return {
        account: signer.valid_until
        for account, signer in keys.items()
        if isinstance(signer, PadesSigner)
    }
