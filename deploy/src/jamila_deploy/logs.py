"""One log file per process, opened by the launcher and written by the process itself."""

from pathlib import Path
from typing import BinaryIO, Final

_ROTATE_BYTES: Final = 20 * 1024 * 1024
_TAIL_BYTES: Final = 8_192
_LINE_CHARACTERS: Final = 300


def open_log(path: Path) -> BinaryIO:
    """Open a log to be appended to, putting a file above 20 MB aside first.

    One older file is kept, as ``<name>.log.1``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _ROTATE_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def last_line(path: Path, *, since: int) -> str:
    """Read the last words of a process, at most 300 characters.

    Args:
        path: Its log.
        since: Size of the log when it started; what stood there before was said by another.
    """
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(since, size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:_LINE_CHARACTERS] if lines else ""
