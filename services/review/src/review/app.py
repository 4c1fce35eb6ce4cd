"""Wires the review service."""

from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from review.application import ReviewApplication
from review.handlers import register
from review.outbox import PUBLICATIONS


def create_process(settings: RuntimeSettings) -> StageProcess:
    """The whole service, ready to be served."""
    review = ReviewApplication(settings.store_env("review"))
    register(review)
    return StageProcess(settings, review, PUBLICATIONS)
