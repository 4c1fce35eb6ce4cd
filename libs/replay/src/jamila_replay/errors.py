"""What the replay tool refuses, and why.

::

    DomainError
    ├── UnreadableEventError   an event cannot be read: the rebuild stops, nothing was exchanged
    ├── BrokenLedgerError      an entry is not what its hash says, or one is missing
    ├── ShadowUnknownError     there is no shadow of that name
    ├── ShadowUnfitError       the shadow is in no state for that, e.g. not finished
    ├── ShadowOutdatedError    software or calendar changed since the shadow was begun
    ├── PointUnknownError      no such position, time or case
    ├── FileUnusableError      the file is no export, or damaged
    ├── DifferenceError        shadow and live differ, and nobody accepted the difference
    └── ConflictError
        └── RunningAlreadyError   another run works on the model
    RetryableError
    ├── CancelledRunError      stopped on request; go on with ``--resume``
    └── OwnerSilentError       asked, and not done yet
"""

from jamila_runtime.errors import ConflictError, DomainError, RetryableError


class UnreadableEventError(DomainError):
    """This version of the software cannot read an event of the ledger."""

    slug = "event-unreadable"


class BrokenLedgerError(DomainError):
    """The ledger is not what was once recorded."""

    slug = "ledger-broken"


class ShadowUnknownError(DomainError):
    """There is no such shadow."""

    slug = "shadow-unknown"


class ShadowUnfitError(DomainError):
    """The shadow cannot be used for that."""

    slug = "shadow-unfit"


class ShadowOutdatedError(DomainError):
    """Software or calendar changed since the shadow was begun; begin a new one."""

    slug = "shadow-outdated"


class PointUnknownError(DomainError):
    """There is no such position, time or case in the ledger."""

    slug = "point-unknown"


class DifferenceError(DomainError):
    """Shadow and live model differ."""

    slug = "models-differ"


class RunningAlreadyError(ConflictError):
    """Another run works on the read model."""

    slug = "replay-running"


class CancelledRunError(RetryableError):
    """The run was stopped on request; what is done is kept."""

    slug = "replay-cancelled"


class OwnerSilentError(RetryableError):
    """What was asked for is not done yet."""

    slug = "owner-silent"


class FileUnusableError(DomainError):
    """The file is not an export of a ledger, or is damaged."""

    slug = "file-unusable"
