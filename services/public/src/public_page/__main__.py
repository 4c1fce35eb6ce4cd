"""``python -m public_page``: run the public page."""

from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start
from public_page.app import create_process
from public_page.settings import PublicSettings

if __name__ == "__main__":
    start(create_process, RuntimeSettings, PublicSettings)
