"""The error tree of the whole system.

::

    JamilaError               everything we raise on purpose; carries a stable slug
    ├── DomainError           will never succeed; the asker gets it back, a message is parked
    │   ├── ConflictError     somebody was faster, or it is not the turn; carries the current state
    │   │   └── KeyReusedError  the idempotency key was used for something else
    │   └── NotFoundError     there is no such thing here
    └── RetryableError        may succeed later; the work is tried again

Adapters translate: no exception of httpx, pymongo, pyHanko or a database driver leaves its adapter.
The gateway owns the single map from slug to HTTP status.
"""

from datetime import timedelta
from typing import Any, ClassVar


class JamilaError(Exception):
    """Something went wrong that we foresaw.

    Attributes:
        slug: Stable code for API, logs, translations and tests.
        data: What the asker needs to go on; never personal data.
    """

    slug: ClassVar[str] = "error"

    def __init__(self, detail: str, **data: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.data = data


class DomainError(JamilaError):
    """A rule of the office or of the data says no; trying again changes nothing."""

    slug = "refused"


class ConflictError(DomainError):
    """The state is not what the asker thought; ``data`` holds the current one."""

    slug = "conflict"


class KeyReusedError(ConflictError):
    """The idempotency key was used for something else before."""

    slug = "idempotency-key-reused"


class NotFoundError(DomainError):
    """There is no such case, paper or account here."""

    slug = "not-found"


class RetryableError(JamilaError):
    """Something outside failed for the moment; the same work may succeed later.

    Attributes:
        retry_after: When to try again, where the one who refused said so or waiting longer each
            time would be wrong; None: with growing delay.
    """

    slug = "temporarily-unavailable"

    def __init__(self, detail: str, *, retry_after: timedelta | None = None, **data: Any) -> None:
        super().__init__(detail, **data)
        self.retry_after = retry_after
