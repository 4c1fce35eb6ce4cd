"""A real OpenID provider for connected tests: Canaille, in a process of its own.

The provider knows one person and one client, and demands PKCE. ``python -m`` serves it.
"""

import contextlib
import html
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from jamila_testing.servers import free_port, running

_LOOPBACK = "127.0.0.1"
_MOST_PAGES = 12
_START_SECONDS = 60.0
_HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CLIENT_ID = "dik-jamila"
CLIENT_SECRET = "rahasia-klien-untuk-uji"  # noqa: S105 - of a provider that lives for one test
PERSON = "petugas-contoh"
PASSWORD = "sandi-di-penyedia-1"  # noqa: S105 - the same


@dataclass(frozen=True)
class IdentityProvider:
    """Where the provider is."""

    issuer: str

    async def log_in(self, browser: httpx.AsyncClient, address: str) -> httpx.URL:
        """What a person does at the provider; answers where its last page sends the browser.

        Args:
            browser: Keeps the cookies of the provider; follows no redirects.
            address: Where the office sent the browser.
        """
        response = await browser.get(address)
        for _ in range(_MOST_PAGES):
            if response.is_success:
                response = await _filled_in(browser, response)
                continue
            if response.next_request is None:
                break
            onward = response.next_request.url
            if not str(onward).startswith(self.issuer):
                return onward
            response = await browser.get(onward)
        msg = f"the provider stopped at {response.url.path} with {response.status_code}"
        raise RuntimeError(msg)


async def _filled_in(browser: httpx.AsyncClient, response: httpx.Response) -> httpx.Response:
    found = _HIDDEN.search(response.text)
    form = {"csrf_token": html.unescape(found[1])} if found else {}
    if 'name="password"' in response.text:
        form |= {"password": PASSWORD}
    elif 'name="login"' in response.text:
        form |= {"login": PERSON}
    else:
        form |= {"answer": "accept"}
    return await browser.post(response.url, data=form)


@contextlib.contextmanager
def identity_provider(folder: Path, *, redirect_uri: str) -> Iterator[IdentityProvider]:
    """Run the provider until the block is left."""
    port = free_port()
    command = [
        *(sys.executable, "-W", "ignore", "-m", "jamila_testing.identity_provider"),
        *(str(port), redirect_uri),
    ]
    issuer = f"http://{_LOOPBACK}:{port}"
    known = f"{issuer}/.well-known/openid-configuration"
    ready = partial(_answers, known)
    with running(command, folder=folder, ready=ready, start_seconds=_START_SECONDS):
        yield IdentityProvider(issuer)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        # Not up yet: asked again by the caller.
        return False


def _serve(port: int, redirect_uri: str) -> None:
    # Imported here: only this process needs the provider's libraries.
    from canaille import create_app  # noqa: PLC0415
    from werkzeug.serving import run_simple  # noqa: PLC0415

    app = create_app(
        {
            "SECRET_KEY": "hanya-untuk-uji",
            "SERVER_NAME": f"{_LOOPBACK}:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory"},
            "CANAILLE_OIDC": {},
        }
    )
    with app.app_context():
        _fill(redirect_uri)
    run_simple(_LOOPBACK, port, app, threaded=True)


def _fill(redirect_uri: str) -> None:
    from canaille.app import models  # noqa: PLC0415
    from canaille.backends import Backend  # noqa: PLC0415

    backend = Backend.instance
    with backend.session():
        person = models.User(
            user_name=PERSON,
            password=PASSWORD,
            formatted_name="Petugas Contoh",
            family_name="Contoh",
            emails=["petugas@example.org"],
        )
        backend.save(person)
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="Dik Jamila",
            redirect_uris=[redirect_uri],
            grant_types=["authorization_code"],
            response_types=["code"],
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - a method, no secret
            scope=["openid"],
        )
        backend.save(client)
        client.audience = [client]
        backend.save(client)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
