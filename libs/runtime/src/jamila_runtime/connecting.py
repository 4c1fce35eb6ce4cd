"""Connections to NATS: who we are there, how its nodes are known, and never to give up."""

import asyncio
import ssl
from typing import Any, Final

import nats
from faststream.nats import NatsBroker
from faststream.nats.security import NatsUserPassword
from nats.aio.client import Client

from jamila_runtime.eager import install as install_eager_batches
from jamila_runtime.settings import RuntimeSettings

_ONCE_SECONDS: Final = 3
_PING_SECONDS: Final = 5
"""A node that hangs is left after three of these for another one, not after six minutes."""


async def connect(settings: RuntimeSettings, name: str, **options: Any) -> Client:
    """Connect to NATS and never give up reconnecting, unless ``options`` say otherwise."""
    patient = {"max_reconnect_attempts": -1, "reconnect_time_wait": 0.2, "allow_reconnect": True}
    return await nats.connect(
        **_address(settings),
        ping_interval=_PING_SECONDS,
        user=settings.nats_user,
        password=_password(settings),
        tls=_tls(settings),
        name=f"jamila-{name}",
        **{**patient, **options},
    )


async def connect_once(settings: RuntimeSettings) -> Client:
    """Connect for one question; whoever asks does not wait for a server to come back.

    Raises:
        nats.errors.Error, TimeoutError, OSError: it is not there.
    """
    connecting = connect(
        settings, "by-hand", allow_reconnect=False, connect_timeout=_ONCE_SECONDS, error_cb=_quiet
    )
    # Without reconnecting it would still try the first connection sixty times.
    return await asyncio.wait_for(connecting, timeout=_ONCE_SECONDS)


def inbox_broker(settings: RuntimeSettings, name: str) -> NatsBroker:
    """A broker a process consumes with; never gives up reconnecting.

    With a limit, FastStream's pull loop spins once the limit is used up
    (measured with FastStream 0.7.8).
    """
    install_eager_batches()
    user, security = settings.nats_user, None
    if user is not None:
        password = _password(settings) or ""
        security = NatsUserPassword(user, password, ssl_context=_tls(settings))
    return NatsBroker(
        **_address(settings),
        security=security,
        ping_interval=_PING_SECONDS,
        name=f"jamila-{name}",
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        logger=None,
    )


def inbox_of(user: str | None) -> str:
    """Where answers to a user arrive: below a prefix of his own, so that nobody else hears them."""
    return f"_INBOX.{user}" if user else "_INBOX"


async def _quiet(_error: Exception) -> None:
    # The connection's end is told by the answer that does not come.
    return


def _address(settings: RuntimeSettings) -> dict[str, Any]:
    servers = [each.strip() for each in settings.nats_url.split(",")]
    return {"servers": servers, "inbox_prefix": inbox_of(settings.nats_user)}


def _password(settings: RuntimeSettings) -> str | None:
    return settings.nats_password.get_secret_value() if settings.nats_password else None


def _tls(settings: RuntimeSettings) -> ssl.SSLContext | None:
    if settings.nats_ca_file is None:
        return None
    return ssl.create_default_context(cafile=settings.nats_ca_file)
