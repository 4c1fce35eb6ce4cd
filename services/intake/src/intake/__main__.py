"""``python -m intake``: run the intake service."""

from intake.app import create_process
from intake.settings import IntakeSettings
from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings(), IntakeSettings()))
