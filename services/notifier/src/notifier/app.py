"""Wires the notifier."""

from jamila_runtime.clock import Clock
from jamila_runtime.objects import ObjectVault
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault
from jamila_whatsapp.client import WhatsAppClient
from notifier.application import NotifierApplication
from notifier.composing import Composer
from notifier.hand_desk import HandDesk
from notifier.handing import Hand
from notifier.handlers import register, register_effects
from notifier.links import LinkMaker
from notifier.lint import sound
from notifier.outbox import PUBLICATIONS
from notifier.sending import NoticeSender
from notifier.settings import NotifierSettings
from notifier.softcopy import SoftcopyDesk
from notifier.templates import load_templates


def wire(
    settings: RuntimeSettings,
    notifier: NotifierSettings,
    *,
    client: WhatsAppClient,
    clock: Clock | None = None,
    links: LinkMaker | None = None,
) -> NotifierApplication:
    """Put the parts together, without any connection to NATS.

    Raises:
        TemplateGapError: a way of the SOP has no message, no channel or no owner.
    """
    vault, rules = open_vault(settings), notifier.rules
    book = sound(load_templates())
    application = NotifierApplication(
        settings.store_env("notifier"),
        book=book,
        rules=rules,
        desk=SoftcopyDesk(rules, vault, links or LinkMaker(), Hand(rules.telling, book, vault)),
        clock=clock,
    )
    composer = Composer(book, vault, ObjectVault(settings.objects, vault), client)
    by_hand = HandDesk(application, composer, vault)
    register(application, by_hand)
    sender = NoticeSender(application, client, vault, composer)
    register_effects(application, sender, by_hand)
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
