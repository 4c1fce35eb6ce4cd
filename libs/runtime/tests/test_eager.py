import inspect
from importlib.metadata import version
from typing import Any

from faststream.nats.subscriber.usecases.stream_pull_subscriber import BatchPullStreamSubscriber
from nats.errors import ConnectionClosedError

from jamila_runtime import eager


class Subscription:
    """Answers each fetch with the next of what it was given; an exception is raised."""

    def __init__(self, *answers: list[int] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[int] = []

    async def fetch(self, *, batch: int, timeout: float) -> list[int]:  # noqa: ASYNC109 - nats-py's
        del timeout
        self.asked.append(batch)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Subscriber:
    """What the loop needs of a batch subscriber; runs until nothing is left to fetch."""

    class PullSub:
        batch_size = 100

    pull_sub = PullSub()

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.consumed: list[Any] = []

    @property
    def running(self) -> bool:
        return bool(self.subscription.answers) or not self.consumed

    async def consume(self, messages: list[Any]) -> None:
        self.consumed.append(messages)


def test_the_replaced_method_is_the_one_we_know():
    assert version("faststream") == "0.7.8"
    assert list(inspect.signature(BatchPullStreamSubscriber._consume_pull).parameters) == ["self"]


async def test_what_is_there_is_handed_over_at_once():
    subscriber = Subscriber(Subscription([1], [2, 3]))
    await eager.consume_eagerly(subscriber)
    assert subscriber.consumed == [[1, 2, 3]]
    assert subscriber.subscription.asked == [1, 99]


async def test_a_single_message_does_not_wait_for_others():
    subscriber = Subscriber(Subscription([1], TimeoutError()))
    await eager.consume_eagerly(subscriber)
    assert subscriber.consumed == [[1]]


async def test_an_idle_fetch_and_a_lost_connection_end_nothing(monkeypatch):
    monkeypatch.setattr(eager, "_FAULT_SECONDS", 0)
    subscriber = Subscriber(
        Subscription(TimeoutError(), ConnectionClosedError(), [1], TimeoutError())
    )
    await eager.consume_eagerly(subscriber)
    assert subscriber.consumed == [[1]]
