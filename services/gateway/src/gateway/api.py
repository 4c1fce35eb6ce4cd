"""Composes the HTTP API: routes, guards, problem details, OpenAPI."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from gateway.access import identified, paced
from gateway.console.failing import readable_for_the_asker
from gateway.console.site import add_console
from gateway.examples import complete
from gateway.failures import answer_failures
from gateway.problems import MEDIA_TYPE, PROBLEMS, ProblemDetails
from gateway.routes import (
    accounts,
    by_hand,
    cases,
    chat_answers,
    commands,
    comparison,
    desk,
    finding,
    help_requests,
    letters,
    office,
    oidc,
    outlook,
    own,
    pages,
    papers,
    parked,
    queue,
    sessions,
    signing,
    stock,
    system,
    templates,
    webhooks,
)
from gateway.shield import Shield

PREFIX = "/api/v1"
_TITLE = "Dik Jamila Me-WA"
_DESCRIPTION = (
    "The one door for staff. Commands are asked with an idempotency key and may carry the version "
    "that was seen; reads may wait for the place a command answered (`Jamila-After`)."
)
_TAGS = [
    {"name": name, "description": description}
    for name, description in {
        "masuk": "Log in, second factor, sessions, who am I.",
        "akun": "What an administrator does about accounts.",
        "antrean": "What is to be done.",
        "pencarian": "All cases, and finding one.",
        "permohonan": "One case: what it is, what happened, how long it took.",
        "berkas": "The bytes of papers and documents; every look is recorded.",
        "surat": "Letters of the office as PDF.",
        "loket": "Writing for somebody: counter, office phone, village list.",
        "perintah": "What staff ask of the stages; each is done once per key.",
        "tanda tangan": "Signing many, and files that were signed in SIAK.",
        "kantor": "Figures, outages and what was escalated.",
        "persediaan": "Blangko, ribbon and film.",
        "percakapan": "Residents who asked for a person.",
        "kabar manual": "What staff tell by phone.",
        "webhook": "Other systems that are told what happens.",
        "sistem": "Processes, calendar, SOP, runs of the replay tool, the trail of the office.",
    }.items()
]
_ANYWHERE = (401, 403, 404, 409, 410, 413, 422, 429, 500, 503)


class GatewayApi(FastAPI):
    """FastAPI whose description tells the truth about refusals."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; every refusal is ``application/problem+json``."""
        if self.openapi_schema is None:
            schema = super().openapi()
            for path in schema["paths"].values():
                for operation in path.values():
                    _as_problems(operation["responses"])
            complete(schema)
            self.openapi_schema = schema
        return self.openapi_schema


def create_api(
    *,
    max_body_bytes: int,
    secure: bool,
    more: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Any] | None = None,
) -> GatewayApi:
    """The API; whoever serves it puts the ``Door`` into ``state.door`` before the first request.

    Args:
        max_body_bytes: No request is larger.
        secure: Served over HTTPS.
        more: Routes of the process itself, e.g. health.
        lifespan: Opens and closes what the door stands before.
    """
    api = GatewayApi(
        title=_TITLE,
        description=_DESCRIPTION,
        version="1",
        openapi_tags=_TAGS,
        openapi_url=f"{PREFIX}/openapi.json",
        # FastAPI's own pages load scripts from a network that an office may not have.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    add_console(api)
    api.include_router(oidc.router, dependencies=[Depends(paced)])
    api.include_router(
        sessions.bell, prefix=PREFIX, responses=_responses(), dependencies=[Depends(paced)]
    )
    api.include_router(own.threshold, prefix=PREFIX, responses=_responses())
    api.include_router(_guarded(), prefix=PREFIX, responses=_responses())
    api.router.routes.extend(more)
    api.add_middleware(
        Shield, max_body_bytes=max_body_bytes, secure=secure, present=readable_for_the_asker
    )
    answer_failures(api, readable_for_the_asker)
    return api


_BEHIND_THE_DOOR = (
    own,
    accounts,
    queue,
    finding,
    cases,
    comparison,
    papers,
    parked,
    pages,
    letters,
    desk,
    commands,
    signing,
    office,
    outlook,
    stock,
    system,
    help_requests,
    by_hand,
    chat_answers,
    templates,
    webhooks,
)


def _guarded() -> APIRouter:
    """Everything that refuses the anonymous."""
    guarded = APIRouter(dependencies=[Depends(identified)])
    for each in _BEHIND_THE_DOOR:
        guarded.include_router(each.router)
    return guarded


def _responses() -> dict[int | str, dict[str, Any]]:
    meanings: dict[int, list[str]] = {status: [] for status in _ANYWHERE}
    for slug, (status, _) in PROBLEMS.items():
        meanings.setdefault(status, []).append(slug)
    return {
        status: {"model": ProblemDetails, "description": ", ".join(meanings[status])}
        for status in _ANYWHERE
    }


def _as_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        schema = content.get("application/json")
        if int(status) >= min(_ANYWHERE) and schema is not None:
            response["content"] = {MEDIA_TYPE: schema}
