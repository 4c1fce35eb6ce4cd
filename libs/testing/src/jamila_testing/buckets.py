"""A real S3 server for connected tests: rclone's, over a folder, with signed requests."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from jamila_testing.servers import free_port, is_open, running

KEY_ID: Final = "kunci-uji"
SECRET: Final = "rahasia-uji-yang-cukup-panjang"  # noqa: S105 - of a server that lives for a test
_BUCKET: Final = "jamila"


@dataclass(frozen=True)
class Bucket:
    """One bucket of a running server."""

    url: str
    """As ``JAMILA_OBJECTS_URL`` names it."""
    folder: Path
    """Where the server keeps what is in it."""


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[Bucket]:
    """Run a server with one empty bucket until the block is left."""
    port = free_port()
    kept = folder / "buckets" / _BUCKET
    kept.mkdir(parents=True)
    address = f"127.0.0.1:{port}"
    command = (
        *(str(_program()), "serve", "s3", str(kept.parent)),
        *("--addr", address, "--auth-key", f"{KEY_ID},{SECRET}", "--config", ""),
        # Every write goes through to the folder, where a test looks at once.
        *("--vfs-cache-mode", "off"),
    )
    with running(command, folder=folder, ready=lambda: is_open(port)):
        yield Bucket(f"s3://{_BUCKET}?endpoint=http://{address}&region=id-1", kept)


def _program() -> Path:
    # Found, not imported: the package around the program is nothing we use.
    spec = find_spec("rclone_api")
    assert spec is not None  # noqa: S101 - a dependency of this package
    assert spec.origin is not None  # noqa: S101
    return Path(spec.origin).with_name("bin") / "rclone"
