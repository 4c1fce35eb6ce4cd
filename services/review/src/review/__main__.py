"""``python -m review``: run the review service."""

from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start
from review.app import create_process

if __name__ == "__main__":
    start(create_process, RuntimeSettings)
