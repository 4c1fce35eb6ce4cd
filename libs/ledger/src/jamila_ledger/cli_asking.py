"""What a command typed by hand asks of the running system: by request, never behind its back."""

import asyncio
import getpass
import os
from pathlib import Path
from typing import Final

import nats
from nats.errors import Error as NatsError

from jamila_contracts.commands import Command, CommandReply
from jamila_contracts.envelope import Actor
from jamila_ledger.export_documents import settings_of_home
from jamila_ledger.settings import LedgerSettings
from jamila_runtime.commanding import CommandClient, ServiceUnavailableError

_CONNECT_SECONDS: Final = 3.0
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


def ask(command: Command, nats_url: str) -> CommandReply:
    """Ask the service a command is addressed to.

    Raises:
        ServiceUnavailableError: nobody answers; the system is not running.
    """
    return asyncio.run(_ask(command, nats_url))


async def _ask(command: Command, nats_url: str) -> CommandReply:
    try:
        connecting = nats.connect(
            nats_url, allow_reconnect=False, connect_timeout=3, error_cb=_quiet
        )
        # Without reconnecting it would still try the first connection sixty times.
        client = await asyncio.wait_for(connecting, timeout=_CONNECT_SECONDS)
    except (NatsError, TimeoutError, OSError) as error:
        raise ServiceUnavailableError("NATS does not answer") from error
    try:
        return await CommandClient(client, timeout_seconds=_ANSWER_SECONDS).ask(command)
    finally:
        await client.close()


async def _quiet(_error: Exception) -> None:
    # The connection's end is told by the answer that does not come.
    return
