"""Why a backup is not made, not believed, or not put back.

::

    DomainError
    ├── BackupElsewhereError   the stores lie at several places, or at another than the backup's
    ├── BackupToolMissingError pg_dump or pg_restore is not installed
    ├── BackupDamagedError     the backup is not what was written
    ├── BackupUnknownError     there is no backup at that place
    ├── SecretsPlaceError      secrets and data must not lie at one place
    ├── SecretsWrongError      these secrets do not open this backup
    └── ConflictError
        ├── BackupOlderError   the home knows more than the backup; putting it back would lose facts
        ├── BackupForeignError the home holds another ledger
        └── HomeInUseError     a system runs on the home
    RetryableError
    ├── StoresBusyError        no moment was found in which all stores stood still
    └── PlaceUnusableError     a folder cannot be written: full, away, or not ours
"""

from jamila_runtime.errors import ConflictError, DomainError, NotFoundError, RetryableError


class BackupElsewhereError(DomainError):
    """A store does not lie where the others do."""

    slug = "backup-elsewhere"


class BackupToolMissingError(DomainError):
    """PostgreSQL's own programs are not installed on this machine."""

    slug = "backup-tool-missing"


class BackupDamagedError(DomainError):
    """The backup is not what was written."""

    slug = "backup-damaged"


class BackupUnknownError(NotFoundError):
    """There is no whole backup at that place."""

    slug = "backup-unknown"


class SecretsPlaceError(DomainError):
    """Whoever finds one place must not find both: the keys, and what they open."""

    slug = "backup-secrets-place"


class SecretsWrongError(DomainError):
    """These secrets do not open what the backup holds."""

    slug = "backup-secrets-wrong"


class BackupOlderError(ConflictError):
    """The home recorded facts that the backup does not know."""

    slug = "backup-older"


class BackupForeignError(ConflictError):
    """The ledger of the home is not an earlier state of the one in the backup."""

    slug = "backup-foreign"


class HomeInUseError(ConflictError):
    """A system runs on the home."""

    slug = "backup-home-in-use"


class StoresBusyError(RetryableError):
    """Some store was being written all the time."""

    slug = "backup-stores-busy"


class PlaceUnusableError(RetryableError):
    """A folder cannot be written: full, away, or not ours."""

    slug = "backup-place-unusable"
