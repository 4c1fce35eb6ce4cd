"""What the printing service is told by its environment; read once, at the edge."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class PrintingSettings(BaseSettings):
    """Environment of the printing service; every variable starts with ``PRINTING_``."""

    model_config = SettingsConfigDict(env_prefix="PRINTING_", frozen=True)

    folder: Path
    """Where print jobs appear as PDF; readable by the service and the printer's account only."""
