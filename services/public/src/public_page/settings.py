"""What the public page is told by its environment; read once, at the edge."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.rates import Rate
from jamila_runtime.strength import PinnedFile
from public_page.checking import WorkerLimits
from public_page.limits import Kind, Rule

Span = Annotated[timedelta, Field(gt=timedelta(0))]


class PublicSettings(BaseSettings):
    """Environment of the public page; every variable starts with ``PUBLIC_``."""

    model_config = SettingsConfigDict(env_prefix="PUBLIC_", frozen=True)

    trust_roots_file: Annotated[Path, PinnedFile()]
    """Pinned certificates by which uploaded files are judged; no default: no pins, no start."""
    office_name: str = "Disdukcapil Kabupaten Balangan"
    whatsapp_number: str | None = None
    """Digits only, with country code; offered as a link to write to the office."""
    calendar: str = "kalender-balangan"
    """Opening hours by which promises are worked out; the same as the ledger's."""
    promise_minutes: PositiveInt = 70
    """Working minutes for the whole road. Source: domain/sop.md."""
    proxies: NonNegativeInt = 0
    """How many reverse proxies stand in front, each adding to ``X-Forwarded-For``."""
    max_upload_bytes: PositiveInt = Field(default=10 * 1024 * 1024, le=16 * 1024 * 1024)
    lookup_floor: timedelta = timedelta(milliseconds=150)
    """Every answer about a code takes at least so long, whether it is known or not."""

    window: Span = timedelta(minutes=10)
    """Time in which the counts below may be used up and come back."""
    pages: PositiveInt = 600
    """Requests of one address; whole villages share one behind their provider."""
    pages_all: PositiveInt = 60_000
    wrong_codes: PositiveInt = 20
    """Codes of one address that turned out to be wrong."""
    wrong_codes_all: PositiveInt = 1_200
    wrong_pins: PositiveInt = 15
    wrong_pins_all: PositiveInt = 600
    files: PositiveInt = 10
    """Uploads of one address."""
    files_all: PositiveInt = 200
    check_time: Span = timedelta(seconds=15)
    """How long the check of one file may take."""
    check_memory_bytes: PositiveInt = 1024 * 1024 * 1024
    checks_at_once: PositiveInt = 2

    def rules(self) -> dict[Kind, Rule]:
        """The limits by kind."""
        counts: dict[Kind, tuple[int, int]] = {
            "halaman": (self.pages, self.pages_all),
            "kode": (self.wrong_codes, self.wrong_codes_all),
            "pin": (self.wrong_pins, self.wrong_pins_all),
            "berkas": (self.files, self.files_all),
        }
        return {
            kind: Rule(each=Rate(one, self.window), all=Rate(everybody, self.window))
            for kind, (one, everybody) in counts.items()
        }

    def worker_limits(self) -> WorkerLimits:
        """What one check of a file may use."""
        return WorkerLimits(self.check_time, self.check_memory_bytes, self.checks_at_once)
