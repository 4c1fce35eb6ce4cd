from importlib import import_module

import pytest

from jamila_replay.cli_words import REFUSALS
from jamila_runtime.errors import JamilaError

MODULES = (
    "jamila_replay.errors",
    "jamila_replay.exchange",
    "jamila_ledger.models",
    "jamila_ledger.ops",
    "jamila_ledger.ops_desk",
    "jamila_ledger.ops_restore",
    "jamila_ledger.store",
)


def refusals():
    for name in MODULES:
        for each in vars(import_module(name)).values():
            if isinstance(each, type) and issubclass(each, JamilaError):
                yield each.slug


@pytest.mark.parametrize("slug", sorted({*refusals()}))
def test_every_refusal_is_told_in_the_operators_language(slug):
    assert slug in REFUSALS
