"""Reads that are answered only when something changed: ETag and If-None-Match (RFC 9110).

The tag is made of what the read models hold and of who asks, not of the answer: it is known before
anything personal is opened, so a 304 shows nothing and records nothing. ``as_of`` moves with every
entry of the ledger and is no part of it; it stands in the header ``Jamila-As-Of`` of both answers.
"""

import hashlib
import json
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response

from gateway.access import IdentityDep
from gateway.answers import AsOf
from gateway.door import DoorDep

AS_OF: Final = "Jamila-As-Of"
_API: Final = "/api/"
_DIGEST_BYTES: Final = 16
_SENT: Final = {
    "ETag": {"description": "Give it back in If-None-Match.", "schema": {"type": "string"}},
    AS_OF: {"description": "Place in the ledger.", "schema": {"type": "integer"}},
}
CONDITIONAL: Final[dict[int | str, dict[str, Any]]] = {
    200: {"headers": _SENT},
    304: {"description": "Nothing changed since that tag.", "headers": _SENT},
}
"""Responses to be named by a route that can be asked so."""
_SEEN: Final = "The `ETag` of an earlier answer; without a change the answer is 304 and empty."


class Conditional:
    """One read, and what its asker has seen already."""

    def __init__(
        self,
        identity: IdentityDep,
        door: DoorDep,
        request: Request,
        response: Response,
        if_none_match: Annotated[str | None, Header(max_length=500, description=_SEEN)] = None,
    ) -> None:
        self._response = response
        self._seen = if_none_match or ""
        # Pages are made of these answers too, and a page cannot be made of none.
        self._can_be_empty = request.url.path.startswith(_API)
        held = sorted(identity.account.capabilities(door.clock.now()))
        self._asker = [identity.account.account, held]

    def unchanged(self, as_of: AsOf, *shown: Any) -> Response | None:
        """The whole answer when the asker has it already; else None, and the tag is sent along.

        For a page it is always None, and no tag is worked out.

        Args:
            as_of: How far the read model is.
            shown: Everything the answer is made of, but for who asks.
        """
        if not self._can_be_empty:
            return None
        told = json.dumps([self._asker, *shown], default=str, sort_keys=True).encode()
        tag = f'"{hashlib.blake2b(told, digest_size=_DIGEST_BYTES).hexdigest()}"'
        headers = {"ETag": f"W/{tag}", AS_OF: str(as_of.position)}
        if tag in self._tags():
            return Response(status_code=304, headers=headers)
        self._response.headers.update(headers)
        return None

    def _tags(self) -> set[str]:
        # Weak comparison, as RFC 9110 asks for If-None-Match.
        return {each.strip().removeprefix("W/") for each in self._seen.split(",")}


ConditionalDep = Annotated[Conditional, Depends()]
