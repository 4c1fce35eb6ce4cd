"""``python -m review``: run the review service."""

from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings
from review.app import create_process

if __name__ == "__main__":
    serve(create_process(RuntimeSettings()))
