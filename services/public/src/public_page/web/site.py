"""Puts the pages together: routes, what goes wrong, and the limit on every request."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from jamila_runtime.errors import RetryableError
from public_page.checking import FileNotCheckedError
from public_page.web import check, download, front, promise, track
from public_page.web.desk import Address, TheDesk, TooOftenError
from public_page.web.pages import page, refusal, too_often
from public_page.web.shield import BodyTooLargeError

_WORTH_TRYING_AGAIN = "10"


def create_site(
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]], more: list[Route]
) -> FastAPI:
    """All pages; ``app.state.desk`` has to be set before the first request."""
    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(_counted)],
    )
    app.router.routes.extend(more)
    for module in (front, track, check, promise, download):
        app.include_router(module.router)
    app.add_exception_handler(TooOftenError, _on_too_often)
    app.add_exception_handler(BodyTooLargeError, _on_too_large)
    app.add_exception_handler(FileNotCheckedError, _on_not_checked)
    app.add_exception_handler(RetryableError, _on_unavailable)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    return app


def _counted(desk: TheDesk, address: Address) -> None:
    """Every page counts: a flood from one address is answered without asking anybody else."""
    desk.count("halaman", address)


def _on_too_often(request: Request, error: Any) -> Response:
    return too_often(request, error.seconds)


def _on_too_large(request: Request, _: Any) -> Response:
    if request.url.path == check.UPLOAD_PATH:
        return page(request, "berkas", http=413, problem="terlalu-besar", findings=None)
    return refusal(request, 413)


def _on_not_checked(request: Request, _: Any) -> Response:
    response = page(request, "berkas", http=503, problem="tidak-sempat", findings=None)
    response.headers["Retry-After"] = _WORTH_TRYING_AGAIN
    return response


def _on_unavailable(request: Request, _: Any) -> Response:
    response = refusal(request, 503)
    response.headers["Retry-After"] = _WORTH_TRYING_AGAIN
    return response


def _on_http(request: Request, error: Any) -> Response:
    response = refusal(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


def _on_malformed(request: Request, _: Any) -> Response:
    return refusal(request, 404)
