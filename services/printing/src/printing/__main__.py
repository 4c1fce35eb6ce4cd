"""``python -m printing``: run the printing service."""

from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start
from printing.app import create_process
from printing.settings import PrintingSettings

if __name__ == "__main__":
    start(create_process, RuntimeSettings, PrintingSettings)
