"""Turns whatever is raised while answering into problem details."""

import traceback
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway import watchman
from gateway.problems import Fault, problem_response, response_of
from jamila_runtime.errors import JamilaError
from jamila_runtime.logs import get_logger

_HTTP_SLUGS = {
    400: "malformed-request",
    401: "not-logged-in",
    404: "no-such-path",
    405: "method-not-allowed",
}
_log = get_logger(__name__)


Presenter = Callable[[Request, Response], Response]
"""Gives the problem details of a refusal the form in which the asker can read them."""


def answer_failures(api: FastAPI, present: Presenter) -> None:
    """Give the API its handlers."""
    for kind, answer in (
        (JamilaError, _on_ours),
        (RequestValidationError, _on_invalid),
        (HTTPException, _on_http),
    ):
        api.add_exception_handler(kind, _presented(answer, present))


def _presented(
    answer: Callable[[Any], Response], present: Presenter
) -> Callable[[Request, Any], Response]:
    def respond(request: Request, error: Any) -> Response:
        cause = error if isinstance(error, JamilaError) else error.__cause__
        if isinstance(cause, JamilaError):
            watchman.refused(request, cause)
        return present(request, answer(error))

    return respond


def answer_unforeseen(error: Exception) -> Response:
    """Log a bug by its kind and place, not by its message, which may quote personal data."""
    stack = traceback.format_tb(error.__traceback__)
    _log.error("unexpected fault", fault=type(error).__name__, stack="".join(stack))
    return problem_response("internal-error", "unexpected fault, see the log")


def _on_ours(error: Any) -> Response:
    return response_of(error)


def _on_invalid(error: Any) -> Response:
    faults = [Fault(place=tuple(each["loc"]), kind=each["type"]) for each in error.errors()]
    return problem_response("malformed-request", "see errors", errors=faults)


def _on_http(error: Any) -> Response:
    if isinstance(error.__cause__, JamilaError):
        # FastAPI wraps whatever ends the reading of a body, our size limit too.
        return response_of(error.__cause__)
    slug = _HTTP_SLUGS.get(error.status_code, "error")
    return problem_response(slug, str(error.detail), headers=error.headers)
