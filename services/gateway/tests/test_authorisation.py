"""Who may ask what: every route, every capability, another kabupaten, and nobody.

The table is the whole of it. A route that stands in no line fails the first test: whoever adds one
says here who may use it. Pages of the console may stand here as well (``GET /antrean``); add
their beginning to ``WHOLE`` once all of them do.
"""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.accounts import Account, Grant, StoredAccount
from gateway.api import create_api
from gateway.pace import Pace, PaceLimits
from jamila_ledger.views import CASES
from jamila_pdf.letters import Letterhead
from jamila_runtime.rates import Rate
from jamila_testing.routes import Places, walk

WHOLE = ("/api/",)
"""Every address that begins so has a line below."""
CAPABILITIES = {
    "L": "operator-layanan",
    "S": "operator-siak",
    "K": "kasi",
    "B": "kabid",
    "D": "kepala-dinas",
    "C": "operator-cetak",
    "O": "ops",
    "A": "admin",
}
STRANGERS = "-"
"""Also for whoever is not logged in."""
# Who may, by letter; * is everybody who is logged in. A command of a task is asked for step 4.
TABLE = """
-         GET    /api/v1
-         GET    /api/v1/openapi.json
-         HEAD   /api/v1/openapi.json
-         POST   /api/v1/sessions
-         POST   /api/v1/tokens
*         GET    /api/v1/sessions
*         DELETE /api/v1/sessions
*         DELETE /api/v1/sessions/current
*         POST   /api/v1/sessions/current/code
*         DELETE /api/v1/sessions/{session_id}
*         GET    /api/v1/me
*         POST   /api/v1/me/password
*         POST   /api/v1/me/recovery-codes
*         GET    /api/v1/me/second-factor
*         POST   /api/v1/me/second-factor
*         POST   /api/v1/me/second-factor/confirm
A         GET    /api/v1/accounts
A         POST   /api/v1/accounts
A         GET    /api/v1/accounts/changes
A         GET    /api/v1/accounts/{account}
A         POST   /api/v1/accounts/{account}/close
A         POST   /api/v1/accounts/{account}/grants
A         DELETE /api/v1/accounts/{account}/grants/{grant_id}
A         PUT    /api/v1/accounts/{account}/identity
A         DELETE /api/v1/accounts/{account}/identity
A         POST   /api/v1/accounts/{account}/password
A         DELETE /api/v1/accounts/{account}/second-factor
*         GET    /api/v1/queue
*         GET    /api/v1/queue/counts
*         GET    /api/v1/cases
*         GET    /api/v1/search
LSKBD     POST   /api/v1/search
*         GET    /api/v1/cases/{case_id}
*         GET    /api/v1/cases/{case_id}/trail
*         GET    /api/v1/cases/{case_id}/sla
LSKBD     GET    /api/v1/cases/{case_id}/comparison
LSKBD     GET    /api/v1/cases/{case_id}/papers/{sha256}
LSKBD     GET    /api/v1/cases/{case_id}/papers/{sha256}/pages/{number}
LSKBDC    GET    /api/v1/cases/{case_id}/documents/{sha256}
LSKBDC    GET    /api/v1/cases/{case_id}/documents/{sha256}/pages/{number}
LSKBD     GET    /api/v1/cases/{case_id}/letters/receipt
LSKBD     GET    /api/v1/cases/{case_id}/letters/return
LSKBD     POST   /api/v1/letters/hand-over
L         POST   /api/v1/cases/{case_id}/papers
L         POST   /api/v1/cases/{case_id}/uploads
S         POST   /api/v1/cases/{case_id}/siak-files
LC        GET    /api/v1/batches/{batch_id}
L         POST   /api/v1/batches/{batch_id}/papers
L         GET    /api/v1/help-requests
L         GET    /api/v1/help-requests/{request_id}
L         GET    /api/v1/manual/answers
L         GET    /api/v1/manual/answers/{contact_id}/{answer_id}
L         GET    /api/v1/manual/notices
L         GET    /api/v1/manual/notices/{case_id}/{message_id}
D         POST   /api/v1/signing/batches
D         GET    /api/v1/signing/batches/{batch_id}
D         POST   /api/v1/signing/sessions
*         GET    /api/v1/figures
KBDA      GET    /api/v1/forecast
*         GET    /api/v1/outages
KBDAO     POST   /api/v1/outages
KBDAO     POST   /api/v1/outages/{outage_id}/end
OA        GET    /api/v1/processes
OA        GET    /api/v1/runs
OA        GET    /api/v1/parked
O         POST   /api/v1/parked/{reader}/retry
A         GET    /api/v1/audit
*         GET    /api/v1/calendar
*         GET    /api/v1/sop
LSKBDCOA  GET    /api/v1/templates
*         GET    /api/v1/escalations
LKBDCA    GET    /api/v1/stock
A         GET    /api/v1/webhooks
A         POST   /api/v1/webhooks
A         GET    /api/v1/webhooks/{webhook_id}
A         DELETE /api/v1/webhooks/{webhook_id}
A         GET    /api/v1/webhooks/{webhook_id}/deliveries
A         POST   /api/v1/webhooks/{webhook_id}/resume
"""
COMMANDS = {
    "L": """
        accept-papers add-paper answer-help-request begin-entry cancel-application
        close-help-request drop-entry hand-over list-help-requests mark-notice-told
        mark-notice-unreached mark-told open-batch read-help-request relay-message
        renew-collection-code report-uncollected request-reprint resend-softcopy return-papers
        submit-batch submit-entry withdraw-card
    """,
    "S": "check-claims confirm-match import-signed record-entry reject-match",
    "K": """
        add-note approve-draft destroy-cards end-outage pause-task release-task resume-task
        return-draft set-reorder-point start-outage take-task
    """,
    "B": "return-verification verify-draft",
    "D": "refuse-signature replace-document revoke-document sign-document",
    "C": "count-stock print-document receive-stock report-spoiled resolve-print spoil-stock",
    "A": "forget-case resume-sending",
}
"""Commands about a case, by who may ask them: ``POST /api/v1/cases/{case_id}/commands/...``."""
CASE = "/api/v1/cases/{case_id}"
ALLOWED = {
    **{(line.split()[1], line.split()[2]): line.split()[0] for line in TABLE.split("\n") if line},
    **{
        ("POST", f"{CASE}/commands/{name}"): who
        for who, names in COMMANDS.items()
        for name in names.split()
    },
}
INSIDE = sorted(route for route, who in ALLOWED.items() if who != STRANGERS)
API = [route for route in INSIDE if route[1].startswith("/api/")]
NOBODY = "00000000-0000-4000-8000-000000000001"
PLACES = {"number": "1", "session_id": "0" * 16, "account": "kasi-1", "grant_id": "1"}
WITHOUT_END = Rate(1_000_000, timedelta(minutes=1))
DOCUMENT = create_api(max_body_bytes=1, secure=True).openapi()
Ask = Callable[[httpx.AsyncClient, str, str], Any]


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    known = set(walk(create_api(max_body_bytes=1, secure=True).routes))
    asked_for = {route for route in known if route[1].startswith(WHOLE)}

    assert asked_for - set(ALLOWED) == set()
    assert set(ALLOWED) - known == set()


@pytest.fixture
def office(house: Any, case: Any) -> Ask:
    """An office with one account for each capability; gives how a route is asked properly."""
    proof = house.store.find("kasi-1").password_hash
    for letter, capability in CAPABILITIES.items():
        account = Account(f"uji-{letter.lower()}", capability, "6311", (Grant(capability),))
        house.store.add(StoredAccount(account, proof))
    elsewhere = Account("tetangga-1", "Tetangga", "6371", tuple(map(Grant, CAPABILITIES.values())))
    house.store.add(StoredAccount(elsewhere, proof))
    house.commands.answer = house.commands.unknown
    house.api.state.door = dataclasses.replace(
        house.door,
        pace=Pace(PaceLimits(account=WITHOUT_END, stranger=WITHOUT_END)),
        letterhead=Letterhead("Dinas", "Kabupaten Balangan", "Paringin", "https://lacak.example/"),
    )
    places = {"case_id": str(case.case_id), "sha256": case.paper, **PLACES}

    async def ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
        address = path.format_map(Places(places))
        return await client.request(method, address, **example_of(method, path))

    return ask


def example_of(method: str, path: str) -> dict[str, Any]:
    """A request as the description shows it, so that only the asker can be wrong."""
    operation = DOCUMENT["paths"].get(path, {}).get(method.lower(), {})
    wanted = [each for each in operation.get("parameters", ()) if each.get("required")]
    query = {each["name"]: looks_of(each) for each in wanted if each["in"] == "query"}
    headers = {"Idempotency-Key": str(uuid4()), "Jamila-File-Name": "03-kk.jpg"}
    asked: dict[str, Any] = {"params": query, "headers": headers}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return asked if body is None else {**asked, "json": body["example"]}


def looks_of(parameter: Any) -> str:
    schema = parameter["schema"]
    known = [*schema.get("examples", ()), *schema.get("enum", ()), parameter.get("example")]
    return str(known[0])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("letter", CAPABILITIES)
async def test_capability_opens_what_the_table_says_and_nothing_else(
    house: Any, office: Ask, letter: str
) -> None:
    opened = set()
    for route in INSIDE:
        # Logged in anew each time: some routes end the session.
        async with await house.logged_in(f"uji-{letter.lower()}") as client:
            answer = await office(client, *route)
        slug = slug_of(answer)
        assert answer.status_code != 401 or slug == "login-refused", route
        if slug != "capability-missing":
            opened.add(route)
        else:
            assert answer.status_code == 403

    assert opened == {
        route for route in INSIDE if ALLOWED[route] == "*" or letter in ALLOWED[route]
    }


def slug_of(answer: httpx.Response) -> str | None:
    is_json = answer.content and "json" in answer.headers.get("content-type", "")
    said = answer.json() if is_json else None
    return said.get("slug") if isinstance(said, dict) else None


async def test_account_of_another_kabupaten_is_nobody_here(house: Any, office: Ask) -> None:
    async with await house.logged_in("tetangga-1") as client:
        heard = {route: (await office(client, *route)).status_code for route in API}

    assert set(heard.values()) == {401}


async def test_account_without_any_capability_is_let_in_where_everybody_is(
    house: Any, office: Ask
) -> None:
    proof = house.store.find("kasi-1").password_hash
    house.store.add(StoredAccount(Account("magang-1", "Magang", "6311"), proof))
    refused = set()
    for route in API:
        async with await house.logged_in("magang-1") as client:
            answer = await office(client, *route)
        if slug_of(answer) == "capability-missing":
            refused.add(route)

    assert refused == {route for route in API if ALLOWED[route] != "*"}


async def test_case_of_another_kabupaten_is_shown_to_nobody(
    house: Any, office: Ask, case: Any
) -> None:
    house.models.collections[CASES][str(case.case_id)]["tenant"] = "6371"
    reads = [each for each in API if each[0] == "GET" and each[1].startswith(CASE)]
    for method, path in reads:
        letter = "L" if ALLOWED[method, path] == "*" else ALLOWED[method, path][0]
        async with await house.logged_in(f"uji-{letter.lower()}") as client:
            answer = await office(client, method, path)
        assert (answer.status_code, answer.json()["slug"]) == (404, "case-unknown"), path

    assert len(reads) > 6
    assert house.access_log.lines == []


async def test_whoever_is_nobody_is_refused_everywhere(office: Ask, house: Any) -> None:
    async with house.client() as client:
        heard = {route: (await office(client, *route)).status_code for route in INSIDE}

    wrong = {
        route: status
        for route, status in heard.items()
        if status != (401 if route[1].startswith("/api/") else 303)
    }
    assert wrong == {}
