"""``python -m printing``: run the printing service."""

from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings
from printing.app import create_process
from printing.settings import PrintingSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings(), PrintingSettings()))
