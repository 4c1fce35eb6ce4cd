"""A running office as its people use it: where it is, who logs in, what a resident's phone gets.

Whoever asks is patient: it asks again when nobody answered, what is safe to ask twice.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import httpx

from gateway.authenticator import Authenticator
from gateway.client import GatewayClient, RefusedError
from jamila_deploy.secrets import demo_accounts_file
from jamila_deploy.system import RunningSystem

PATIENCE_SECONDS = 45.0
"""How long somebody asks again or waits before giving up."""
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25
_TEMPORARY = frozenset(
    {"service-unavailable", "read-model-behind", "internal-error", "too-many-requests"}
)
T = TypeVar("T")


class RoadBlockedError(Exception):
    """The case did not get on within the patience of the walker."""


@dataclass(frozen=True)
class OfficeAddress:
    """Where a running system is, and who may log in."""

    gateway_url: str
    simulators_url: str
    passwords: dict[str, str]
    totp_secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """Of the accounts that have a second factor."""

    @classmethod
    def read(cls, *, gateway_url: str, simulators_url: str, accounts: Path) -> "OfficeAddress":
        """Read the demo accounts that the gateway wrote at its first start."""
        lines = json.loads(accounts.read_text(encoding="utf-8"))
        passwords = {line["account"]: line["password"] for line in lines}
        secrets = {line["account"]: line.get("totp_secret") for line in lines}
        return cls(
            gateway_url=gateway_url,
            simulators_url=simulators_url,
            passwords=passwords,
            totp_secrets={account: each for account, each in secrets.items() if each},
        )

    @classmethod
    def of(cls, system: RunningSystem) -> "OfficeAddress":
        """That of a system which runs in this process."""
        return cls.read(
            gateway_url=system.url("gateway"),
            simulators_url=system.url("simulators"),
            accounts=demo_accounts_file(system.settings),
        )


@dataclass
class Office:
    """The staff, each logged in once, and the phone of a resident."""

    address: OfficeAddress
    _clients: dict[str, GatewayClient] = field(default_factory=dict)
    _authenticators: dict[str, Authenticator] = field(default_factory=dict)
    _door: Lock = field(default_factory=Lock)

    def client(self, account: str) -> GatewayClient:
        """The client of one account; logs in when first asked for."""
        with self._door:
            if account not in self._clients:
                self._clients[account] = self._logged_in(account)
            return self._clients[account]

    def _logged_in(self, account: str) -> GatewayClient:
        client = GatewayClient(self.address.gateway_url)
        authenticator = self.authenticator(account)
        password = self.address.passwords[account]
        # A code counts as used when the answer was lost on the way: then the next one is given.
        patiently(
            lambda: client.login(account, password, authenticator=authenticator),
            also=frozenset({"code-refused"}),
        )
        return client

    def authenticator(self, account: str) -> Authenticator | None:
        """The app of an account with a second factor: one run of codes for whoever logs it in."""
        secret = self.address.totp_secrets.get(account)
        if secret is None:
            return None
        return self._authenticators.setdefault(account, Authenticator(secret))

    def send(
        self,
        sender: str,
        name: str,
        messages: list[dict[str, Any]],
        *,
        sent_at: datetime | None = None,
    ) -> None:
        """The resident sends messages; WhatsApp posts them to the office in one webhook.

        A phone that was without a net sends later what was written at ``sent_at``.
        """
        body = {"from": sender, "name": name, "messages": messages, "together": True}
        if sent_at is not None:
            body["timestamp"] = sent_at.isoformat()
        url = f"{self.address.simulators_url}/_sim/whatsapp/inbound"
        patiently(lambda: httpx.post(url, json=body, timeout=30).raise_for_status())

    def received(self, phone: str) -> list[str]:
        """The texts that the office sent to a phone."""
        url = f"{self.address.simulators_url}/_sim/whatsapp/sent"
        asked = {"to": phone}
        sent = patiently(lambda: httpx.get(url, params=asked, timeout=30).raise_for_status().json())
        return [json.dumps(message, ensure_ascii=False) for message in sent]

    def close(self) -> None:
        """Give back all connections."""
        for client in self._clients.values():
            client.close()


def patiently(ask: Callable[[], T], *, also: frozenset[str] = frozenset()) -> T:
    """Ask again while nobody answers; what is asked must be safe to ask twice.

    Args:
        ask: One request.
        also: Refusals that will pass by themselves, besides the temporary ones.

    Raises:
        RefusedError: a refusal that stays.
        RoadBlockedError: nobody answered in time.
    """
    deadline, pause = time.monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while True:
        try:
            return ask()
        except httpx.HTTPError as error:
            # No answer, or that of a world outside which is in trouble itself.
            fault: Exception = error
        except RefusedError as error:
            if error.slug not in _TEMPORARY | also and error.status < HTTPStatus.BAD_GATEWAY:
                raise
            fault = error
        if time.monotonic() > deadline:
            raise RoadBlockedError(f"nobody answered: {fault}") from fault
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def wait_for(
    holds: Callable[[], bool], otherwise: str, *, patience_seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait until something holds.

    Raises:
        RoadBlockedError: it did not in time.
    """
    deadline, pause = time.monotonic() + patience_seconds, _FIRST_PAUSE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RoadBlockedError(otherwise)
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
