"""Whatever is asked of the API, it answers as it says: no fault, and nothing it does not describe.

schemathesis makes requests of the description, sensible ones and spoiled ones. Everything behind
the door is a fake; accounts, vaults, stores and the whole of HTTP are real.
"""

import asyncio
import dataclasses
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.accounts import Account, Grant, StoredAccount
from gateway.pace import Pace, PaceLimits
from jamila_contracts import commands as c
from jamila_contracts.command import Problem
from jamila_pdf.letters import Letterhead
from jamila_runtime.rates import Rate
from jamila_testing.builders import happy_story

EXAMPLES = 8
"""Requests for each operation; they are the same at each run."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CAPABILITIES = (
    *("operator-layanan", "operator-siak", "kasi", "kabid", "kepala-dinas", "operator-cetak"),
    *("ops", "admin"),
)
WITHOUT_END = Rate(1_000_000, timedelta(minutes=1))
LISTS: dict[type[c.Command], dict[str, Any]] = {
    c.ListHandNotices: {"notices": [], "more": 0},
    c.ListTemplates: {"book": "templates-2026-2", "templates": [], "silent": {}},
    c.ListParked: {"readers": [], "silent": [], "asked": []},
    c.ListHelpRequests: {"requests": []},
    c.ListToTell: {"answers": [], "more": 0},
    c.FindCases: {"contact_ids": [], "case_ids": []},
    c.OpenSigningSession: {"until": "2026-04-06T02:15:00Z"},
}
BATCH = {"batch": {"total": 0, "signed": 0, "failed": 0, "waiting": 0, "items": []}}
LISTS |= {c.SignBatch: BATCH, c.ShowBatch: BATCH}
ASK_A_PASSWORD = {
    "POST /api/v1/sessions",
    "POST /api/v1/tokens",
    "POST /api/v1/me/password",
    "POST /api/v1/me/second-factor",
}
REFUSED = (c.ReadHandNotice, c.ReadHelpRequest, c.ReadToTell)
"""There is no such notice, request or answer."""


def answer(command: c.Command) -> c.CommandReply:
    """What a stage would say that knows no case."""
    frame = {"command_id": command.command_id, "case_id": command.case_id, "service": "intake"}
    if isinstance(command, REFUSED):
        return c.CommandReply(**frame, problem=Problem(slug="help-unknown", detail="unknown"))
    return c.CommandReply(**frame, version=7, log_position=17, result=LISTS.get(type(command), {}))


@schemathesis.serializer("application/pdf", "image/jpeg", "image/png")
def as_bytes(ctx: Any, value: Any) -> Any:
    """Files go as they are."""
    del ctx
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def anybody(house: Any, case: Any) -> Callable[[], dict[str, str]]:
    """Somebody who may do everything in an office with two cases, logged in anew."""
    del case
    house.show(happy_story("selesai-1").records)
    house.commands.answer = answer
    house.api.state.door = dataclasses.replace(
        house.door,
        pace=Pace(PaceLimits(account=WITHOUT_END, stranger=WITHOUT_END)),
        read_wait=timedelta(0),
        letterhead=Letterhead("Dinas", "Kabupaten Balangan", "Paringin", "https://lacak.example/"),
    )
    proof = house.store.find("kasi-1").password_hash
    grants = tuple(Grant(each) for each in CAPABILITIES)
    house.store.add(StoredAccount(Account("semua-1", "Semua", "6311", grants=grants), proof))

    def log_in() -> dict[str, str]:
        stored = house.store.find("semua-1")
        sessions = house.door.login.sessions
        opened = sessions.open(stored, kind="program", name="uji", verified_at=house.clock.instant)
        return {"Authorization": f"Bearer {opened.token}"}

    return log_in


@pytest.mark.timeout(300)
async def test_every_answer_is_one_that_is_described(house: Any, anybody: Any) -> None:
    told = await asyncio.to_thread(ask_everything, house.api, anybody)

    assert told.faults == []
    assert told.operations > 100
    # Whoever is logged in is never taken for a stranger, and not everything is refused.
    assert set(told.statuses["401"]) <= ASK_A_PASSWORD
    assert len(set(told.statuses["200"]) | set(told.statuses["201"])) > 40


@dataclasses.dataclass
class Told:
    """What came of it."""

    operations: int = 0
    faults: list[str] = dataclasses.field(default_factory=list)
    statuses: dict[str, list[str]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    """Operations by the status they answered."""


def ask_everything(api: Any, log_in: Callable[[], dict[str, str]]) -> Told:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", api)
    told = Told()
    for found in schema.get_all_operations():
        told.operations += 1
        ask_operation(found.ok(), log_in, told)
    return told


def ask_operation(operation: Any, log_in: Callable[[], dict[str, str]], told: Told) -> None:
    """Tell the first fault of an operation, made as small as it gets."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        # Logged in anew each time: some of what is asked ends the session.
        headers = log_in()
        response = case.call(headers=headers)
        told.statuses[str(response.status_code)].append(operation.label)
        # To wait for a place that was never reached is a fair answer, and described.
        if response.status_code == 503 and response.json()["slug"] == "read-model-behind":
            assert response.headers["retry-after"]
            return
        case.validate_response(response, checks=CHECKS, headers=headers)

    try:
        ask()
    except Exception as error:  # noqa: BLE001 - every fault is told, not only the first
        told.faults.append(f"{operation.label}: {type(error).__name__}: {error}"[:1500])
