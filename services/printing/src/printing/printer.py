"""The folder printer: sheets become PDF files that whoever minds the folder prints.

The file name is the name of the sheet, so the same sheet lands in the same file; files appear whole
or not at all, and survive a power cut once they are reported done.
"""

import os
from pathlib import Path
from uuid import UUID

from jamila_runtime.durable import make_durable
from printing.jobs import JobReport, PrinterUnreachableError

_OWNER_ONLY_FOLDER = 0o700
_OWNER_ONLY_FILE = 0o600


class FolderPrinter:
    """Prints into a folder, one ``<name>.pdf`` a sheet; what is written is done."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, name: str, document: bytes) -> str:
        """Write one sheet (see ``Printer``)."""
        try:
            self._folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            self._write(self._path(name), document)
            make_durable(self._folder)
        except OSError as error:
            detail = f"folder printer: {type(error).__name__}"
            raise PrinterUnreachableError(detail) from error
        return name

    def find(self, name: str) -> str | None:
        """The sheet, if it was written."""
        return name if self._path(name).exists() else None

    def report(self, reference: str) -> JobReport | None:
        """Written is done, even when somebody has taken the file away since."""
        del reference
        return JobReport("selesai")

    def cancel(self, reference: str) -> None:
        """Nothing waits here."""

    def discard(self, job_id: UUID) -> None:
        """Throw away the files of a job."""
        try:
            for file in self._folder.glob(f"{job_id}-*"):
                file.unlink(missing_ok=True)
        except OSError as error:
            detail = f"folder printer: {type(error).__name__}"
            raise PrinterUnreachableError(detail) from error

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.pdf"

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
