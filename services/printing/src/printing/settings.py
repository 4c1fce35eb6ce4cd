"""What the printing service is told by its environment; read once, at the edge."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict

from printing.application import ChasePolicy
from printing.ipp import IppPrinter
from printing.jobs import Printer
from printing.printer import FolderPrinter


class PrintingSettings(BaseSettings):
    """Environment of the printing service; every variable starts with ``PRINTING_``."""

    model_config = SettingsConfigDict(env_prefix="PRINTING_", frozen=True)

    folder: Path
    """Where jobs without a printer appear as PDF; readable by the service's own account only."""
    paper_printer: str | None = Field(default=None, pattern=r"^ipps?://")
    """IPP address of the queue for HVS A4 80 g; None: the folder."""
    paper_media: str = "iso_a4_210x297mm"
    card_printer: str | None = Field(default=None, pattern=r"^ipps?://")
    """IPP address of the card printer's queue; None: the folder."""
    card_media: str = "custom_cr80_53.98x85.6mm"
    """PWG name of a card as the queue calls it; CR80 is 85.60 x 53.98 mm."""
    printer_timeout: timedelta = timedelta(seconds=20)
    """How long a printer may take to answer."""
    chase_after: timedelta = timedelta(days=3)
    """Calendar time until an applicant who does not collect is reminded."""
    chase_reminders: PositiveInt = 3

    def paper(self) -> Printer:
        """The printer for A4."""
        return self._printer(self.paper_printer, self.paper_media)

    def cards(self) -> Printer:
        """The printer for cards."""
        return self._printer(self.card_printer, self.card_media)

    def chase(self) -> ChasePolicy:
        """When to remind."""
        return ChasePolicy(after=self.chase_after, reminders=self.chase_reminders)

    def _printer(self, url: str | None, media: str) -> Printer:
        if url is None:
            return FolderPrinter(self.folder)
        seconds = max(int(self.printer_timeout.total_seconds()), 1)
        return IppPrinter(url, media, timeout_seconds=seconds)
