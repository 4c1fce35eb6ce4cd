"""``python -m notifier``: run the notifier."""

from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings
from notifier.app import create_process
from notifier.settings import NotifierSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings(), NotifierSettings()))
