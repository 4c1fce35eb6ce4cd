"""Posts to another system, and to nobody else: the guard against addresses inside the office.

The name is looked up once, every address it has is judged, and the connection goes to the address
that was judged: a name that answers differently a moment later leads nowhere. No redirect is
followed and no proxy of the environment is used.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from gateway.webhooks.subscriptions import WebhookAddressError
from jamila_runtime.bounded import BoundedAsyncClient

Lookup = Callable[[str, int], Awaitable[list[str]]]
_ANSWER_BYTES: Final = 65_536
_PORTS: Final = {"https": 443, "http": 80}
_OURS: Final = "Jamila-Webhook/1"


@dataclass(frozen=True)
class AddressRules:
    """Where something may be told."""

    plain_http: bool = False
    """Only in a demonstration: nobody reads along on one machine."""
    private: bool = False
    """Addresses of the office's own network, for a system that runs beside this one."""


class DeliveryFailedError(Exception):
    """It was not told; ``fault`` is a code for people who look why."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


async def addresses_of(host: str, port: int) -> list[str]:
    """Every address of a name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Sender:
    """Posts signed notices."""

    def __init__(
        self,
        rules: AddressRules,
        *,
        lookup: Lookup = addresses_of,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._rules = rules
        self._lookup = lookup
        self._http = BoundedAsyncClient(
            max_bytes=_ANSWER_BYTES,
            transport=transport,
            timeout=timeout_seconds,
            trust_env=False,
            headers={"User-Agent": _OURS, "Content-Type": "application/json"},
        )

    async def close(self) -> None:
        """Give back connections."""
        await self._http.aclose()

    def check(self, url: str) -> None:
        """Judge an address as it is written.

        Raises:
            WebhookAddressError: nothing may be told there.
        """
        _read(url, self._rules)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Tell it.

        Raises:
            DeliveryFailedError: nobody took it; an answer other than 2xx is one that did not.
        """
        try:
            target = _read(url, self._rules)
            address = await self._judged(target.host, target.port)
            there = httpx.URL(url).copy_with(host=address)
            asked = self._http.build_request(
                "POST",
                there,
                content=body,
                headers={**headers, "Host": target.authority},
                extensions={"sni_hostname": target.host},
            )
            answer = await self._http.send(asked, stream=True)
            # Of the answer only the status counts: its body may be endless.
            await answer.aclose()
        except WebhookAddressError:
            raise DeliveryFailedError("address-refused") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise DeliveryFailedError(_named(error)) from error
        if not answer.is_success:
            raise DeliveryFailedError(f"http-{answer.status_code}")

    async def _judged(self, host: str, port: int) -> str:
        found = await self._lookup(host, port)
        if not found:
            raise DeliveryFailedError("name-unknown")
        if not self._rules.private and any(_is_inside(each) for each in found):
            raise WebhookAddressError("the name leads into a private network")
        return found[0]


@dataclass(frozen=True)
class _Target:
    host: str
    port: int
    authority: str


def _read(url: str, rules: AddressRules) -> _Target:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise WebhookAddressError("that is no address") from None
    if parts.scheme not in (("https", "http") if rules.plain_http else ("https",)):
        raise WebhookAddressError("only https is told")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookAddressError("an address has a host, and neither account nor fragment")
    if not rules.private and _is_literal(host) and _is_inside(host):
        raise WebhookAddressError("the address is of a private network")
    authority = parts.netloc
    return _Target(host, port or _PORTS[parts.scheme], authority)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_inside(address: str) -> bool:
    """Anything that is not of the public internet: private, local, reserved, or a way around."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return not inner.is_global or inner.is_multicast
        if found in _NAT64:
            return True
    return not found.is_global or found.is_multicast or found.is_reserved


_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def _named(error: Exception) -> str:
    match error:
        case httpx.TimeoutException():
            return "timeout"
        case socket.gaierror():
            return "name-unknown"
        case _:
            return "not-reached"
