"""``python -I -m public_page.check_worker ROOTS CPU_SECONDS MEMORY_BYTES``: judge one PDF.

Reads the file from standard input, writes one JSON object to standard output. Runs under limits it
cannot lift again: processor time, memory, no new files.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jamila_runtime.confinement import confine_by

_MOST_BYTES: Final = 16 * 1024 * 1024


def main() -> None:
    """Judge what comes in."""
    confine_by(sys.argv)
    content = sys.stdin.buffer.read(_MOST_BYTES)
    sys.stdout.write(json.dumps(verdict(content, Path(sys.argv[1]))))


def verdict(content: bytes, roots: Path) -> dict[str, Any]:
    """What ``FileVerdict`` is made of."""
    # Imported under the limits: loading pyHanko is part of what a check costs.
    from jamila_runtime.errors import DomainError  # noqa: PLC0415
    from jamila_verifier import TrustAnchors, check_pdf  # noqa: PLC0415

    # Outside of what is caught: that we have no pins is no verdict about anybody's file.
    anchors = TrustAnchors.from_files([roots])
    try:
        report = check_pdf(content, anchors, at=datetime.now(UTC))
    except DomainError as error:
        return {"unreadable": error.slug}
    at = report.timestamped_at or report.signed_at
    return {
        "sha256": report.sha256,
        "signatures": report.signatures,
        "valid": report.valid,
        "intact": report.intact,
        "trusted": report.trusted,
        "covers_whole_file": report.coverage_whole_file,
        "revocation": report.revocation,
        "signer_name": report.signer_name,
        "signed_at": at.isoformat() if at else None,
        "is_timestamped": report.timestamped_at is not None,
    }


if __name__ == "__main__":
    main()
