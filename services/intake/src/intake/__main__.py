"""``python -m intake``: run the intake service."""

from intake.app import create_process
from intake.settings import IntakeSettings
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start

if __name__ == "__main__":
    start(create_process, RuntimeSettings, IntakeSettings)
