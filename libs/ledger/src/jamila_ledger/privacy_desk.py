"""Runs the service ``privacy`` inside the ledger's process.

The process holds no key while it records; the vault is opened when something is forgotten.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from faststream.nats import NatsBroker
from nats.aio.client import Client
from sqlalchemy.exc import SQLAlchemyError

from jamila_contracts.events import DataPribadiDihapus, PermohonanDiajukan
from jamila_ledger.casefold import fold
from jamila_ledger.privacy import PUBLICATIONS, SERVICE, Holdings, PrivacyApplication
from jamila_ledger.recorded import recorded
from jamila_ledger.store import LedgerStore
from jamila_runtime.effects import EffectRunner
from jamila_runtime.errors import RetryableError
from jamila_runtime.inbox import subscribe_commands
from jamila_runtime.lease import Lease
from jamila_runtime.objects import ObjectVault
from jamila_runtime.outbox import Outbox
from jamila_runtime.owner_desk import answer_operators, answer_readers
from jamila_runtime.process import Process, wakes_from_threads
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.streams import JetStreamPublisher
from jamila_runtime.vault import open_vault

_INTAKE: Final = "intake"


class PrivacyDesk:
    """The service in another process."""

    def __init__(self, settings: RuntimeSettings, store: LedgerStore, client: Client) -> None:
        self.application = PrivacyApplication(
            settings.store_env(SERVICE),
            holdings=lambda case_id: holdings_of(store, case_id),
            destroy=destroyer(settings),
        )
        self._client = client
        publisher = JetStreamPublisher(client)
        self._outbox = Outbox(self.application, PUBLICATIONS, publisher, tenant=settings.tenant)
        self._effects: EffectRunner | None = None

    def answer_commands(self, broker: NatsBroker) -> None:
        """Answer on the broker of the process; before the broker starts."""
        subscribe_commands(broker, self.application)

    def wake(self) -> None:
        """Something was saved; call from the loop of the service."""
        self._outbox.wake()
        if self._effects is not None:
            self._effects.wake()

    async def start(self, process: Process, lease: Lease) -> None:
        """Publish what is recorded, and destroy what shall be forgotten."""
        wakes_from_threads(self.application, self.wake)
        mine = self.application
        effects = EffectRunner(
            mine.store, mine.effects, mine.clock, may_act=lease.is_held, prompt=mine.prompt
        )
        self._effects = effects
        await answer_readers(self._client, self._outbox, self.application)
        await answer_operators(self._client, self.application)
        process.background(self._outbox.run(), name="privacy-outbox")
        process.background(effects.run(), name="privacy-effects")


def holdings_of(store: LedgerStore, case_id: UUID) -> Holdings | None:
    """What the ledger tells of a case; None if it knows none. What is no case is none."""
    file = fold(recorded(store.read_case(case_id)))
    if file is None or file.submitted_at is None:
        return None
    documents = {each.document_sha256 for each in file.drafts}
    return Holdings(
        status=file.status,
        step=file.step,
        ended=file.ended is not None,
        papers=len(file.papers),
        documents=len(documents) + len(file.signed),
        other_cases=_others_of(store, file.contact_id, case_id),
    )


def destroyer(settings: RuntimeSettings) -> Callable[[UUID], None]:
    """What destroys the key and the objects of a case; done twice it does nothing more."""

    def destroy(case_id: UUID) -> None:
        try:
            vault = open_vault(settings)
            # The key first: whatever happens next, nothing can be read any more.
            vault.forget(case_id)
            ObjectVault(settings.objects, vault).forget(case_id)
            vault.close()
        except (SQLAlchemyError, OSError, ValueError) as error:
            raise RetryableError(f"not destroyed yet: {type(error).__name__}") from error

    return destroy


def _others_of(store: LedgerStore, contact_id: UUID | None, case_id: UUID) -> int:
    until = store.head().position
    facts = recorded(store.read_source(_INTAKE, [PermohonanDiajukan.__name__], until=until))
    submitted = (each.event for each in facts if isinstance(each.event, PermohonanDiajukan))
    mine = {each.case_id for each in submitted if each.contact_id == contact_id} - {case_id}
    gone = store.read_source(SERVICE, [DataPribadiDihapus.__name__], until=until)
    return len(mine - {UUID(each.case_id) for each in gone})
