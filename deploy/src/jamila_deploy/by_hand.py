"""What a command typed beside the running system is told: the places the launcher gives out.

Whoever names a place himself, by an environment variable, keeps it.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Final

from jamila_deploy.mongo import mongo_url
from jamila_deploy.nats import nats_url
from jamila_deploy.nats_names import OPERATOR
from jamila_deploy.secrets import master_key_file, nats_password_file
from jamila_deploy.settings import LauncherSettings

_REPLAY: Final = "replay"
_BESIDE: Final = frozenset({"account", "case", "doctor", "ledger", "skm", "sla", _REPLAY})
"""Commands that look at a system or ask it; the others bring their own or need none."""


def places_for(command: str, settings: LauncherSettings) -> Mapping[str, str]:
    """Where the system of this home is; nothing if it was never started."""
    key = master_key_file(settings)
    if not key.exists():
        return {}
    places = {"JAMILA_HOME": str(settings.home), "JAMILA_MONGO_URL": mongo_url(settings)}
    if command == _REPLAY:
        # It is told of no broker and no key; the calendar is the one of the live model.
        return places
    return places | {
        "JAMILA_NATS_URL": nats_url(settings),
        **operator_of_nats(settings),
        "JAMILA_MASTER_KEY_FILE": str(key),
        "JAMILA_CALENDAR": settings.calendar,
    }


def operator_of_nats(settings: LauncherSettings) -> Mapping[str, str]:
    """Who such a command is to the NATS of this home; nobody where it asks for no password."""
    file = nats_password_file(settings, OPERATOR)
    if not file.exists():
        return {}
    password = file.read_text(encoding="ascii").strip()
    return {"JAMILA_NATS_USER": OPERATOR, "JAMILA_NATS_PASSWORD": password}


def tell_places(arguments: Sequence[str]) -> None:
    """Put them into the environment of this process, where nothing else is said."""
    command = arguments[0] if arguments else ""
    if command not in _BESIDE:
        return
    for name, value in places_for(command, LauncherSettings()).items():
        os.environ.setdefault(name, value)
