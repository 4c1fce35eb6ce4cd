"""What an account is told about itself."""

from typing import Any

from gateway.accounts import Identity
from gateway.answers import GrantAnswer
from gateway.door import Door


def me_of(identity: Identity, door: Door) -> dict[str, Any]:
    """The fields of ``Me``; who stands halfway through a log-in may do nothing yet."""
    account, session, now = identity.account, identity.session, door.clock.now()
    grants = [each for each in account.grants if each.holds(now) and session.pending is None]
    return {
        "account": account.account,
        "display_name": account.display_name,
        "tenant": account.tenant,
        "capabilities": tuple(sorted({each.capability for each in grants})),
        "grants": tuple(GrantAnswer.model_validate(each) for each in grants),
        "expires_at": session.expires_at,
        "csrf_token": identity.csrf_token if session.kind == "browser" else None,
        "pending": session.pending,
        "has_second_factor": identity.has_second_factor,
        "proven_until": identity.proven_until,
    }
