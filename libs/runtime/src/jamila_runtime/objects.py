"""Papers and documents: content-addressed, encrypted under the key of their case.

obstore is the one object-store library: a local folder or S3 by URL, writes are atomic in both.

    file:///var/lib/jamila/objects
    s3://bucket/prefix?endpoint=https://objects.example:9000&region=id-1

The credentials of S3 are no part of the URL, which is shown in settings and errors: they come from
``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, or from what else the library finds.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import ParseResult, parse_qsl, unquote, urlparse
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from jamila_runtime.durable import make_durable
from jamila_runtime.errors import DomainError, NotFoundError, RetryableError
from jamila_runtime.vault import CaseVault

_OPTIONS: Final = {"endpoint", "region"}
# An officer waits for the answer, and whoever asked tries again by itself.
_PATIENCE: Final[dict[str, Any]] = {
    "client_options": {"connect_timeout": "3s", "timeout": "30s"},
    "retry_config": {"max_retries": 2, "retry_timeout": timedelta(seconds=8)},
}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ObjectMissingError(NotFoundError):
    """There is no such paper or document."""

    slug = "object-not-found"


class ObjectCorruptError(DomainError):
    """What is stored is not what was put there."""

    slug = "object-corrupt"


class ObjectVault:
    """Puts and gets the bytes of a case by their SHA-256."""

    def __init__(self, url: str, vault: CaseVault) -> None:
        """Open a store.

        Raises:
            ValueError: the address is none of the two forms.
        """
        self._vault = vault
        parsed = urlparse(url)
        self._folder = Path(unquote(parsed.path)) if parsed.scheme == "file" else None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._store: ObjectStore = LocalStore(self._folder) if self._folder else _bucket(parsed)

    def put(self, case_id: UUID, content: bytes) -> str:
        """Store bytes; the same bytes of the same case are stored once.

        Returns:
            SHA-256 of the plain bytes, lower-case hexadecimal: the address.

        Raises:
            RetryableError: the store cannot be reached, or is full.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = _path(case_id, sha256)
        try:
            if not self._exists(path):
                self._store.put(path, self._vault.seal_bytes(case_id, content))
                self._make_durable(path)
        except (BaseError, OSError) as error:
            raise RetryableError(f"object store: {type(error).__name__}") from error
        return sha256

    def get(self, case_id: UUID, sha256: str) -> bytes:
        """Read bytes back and prove that they are the ones that were put.

        Raises:
            ObjectMissingError: nothing is stored at that address.
            ObjectCorruptError: something else is stored there.
            RetryableError: the store cannot be reached.
        """
        return self._read(case_id, _path(case_id, sha256), sha256)

    def _read(self, case_id: UUID, path: str, sha256: str) -> bytes:
        try:
            ciphertext = bytes(self._store.get(path).bytes())
        except FileNotFoundError:
            raise ObjectMissingError(f"no object {sha256[:12]} of case {case_id}") from None
        except (BaseError, OSError) as error:
            raise RetryableError(f"object store: {type(error).__name__}") from error
        content = self._vault.open_bytes(case_id, ciphertext)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ObjectCorruptError(f"object {sha256[:12]} of case {case_id} is not itself")
        return content

    def forget(self, case_id: UUID) -> None:
        """Throw away everything of a case; quiet if there is nothing.

        Raises:
            RetryableError: the store cannot be reached.
        """
        try:
            listed = self._store.list(prefix=f"{case_id}/")
            paths = [each["path"] for page in listed for each in page]
            if paths:
                self._store.delete(paths)
            if self._folder is not None:
                with suppress(FileNotFoundError):
                    (self._folder / str(case_id)).rmdir()
        except (BaseError, OSError) as error:
            raise RetryableError(f"object store: {type(error).__name__}") from error

    def put_upload(self, case_id: UUID, content: bytes) -> str:
        """Store a file that nobody has examined yet, apart from the papers of the case."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = _upload_path(case_id, sha256)
        with _translated():
            self._store.put(path, self._vault.seal_bytes(case_id, content))
        return sha256

    def get_upload(self, case_id: UUID, sha256: str) -> bytes:
        """Read an upload back; errors as of ``get``."""
        return self._read(case_id, _upload_path(case_id, sha256), sha256)

    def drop_upload(self, case_id: UUID, sha256: str) -> None:
        """Destroy an upload; quiet if it is gone."""
        with _translated(), suppress(FileNotFoundError):
            self._store.delete(_upload_path(case_id, sha256))

    def _exists(self, path: str) -> bool:
        try:
            self._store.head(path)
        except FileNotFoundError:
            return False
        return True

    def _make_durable(self, path: str) -> None:
        """A local folder: make sure that a power cut cannot lose what an event will name."""
        if self._folder is None:
            return
        target = self._folder / path
        for each in (target, target.parent):
            make_durable(each)


def _bucket(parsed: ParseResult) -> S3Store:
    options: dict[str, Any] = dict(parse_qsl(parsed.query, strict_parsing=bool(parsed.query)))
    if parsed.scheme != "s3" or parsed.username or not options.keys() <= _OPTIONS:
        msg = "an object store is file:///folder or s3://bucket/prefix?endpoint=...&region=..."
        raise ValueError(msg)
    endpoint = options.get("endpoint", "")
    patience = {**_PATIENCE}
    if endpoint.startswith("http:"):
        patience["client_options"] = {**_PATIENCE["client_options"], "allow_http": True}
    return S3Store(parsed.netloc, prefix=parsed.path.strip("/") or None, **options, **patience)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise RetryableError(f"object store: {type(error).__name__}") from error


def _upload_path(case_id: UUID, sha256: str) -> str:
    return f"{case_id}/unggahan-{_digest(sha256)}"


def _path(case_id: UUID, sha256: str) -> str:
    return f"{case_id}/{_digest(sha256)}"


def _digest(sha256: str) -> str:
    """A digest and nothing else: what somebody else wrote must not become a path."""
    if _DIGEST.fullmatch(sha256) is None:
        raise ObjectMissingError("an object is asked for by its SHA-256")
    return sha256
