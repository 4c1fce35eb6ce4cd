"""One web application with every simulated neighbour of the system."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from jamila_simulators.phone_page import phone_router
from jamila_simulators.settings import SimulatorSettings
from jamila_simulators.siak.api import siak_router
from jamila_simulators.whatsapp.api import (
    cloud_api_router,
    download_router,
    graph_error_response,
)
from jamila_simulators.whatsapp.control import control_router
from jamila_simulators.whatsapp.delivery import WebhookDelivery
from jamila_simulators.whatsapp.errors import GraphError
from jamila_simulators.whatsapp.platform import WhatsAppPlatform, system_clock
from jamila_simulators.whatsapp.store import PlatformStore

_STATIC: Final = Path(__file__).parent / "static"


def create_app(
    settings: SimulatorSettings,
    *,
    clock: Callable[[], datetime] = system_clock,
    webhook_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Build the simulators.

    Tests pass a ``clock`` to let time go by and a ``webhook_transport`` to catch webhooks.
    ``app.state.delivery`` is the webhook worker; it runs by itself during the lifespan only.
    """
    store = PlatformStore(settings.state_dir / "whatsapp.sqlite3")
    platform = WhatsAppPlatform(settings, store, clock=clock)
    delivery = WebhookDelivery(settings, store, clock=clock, transport=webhook_transport)
    platform.on_queued = delivery.wake

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with _working(delivery, store):
            yield

    app = FastAPI(title="Dik Jamila simulators", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.delivery = delivery
    app.add_exception_handler(GraphError, graph_error_response)
    app.include_router(cloud_api_router(settings, platform, store))
    app.include_router(download_router(settings, platform))
    app.include_router(control_router(platform, store, delivery))
    app.include_router(siak_router(settings, clock=clock))
    _add_pages(app, settings)
    return app


@contextlib.asynccontextmanager
async def _working(delivery: WebhookDelivery, store: PlatformStore) -> AsyncIterator[None]:
    worker = asyncio.create_task(delivery.run())
    try:
        yield
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        await delivery.close()
        store.close()


def _health_router() -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    @router.get("/readyz")
    async def healthy() -> dict[str, str]:
        return {"status": "ok"}

    return router


def _add_pages(app: FastAPI, settings: SimulatorSettings) -> None:
    app.include_router(_health_router())
    app.include_router(phone_router(settings))
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    if settings.pki_dir is not None:
        # Imported here: certomancer takes long to load, which only a demo with its own PKI pays.
        from jamila_simulators.bsre.api import create_bsre_app  # noqa: PLC0415  see above
        from jamila_simulators.pki_server import create_pki_app  # noqa: PLC0415  see above

        app.mount("/pki", create_pki_app(settings.pki_dir))
        password = settings.bsre_password.get_secret_value()
        app.mount(
            "/bsre",
            create_bsre_app(settings.pki_dir, user=settings.bsre_user, password=password),
        )
