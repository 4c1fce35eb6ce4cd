"""What may be given to whom. Pure: no framework, no I/O.

Errors::

    LastAdminError      (ConflictError) nobody could administer any more
    AccountClosedError  (ConflictError) a closed account is given nothing
    GrantUnknownError   (NotFoundError) the account holds no such grant
    GrantRefusedError   (DomainError)   such a grant cannot be; ``data`` says why
    AccountUnfitError   (DomainError)   such an account cannot be made; ``data`` says why
"""

import re
from collections.abc import Sequence
from datetime import datetime

from gateway.accounts import ACCOUNT_PATTERN, Account, Grant, Identity
from gateway.capabilities import known_capabilities
from jamila_runtime.errors import ConflictError, DomainError, NotFoundError
from jamila_runtime.logs import looks_personal
from jamila_runtime.stage import FourEyesError

RESERVED = frozenset({"changes", "mesin"})
"""Names that mean something else where accounts are named."""


class LastAdminError(ConflictError):
    """Nobody could administer any more."""

    slug = "last-admin"


class AccountClosedError(ConflictError):
    """A closed account is given nothing."""

    slug = "account-closed"


class GrantUnknownError(NotFoundError):
    """The account holds no such grant."""

    slug = "grant-unknown"


class GrantRefusedError(DomainError):
    """Such a grant cannot be; ``data`` says why."""

    slug = "grant-refused"


class AccountUnfitError(DomainError):
    """Such an account cannot be made; ``data`` says why."""

    slug = "account-unfit"


def must_be_another(identity: Identity, account: str) -> None:
    """Four eyes: nobody changes what he may do himself.

    Raises:
        FourEyesError: it is the own account.
    """
    if identity.account.account == account:
        raise FourEyesError("nobody changes the own account here", account=account)


def check_new_account(account: Account, now: datetime) -> None:
    """Refuse what no account can be.

    Raises:
        AccountUnfitError: the name is no code, or something tells a person's number.
        GrantRefusedError: a grant cannot be.
    """
    if re.match(ACCOUNT_PATTERN, account.account) is None or account.account in RESERVED:
        raise AccountUnfitError("the name of an account is a code such as kasi-3", field="account")
    if not account.display_name.strip() or looks_personal(account.display_name):
        raise AccountUnfitError("say what the account is called on screen", field="display_name")
    for grant in account.grants:
        check_grant(grant, now)


def check_grant(grant: Grant, now: datetime) -> None:
    """Refuse what no grant can be, whoever it is for.

    Raises:
        GrantRefusedError: ``why`` is ``capability``, ``validity``, ``stand-in`` or ``letter``.
    """
    if grant.capability not in known_capabilities():
        raise _refused("capability")
    until, since = grant.valid_until, grant.valid_from
    if until is not None and (until <= now or (since is not None and until <= since)):
        raise _refused("validity")
    if (grant.stand_in is None) != (grant.on_behalf_of is None):
        raise _refused("stand-in")
    if grant.stand_in == "plh" and until is None:
        raise _refused("validity")
    if grant.stand_in is not None and not (grant.letter or "").strip():
        raise _refused("letter")
    if grant.letter is not None and looks_personal(grant.letter):
        raise _refused("letter")


def check_stand_in(account: str, grant: Grant, official: Account | None) -> None:
    """Refuse a stand-in for somebody who has nothing to lend.

    Plh: the official is away but in office. Plt: the post is vacant, its last account may be
    closed.

    Raises:
        GrantRefusedError: ``why`` is ``stand-in``.
    """
    if grant.stand_in is None:
        return
    if official is None or official.account == account:
        raise _refused("stand-in")
    own = any(
        each.capability == grant.capability and each.on_behalf_of is None
        for each in official.grants
    )
    if not own or (grant.stand_in == "plh" and not official.is_active):
        raise _refused("stand-in")


def details_of(grant: Grant) -> dict[str, str]:
    """A grant as a line of the changes has it."""
    said = {
        name: value for name, value in vars(grant).items() if value is not None and name != "id"
    }
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in said.items()
    }


def grant_of(grants: Sequence[Grant], grant_id: int) -> Grant:
    """One grant of an account.

    Raises:
        GrantUnknownError: there is none of that id.
    """
    for each in grants:
        if each.id == grant_id:
            return each
    raise GrantUnknownError("the account holds no such grant")


def _refused(why: str) -> GrantRefusedError:
    return GrantRefusedError("such a grant cannot be given", why=why)
