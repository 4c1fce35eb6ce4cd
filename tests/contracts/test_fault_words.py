"""A fault that becomes the reason of a fact is told in words, not by its code."""

from importlib import import_module

import pytest

from jamila_ledger.wording import FAULTS
from jamila_runtime.errors import JamilaError

SIGNING = (
    "signing.secrets",
    "signing.signers",
    "signing.esign.errors",
    "signing.pades.errors",
    "jamila_runtime.objects",
)
PRINTING = ("jamila_runtime.objects",)


def faults(*modules):
    """The slugs of the errors that these modules define, but for those that are only a family."""
    for name in modules:
        for each in vars(import_module(name)).values():
            is_own = isinstance(each, type) and each.__module__ == name
            if is_own and issubclass(each, JamilaError) and "slug" in vars(each):
                yield each.slug


@pytest.mark.parametrize("slug", sorted({*faults(*SIGNING), *faults(*PRINTING)}))
def test_a_signature_or_print_that_failed_says_why_in_words(slug):
    assert slug in FAULTS


@pytest.mark.parametrize(
    "slug",
    sorted(
        each
        for each in faults("jamila_whatsapp.errors", "notifier.sending")
        if not each.startswith(("media-", "message-"))
    ),
)
def test_a_message_that_could_not_be_sent_says_why_in_words(slug):
    assert slug in FAULTS
