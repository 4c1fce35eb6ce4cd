"""What the read models show can be sent back to a real stage: versions and idempotency keys."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from jamila_contracts import events as e
from jamila_testing.builders import Story
from review.application import ReviewApplication
from review.handlers import register
from review.outbox import PUBLICATIONS

Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def review(house: Any) -> ReviewApplication:
    """A review with a store of its own, behind the gateway's door."""
    review = ReviewApplication(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"},
        clock=house.clock,
    )
    register(review)
    review.internal, review.uncounted = PUBLICATIONS.internal, PUBLICATIONS.uncounted
    house.commands.answer = review.execute
    return review


@pytest.fixture
def story(house: Any, review: ReviewApplication) -> Story:
    """A fresh task of step 4: nobody has touched it, and the read models show it."""
    story = Story()
    house.vault.create(story.case_id)
    story.tell(e.PermohonanDiajukan, applicant=house.vault.seal(story.case_id, {"name": "Rahmah"}))
    story.tell(e.BerkasDiterima)
    story.tell(e.DataSiakCocok)
    story.tell(e.DraftDibuat, data=house.vault.seal(story.case_id, {}))
    house.show(story.records)
    review.consume(story.records)
    return story


@pytest.fixture
def ask(house: Any, story: Story) -> Ask:
    async def ask(
        name: str, body: dict[str, Any], *, key: UUID | None = None, version: int | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": str(key or uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        path = f"/api/v1/cases/{story.case_id}/commands/{name}"
        async with await house.logged_in("kasi-1") as client:
            return await client.post(path, json=body, headers=headers)

    return ask


@pytest.fixture
def shown(house: Any, story: Story) -> Callable[[], Awaitable[tuple[dict[str, Any], int]]]:
    """The task in the queue, and the version that the case shows of the review."""

    async def shown() -> tuple[dict[str, Any], int]:
        async with await house.logged_in("kasi-1") as client:
            queue = (await client.get("/api/v1/queue?capability=kasi")).json()
            case = (await client.get(f"/api/v1/cases/{story.case_id}")).json()
        return queue["tasks"][0], case["versions"].get("review", {"position": 0})["position"]

    return shown


async def test_version_of_a_fresh_task_is_what_its_command_expects(
    ask: Ask, shown: Any, story: Story
) -> None:
    task, of_case = await shown()
    drafted = story.records[-1].event()
    assert isinstance(drafted, e.DraftDibuat)
    seen = [each.document_sha256 for each in drafted.documents]

    answer = await ask("approve-draft", {"document_sha256": seen}, version=task["version"])

    assert task["version"] == of_case
    assert answer.status_code == 200, answer.json()


async def test_version_that_an_answer_gave_is_what_the_next_command_expects(ask: Ask) -> None:
    taken = await ask("take-task", {"step": 4}, version=0)

    answer = await ask("release-task", {"step": 4}, version=taken.json()["version"])

    assert taken.headers["etag"] == f'"{taken.json()["version"]}"'
    assert answer.status_code == 200, answer.json()


async def test_version_from_before_a_command_is_stale_after_it(ask: Ask, shown: Any) -> None:
    task, _ = await shown()
    await ask("take-task", {"step": 4})

    answer = await ask("release-task", {"step": 4}, version=task["version"])

    assert (answer.status_code, answer.json()["slug"]) == (409, "stale-version")
    assert answer.json()["data"]["steps"]["4"]["taken_by"] == "kasi-1"


async def test_key_used_for_another_command_of_the_case_is_refused(ask: Ask) -> None:
    key = uuid4()
    taken = await ask("take-task", {"step": 4}, key=key)

    answer = await ask("release-task", {"step": 4}, key=key)

    assert taken.status_code == 200
    assert (answer.status_code, answer.json()["slug"]) == (409, "idempotency-key-reused")


async def test_same_command_with_the_same_key_is_answered_alike(ask: Ask) -> None:
    key = uuid4()

    first = await ask("take-task", {"step": 4}, key=key)
    second = await ask("take-task", {"step": 4}, key=key)

    assert first.json() == second.json()
