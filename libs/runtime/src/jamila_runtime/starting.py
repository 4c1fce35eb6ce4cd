"""The beginning of every process: read what it was told, refuse what is not safe, serve.

Outside a demonstration (``JAMILA_DEMO``) no process runs with a secret that is short, guessable,
used twice or readable by other accounts, nor with the demo PKI. It says which variables and why,
never what stood in them, and ends with the code for a wrong configuration, which no supervisor
need try again.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NoReturn

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from jamila_runtime.process import Process, serve
from jamila_runtime.strength import Fault, faults_of, variable_of

MISCONFIGURED: Final = 78
"""``EX_CONFIG`` of sysexits.h."""

SettingsKind = type[BaseSettings]


def start(
    create: Callable[..., Process], *kinds: SettingsKind, beside: Sequence[SettingsKind] = ()
) -> None:
    """Run a process until it is told to stop.

    Args:
        create: Makes the process of its settings.
        kinds: The settings ``create`` is given.
        beside: Settings that its parts read themselves; judged all the same.
    """
    read = read_settings((*kinds, *beside))
    serve(create(*read[: len(kinds)]))


def read_settings(kinds: Iterable[SettingsKind]) -> list[Any]:
    """Read settings from the environment; ends the process where they cannot be used."""
    read: list[BaseSettings] = []
    for kind in kinds:
        try:
            read.append(kind())
        except ValidationError as error:
            # Not the error itself: it would quote what was set.
            _refuse(_told(kind, error))
    is_demo = any(getattr(each, "demo", False) for each in read)
    if faults := [] if is_demo else faults_of(read):
        _refuse(faults)
    return read


def _told(kind: SettingsKind, error: ValidationError) -> list[Fault]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        Fault(_named(kind, str(each["loc"][0])) if each["loc"] else kind.__name__, each["msg"])
        for each in found
    ]


def _named(kind: SettingsKind, place: str) -> str:
    return variable_of(kind, place) if place in kind.model_fields else place


def _refuse(faults: list[Fault]) -> NoReturn:
    for each in faults:
        sys.stderr.write(f"  {each.variable}: {each.sentence}\n")
    # The last line is what a supervisor shows.
    names = ", ".join(dict.fromkeys(each.variable for each in faults))
    sys.stderr.write(f"tidak dijalankan, pengaturan tidak dapat dipakai: {names}\n")
    sys.exit(MISCONFIGURED)
