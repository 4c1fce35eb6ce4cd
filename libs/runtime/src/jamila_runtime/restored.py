"""What a home says of itself when it was restored from a backup (docs/decisions/0048).

Whatever the lost machine did after the backup was taken is not known here: it may have sent a
message that the restored stores still want to send. So what waited, or had happened but was not
handled yet, is treated like a start without an outcome: nothing is done a second time blindly.
"""

from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

FILE_NAME: Final = "restored.json"


class Restored(BaseModel):
    """The last restore of a home."""

    model_config = ConfigDict(frozen=True)

    cut_at: AwareDatetime
    """Up to when the stores know what happened."""
    restored_at: AwareDatetime


def restored_of(home: Path) -> Restored | None:
    """The last restore of this home; None if it was never restored.

    Raises:
        pydantic.ValidationError: the file is damaged; to go on would be to forget the doubt.
    """
    file = home / FILE_NAME
    return Restored.model_validate_json(file.read_bytes()) if file.exists() else None
