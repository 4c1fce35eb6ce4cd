"""Wires the notifier."""

from jamila_runtime.clock import Clock
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault
from jamila_whatsapp.client import WhatsAppClient
from notifier.application import NotifierApplication
from notifier.handlers import register, register_effects
from notifier.outbox import PUBLICATIONS
from notifier.sending import NoticeSender, Patience
from notifier.settings import NotifierSettings


def wire(
    settings: RuntimeSettings,
    notifier: NotifierSettings,
    *,
    client: WhatsAppClient,
    clock: Clock | None = None,
) -> NotifierApplication:
    """Put the parts together, without any connection to NATS."""
    application = NotifierApplication(settings.store_env("notifier"), clock=clock)
    register(application)
    vault = open_vault(settings)
    patience = Patience(notifier.most_attempts, notifier.unknown_outcome_wait)
    register_effects(application, NoticeSender(application, client, vault, patience))
    return application


def create_process(settings: RuntimeSettings, notifier: NotifierSettings) -> StageProcess:
    """The whole service, ready to be served."""
    client = WhatsAppClient(
        notifier.whatsapp_base_url,
        notifier.whatsapp_access_token.get_secret_value(),
        phone_number_id=notifier.whatsapp_phone_number_id,
        timeout_seconds=notifier.whatsapp_timeout_seconds,
    )
    # Not closed at the end: a message that is just being sent in a thread gets its answer.
    return StageProcess(settings, wire(settings, notifier, client=client), PUBLICATIONS)
