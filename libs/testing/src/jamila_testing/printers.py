"""A real IPP printer process whose engine does what a test says: CUPS' ``ippeveprinter``.

Debian's packages ``cups-ipp-utils`` and ``dbus-daemon``: it does not start without a message bus,
though nothing is said on it; a private one is enough.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jamila_testing.servers import free_port, is_open, running

Mode = Literal["prints", "out-of-paper", "aborts", "holds"]

_ENGINE = """#!/bin/sh
# Called by the printer with the name of the document's file, once a job.
mode() { cat "$JAMILA_PRINTER/mode"; }
while [ "$(mode)" = out-of-paper ] || [ "$(mode)" = holds ]; do
  [ "$(mode)" = out-of-paper ] && echo "STATE: +media-empty-error" >&2
  sleep 0.1
done
echo "STATE: -media-empty-error" >&2
[ "$(mode)" = aborts ] && exit 1
cp "$1" "$JAMILA_PRINTER/tray/$IPP_JOB_ID.part"
mv "$JAMILA_PRINTER/tray/$IPP_JOB_ID.part" "$JAMILA_PRINTER/tray/$IPP_JOB_ID.pdf"
echo "ATTR: job-impressions-completed=1" >&2
"""


@dataclass(frozen=True)
class RealPrinter:
    """A printer that listens on the loopback."""

    url: str
    folder: Path

    def will(self, mode: Mode) -> None:
        """Let its engine behave so from now on, for the sheet it has in hand, too."""
        (self.folder / "mode").write_text(mode)

    @property
    def tray(self) -> list[bytes]:
        """What lies in the tray, the first sheet first."""
        sheets = sorted((self.folder / "tray").glob("*.pdf"), key=lambda each: int(each.stem))
        return [each.read_bytes() for each in sheets]


@contextlib.contextmanager
def ipp_printer(folder: Path, *, port: int | None = None) -> Iterator[RealPrinter]:
    """A printer for PDF that never listens outside the loopback; its tray survives a restart."""
    port = port or free_port()
    for each in ("spool", "tray", "bus-log", "printer-log"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    engine = folder / "engine.sh"
    engine.write_text(_ENGINE)
    engine.chmod(0o755)
    printer = RealPrinter(f"ipp://localhost:{port}/ipp/print", folder)
    printer.will("prints")
    bus = folder / "bus"
    bus.unlink(missing_ok=True)
    address = f"unix:path={bus}"
    daemon = ("dbus-daemon", "--session", f"--address={address}", "--nofork", "--nopidfile")
    command = (
        *("env", f"DBUS_SYSTEM_BUS_ADDRESS={address}", f"JAMILA_PRINTER={folder}"),
        *("ippeveprinter", "-n", "localhost", "-p", str(port), "-r", "off"),
        *("-d", str(folder / "spool"), "-k", "-f", "application/pdf", "-c", str(engine), "Kertas"),
    )
    with (
        running(daemon, folder=folder / "bus-log", ready=bus.exists),
        running(command, folder=folder / "printer-log", ready=lambda: is_open(port)),
    ):
        yield printer
