"""The folder printer: a job becomes PDF files that whoever minds the folder prints.

The file name is the id of the job, so the same job lands in the same file; files appear whole or
not at all, and survive a power cut once the job is reported done.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from jamila_runtime.errors import RetryableError

_OWNER_ONLY_FOLDER = 0o700
_OWNER_ONLY_FILE = 0o600


class PrinterUnavailableError(RetryableError):
    """The folder cannot be written just now: full, read-only or gone."""

    slug: ClassVar[str] = "printer-unavailable"


class FolderPrinter:
    """Prints into a folder: ``<job>.pdf``, further documents of the job ``<job>-2.pdf``, ..."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, job_id: UUID, documents: Sequence[bytes]) -> None:
        """Write the documents of a job (see ``Printer``)."""
        try:
            self._folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            for number, document in enumerate(documents, start=1):
                suffix = "" if number == 1 else f"-{number}"
                self._write(self._folder / f"{job_id}{suffix}.pdf", document)
            _make_durable(self._folder)
        except OSError as error:
            raise PrinterUnavailableError(f"folder printer: {type(error).__name__}") from error

    def discard(self, job_id: UUID) -> None:
        """Throw away the files of a job (see ``Printer``)."""
        try:
            for file in self._folder.glob(f"{job_id}*"):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise PrinterUnavailableError(f"folder printer: {type(error).__name__}") from error

    def _write(self, target: Path, document: bytes) -> None:
        if target.exists():
            return
        part = target.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
