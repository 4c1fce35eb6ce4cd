"""Facts about every route at once."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from gateway.api import create_api
from gateway.bodies import BODIES, route_name
from gateway.problems import PROBLEMS
from jamila_contracts.commands import COMMANDS
from jamila_runtime.errors import JamilaError, RetryableError
from jamila_runtime.process import Process
from jamila_testing.routes import walk

OPEN = {
    ("GET", "/"),
    ("GET", "/masuk"),
    ("POST", "/masuk"),
    ("GET", "/masuk/oidc"),
    ("GET", "/masuk/oidc/kembali"),
    ("GET", "/statis/{name}"),
    ("GET", "/favicon.ico"),
    ("GET", "/api/v1"),
    ("GET", "/api/v1/openapi.json"),
    ("HEAD", "/api/v1/openapi.json"),
    ("POST", "/api/v1/sessions"),
    ("POST", "/api/v1/tokens"),
}
"""What answers the anonymous; a token is given for a password only."""
PLACES = {
    "case_id": "00000000-0000-4000-8000-000000000001",
    "outage_id": "00000000-0000-4000-8000-000000000001",
    "request_id": "00000000-0000-4000-8000-000000000001",
    "contact_id": "00000000-0000-4000-8000-000000000001",
    "answer_id": "00000000-0000-4000-8000-000000000001",
    "batch_id": "00000000-0000-4000-8000-000000000001",
    "entry_id": "00000000-0000-4000-8000-000000000001",
    "form_id": "00000000-0000-4000-8000-000000000001",
    "item_id": "00000000-0000-4000-8000-000000000001",
    "message_id": "00000000-0000-4000-8000-000000000001",
    "sha256": "0" * 64,
    "session_id": "0" * 16,
    "webhook_id": "00000000-0000-4000-8000-000000000001",
    "account": "kasi-1",
    "reader": "review",
    "grant_id": "1",
    "name": "mulai",
    "number": "1",
}
PACKAGES = (
    *("intake", "siak_adapter", "review", "signing", "printing", "notifier", "gateway"),
    *("jamila_contracts", "jamila_runtime", "jamila_ledger", "jamila_whatsapp", "jamila_pdf"),
)


def all_routes() -> set[tuple[str, str]]:
    return set(walk(create_api(max_body_bytes=1, secure=True).routes))


def guarded(*, pages: bool) -> list[tuple[str, str]]:
    behind = all_routes() - OPEN
    return sorted(each for each in behind if each[1].startswith("/api/") is not pages)


def test_walk_finds_all_that_openapi_lists() -> None:
    schema = create_api(max_body_bytes=1, secure=True).openapi()
    described = {
        (method.upper(), path) for path, each in schema["paths"].items() for method in each
    }

    assert described <= all_routes()
    assert len(described) > 25


@pytest.mark.parametrize(("method", "path"), guarded(pages=True))
@pytest.mark.parametrize("cookie", ["", "__Host-jamila=bukan-token"])
async def test_every_page_leads_strangers_to_the_log_in(
    house: Any, method: str, path: str, cookie: str
) -> None:
    async with house.client(Accept="text/html", Cookie=cookie) as client:
        answer = await client.request(method, path.format(**PLACES))

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/masuk?ke=/")


@pytest.mark.parametrize(("method", "path"), guarded(pages=False))
async def test_every_route_refuses_the_anonymous(house: Any, method: str, path: str) -> None:
    async with house.client() as client:
        answer = await client.request(method, path.format(**PLACES), json={})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["slug"] == "not-logged-in"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), guarded(pages=False))
async def test_every_route_refuses_a_wrong_token(house: Any, method: str, path: str) -> None:
    async with house.client(Authorization="Bearer tebakan") as client:
        answer = await client.request(method, path.format(**PLACES), json={})

    assert answer.status_code == 401


async def test_token_is_not_given_to_the_anonymous(house: Any) -> None:
    said = {"account": "kasi-1", "password": "tebakan", "name": "x"}
    async with house.client() as client:
        answer = await client.post("/api/v1/tokens", json=said)

    assert (answer.status_code, answer.json()["slug"]) == (401, "login-refused")


OTHERWISE = {
    "sign-batch": "POST /signing/batches",
    "show-batch": "GET /signing/batches/{batch_id}",
    "open-signing-session": "POST /signing/sessions",
}
"""Commands that are not asked about one case by its officer."""


def test_every_command_of_the_contracts_has_its_route() -> None:
    by_staff = {command for command in COMMANDS.values() if command.BY_STAFF}

    assert {*BODIES, *OTHERWISE} == {route_name(command) for command in by_staff}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_body_of_a_command_covers_all_its_fields(name: str) -> None:
    body = BODIES[name]
    frame = {"command_id", "case_id", "actor", "asked_at", "expected_version", "traceparent"}

    assert set(body.COMMAND.model_fields) - frame == set(body.model_fields)


def _errors(root: type[JamilaError]) -> Iterator[type[JamilaError]]:
    for each in root.__subclasses__():
        yield each
        yield from _errors(each)


def _import_all(package: str) -> None:
    try:
        found = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        return
    for module in pkgutil.walk_packages(found.__path__, f"{package}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_every_error_of_the_workspace_has_a_status_and_a_sentence() -> None:
    for package in PACKAGES:
        _import_all(package)
    ours = {each for each in _errors(JamilaError) if each.__module__.split(".")[0] in PACKAGES}

    missing = {each.slug: each.__qualname__ for each in ours if each.slug not in PROBLEMS}

    assert missing == {}


def test_retryable_errors_are_never_final_answers() -> None:
    for package in PACKAGES:
        _import_all(package)
    final = {
        each.slug
        for each in _errors(RetryableError)
        if each.slug in PROBLEMS and PROBLEMS[each.slug].status not in (429, 503)
    }

    assert final == set()


def test_every_sentence_is_a_sentence() -> None:
    for meaning in PROBLEMS.values():
        assert meaning.title[0].isupper()
        assert meaning.title.endswith(".")


def test_openapi_document_is_sound() -> None:
    schema = create_api(max_body_bytes=1, secure=True).openapi()
    operations = [each for path in schema["paths"].values() for each in path.values()]

    assert schema["openapi"].startswith("3.1")
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert all(each["summary"] and each["tags"] for each in operations)
    for component in schema["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(component)
    for reference in _references(schema):
        assert reference.rsplit("/", 1)[-1] in schema["components"]["schemas"]


def test_openapi_describes_every_refusal_as_problem_details() -> None:
    schema = create_api(max_body_bytes=1, secure=True).openapi()

    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert set(response["content"]) == {"application/problem+json"}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def test_health_needs_no_account() -> None:
    assert {route.path for route in Process.routes(object.__new__(Process))} == {
        "/healthz",
        "/readyz",
        "/metrics",
    }
