"""What a command typed by hand asks of the running system: by request, never behind its back."""

import asyncio
import getpass
import os
from pathlib import Path
from typing import Final

from nats.errors import Error as NatsError

from jamila_contracts.commands import Command, CommandReply
from jamila_contracts.envelope import Actor
from jamila_ledger.export_documents import settings_of_home
from jamila_ledger.settings import LedgerSettings
from jamila_runtime.commanding import CommandClient, ServiceUnavailableError
from jamila_runtime.connecting import connect_once
from jamila_runtime.settings import RuntimeSettings

_ANSWER_SECONDS: Final = 30.0
NOT_RUNNING: Final = "sistem tidak berjalan atau tidak menjawab (make run); tidak ada yang diubah"


def settings_by_hand() -> LedgerSettings | None:
    """The settings of this home; None when it is not said which home."""
    home = os.environ.get("JAMILA_HOME")
    if not home:
        return None
    return settings_of_home(Path(home), os.environ.get("JAMILA_MASTER_KEY_FILE"))


def operator(capability: str) -> Actor:
    """Who types: the account of the machine, in the capability the command needs.

    Whoever may type commands in the home of the system owns its keys; the fact names him.
    """
    return Actor(account=getpass.getuser(), capability=capability)


def ask(command: Command, settings: RuntimeSettings) -> CommandReply:
    """Ask the service a command is addressed to.

    Raises:
        ServiceUnavailableError: nobody answers; the system is not running.
    """
    return asyncio.run(_ask(command, settings))


async def _ask(command: Command, settings: RuntimeSettings) -> CommandReply:
    try:
        client = await connect_once(settings)
    except (NatsError, TimeoutError, OSError) as error:
        raise ServiceUnavailableError("NATS does not answer") from error
    try:
        return await CommandClient(client, timeout_seconds=_ANSWER_SECONDS).ask(command)
    finally:
        await client.close()
