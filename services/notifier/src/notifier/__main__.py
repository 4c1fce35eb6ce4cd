"""``python -m notifier``: run the notifier."""

from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start
from notifier.app import create_process
from notifier.settings import NotifierSettings

if __name__ == "__main__":
    start(create_process, RuntimeSettings, NotifierSettings)
