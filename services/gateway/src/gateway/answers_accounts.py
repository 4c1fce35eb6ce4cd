"""What administrators are answered."""

from typing import Any

from pydantic import AwareDatetime, Field

from gateway.account_changes import RecordedChange
from gateway.accounts import StandIn, StoredAccount
from gateway.answers import Answer


class HeldGrant(Answer):
    """One capability of an account, its own or lent to it."""

    id: int
    capability: str
    on_behalf_of: str | None
    stand_in: StandIn | None
    valid_from: AwareDatetime | None
    valid_until: AwareDatetime | None
    """Exclusive; None: until it is taken away."""
    letter: str | None
    holds: bool
    """Whether it can be used now."""


class AccountAnswer(Answer):
    """One account of the office."""

    account: str
    display_name: str
    is_active: bool
    is_demo: bool
    has_second_factor: bool
    password_is_temporary: bool
    """Its owner has not logged in since somebody else gave it a password."""
    grants: tuple[HeldGrant, ...]

    @classmethod
    def of(cls, stored: StoredAccount, now: Any) -> "AccountAnswer":
        """As it stands now."""
        account = stored.account
        return cls(
            account=account.account,
            display_name=account.display_name,
            is_active=account.is_active,
            is_demo=account.is_demo,
            has_second_factor=stored.has_second_factor,
            password_is_temporary=stored.password_is_temporary,
            grants=tuple(
                HeldGrant(**vars(each), holds=each.holds(now))
                for each in account.grants
                if each.id is not None
            ),
        )


class AccountList(Answer):
    """Every account of the office, by name."""

    accounts: tuple[AccountAnswer, ...]


class GivenPassword(Answer):
    """A password for the next log-in, which asks for another at once; shown this once."""

    account: str
    password: str = Field(examples=["q8Zt1vYkP0aLw3xE"])


class GivenGrant(Answer):
    """What names the grant, to take it away again."""

    id: int


class ChangeAnswer(Answer):
    """One change of one account."""

    id: int
    at: AwareDatetime
    by: str
    """The account that did it; ``mesin``: somebody at the machine itself."""
    account: str
    what: str
    details: dict[str, Any]

    @classmethod
    def of(cls, recorded: RecordedChange) -> "ChangeAnswer":
        """As it was recorded."""
        change = recorded.change
        return cls(
            id=recorded.id,
            at=change.at,
            by=change.by,
            account=change.account,
            what=change.what,
            details=dict(change.details),
        )


class ChangePage(Answer):
    """Some changes, the newest first."""

    changes: tuple[ChangeAnswer, ...]
    next_cursor: int | None
    """Give it as ``cursor`` for the page after this one."""
