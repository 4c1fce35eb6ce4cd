"""``python -m jamila_contracts publish <folder>``: write the published documents.

Refuses to overwrite the schema of an event by one that could not read what was written under it:
that would be a new event or a new version, not a new field.
"""

import json
import sys
from pathlib import Path, PurePosixPath

from jamila_contracts.publish import breaches, published_files

_USAGE = "usage: python -m jamila_contracts publish <folder>\n"


def main(arguments: list[str]) -> int:
    """Write all documents below a folder, or none.

    Returns:
        0 when written, 1 when a contract was broken, 2 when the command is not understood.
    """
    match arguments:
        case ["publish", folder]:
            return _publish(Path(folder))
        case _:
            sys.stderr.write(_USAGE)
            return 2


def _publish(folder: Path) -> int:
    files = published_files()
    broken = [
        f"{path}: {breach}"
        for path, text in files.items()
        for breach in _broken(folder, path, text)
    ]
    if broken:
        sys.stderr.write("nothing written, a published contract would break:\n")
        sys.stderr.writelines(f"  {line}\n" for line in broken)
        return 1
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(files)} files written below {folder}\n")
    return 0


def _broken(folder: Path, path: PurePosixPath, text: str) -> list[str]:
    published = folder / path
    if path.parent.name != "schema" or not published.exists():
        return []
    return breaches(json.loads(published.read_text(encoding="utf-8")), json.loads(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
