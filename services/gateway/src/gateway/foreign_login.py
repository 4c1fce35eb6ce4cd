"""Lets in whom the identity provider vouches for, as the account that is paired with him."""

import asyncio
import json
from dataclasses import asdict

from gateway.identity_store import ForeignIdentity, IdentityStore
from gateway.login import LoginDesk
from gateway.oidc import Departure, OidcClient, OidcRefusedError, Return
from gateway.secret_box import SecretBox
from gateway.session_book import Opened
from jamila_runtime.errors import DomainError
from jamila_runtime.vault import SealBrokenError

_NOBODY = "oidc-departure"
"""What a departure is sealed for: no account has such a name yet, nor is it known whose it is."""


class SubjectUnknownError(DomainError):
    """The provider knows him, the office does not: no administrator paired him with an account."""

    slug = "oidc-subject-unknown"


class ForeignLogin:
    """The way out to the provider and back."""

    def __init__(
        self, *, client: OidcClient, identities: IdentityStore, login: LoginDesk, box: SecretBox
    ) -> None:
        self._client = client
        self._identities = identities
        self._login = login
        self._box = box

    async def leave(self) -> tuple[str, str]:
        """Where to send the browser, and what it has to keep until it comes back.

        Raises:
            OidcUnavailableError: the provider does not answer.
        """
        address, departure = await self._client.leave()
        sealed = self._box.seal(_NOBODY, json.dumps(asdict(departure)).encode())
        return address, sealed

    async def arrive(self, kept: str, back: Return) -> Opened:
        """Open a session for who came back; it is ``pending`` when a code is still missing.

        Raises:
            OidcRefusedError: it is not the answer to what this browser asked.
            OidcUnavailableError: the provider does not answer.
            SubjectUnknownError: no account is paired with him.
            LoginRefusedError: the account is closed.
        """
        arrival = await self._client.arrive(self._departure(kept), back)
        identity = ForeignIdentity(arrival.issuer, arrival.subject)
        account = await asyncio.to_thread(self._identities.account_of, identity)
        if account is None:
            raise SubjectUnknownError("no account is paired with this subject")
        return await self._login.admit(account, second_factor_at=arrival.second_factor_at)

    def _departure(self, kept: str) -> Departure:
        try:
            return Departure(**json.loads(self._box.open(_NOBODY, kept)))
        except SealBrokenError:
            raise OidcRefusedError("this browser did not leave from here") from None
