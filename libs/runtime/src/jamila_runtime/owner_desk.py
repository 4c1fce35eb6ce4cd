"""What a service answers to those who look after it: publish again, retry or give up events.

Narrow on purpose: nobody can make a service publish anything but its own log, nor handle anything
but what it parked itself. Requests and answers are JSON; an answer with ``problem`` is a refusal.

Subjects::

    outbox.<service>.rewind     body: a place; publishes again everything behind it (no answer)
    outbox.<service>.position   answers the last place of the log that was published
    parked.<service>.list       {}; what is parked, without what it says
    parked.<service>.retry      {"case_id"}; handles again what is parked of the case
    parked.<service>.retry-all  {}; handles again whatever is parked
    parked.<service>.discard    {"source", "log_position"}; gives up one parked event
    set-aside.<service>.<action>    the same for messages that a service could not take in
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from nats.aio.client import Client

from jamila_runtime.application import StageApplication
from jamila_runtime.errors import JamilaError
from jamila_runtime.logs import get_logger
from jamila_runtime.outbox import Outbox
from jamila_runtime.outside import read_json
from jamila_runtime.recorder import Parked

Answer = dict[str, Any]
Action = Callable[[Answer], Answer]
"""Does what was asked; raises ``JamilaError``, or ``ValueError`` and such when it is unclear."""
MOST_LISTED: Final = 100
"""So many parked events are told at once, the oldest first: an answer has to fit one message."""
_log = get_logger(__name__)


def rewind_subject(service: str) -> str:
    """Where a reader asks an outbox to publish again; the body is the last place it has."""
    return f"outbox.{service}.rewind"


def position_subject(service: str) -> str:
    """Where one asks how far an outbox has published."""
    return f"outbox.{service}.position"


def parked_subject(service: str, action: str) -> str:
    """Where one asks the owner of parked events to retry or discard them."""
    return f"parked.{service}.{action}"


def set_aside_subject(service: str, action: str) -> str:
    """Where one asks a service about messages from outside that it put aside."""
    return f"set-aside.{service}.{action}"


async def answer_readers(
    client: Client, outbox: Outbox, application: StageApplication[Any]
) -> None:
    """Let readers ask for what they lack."""

    async def on_rewind(message: Any) -> None:
        outbox.rewind(int(message.data))

    async def on_position(message: Any) -> None:
        at = await asyncio.to_thread(outbox.reached)
        await message.respond(json.dumps({"position": at.published}).encode())

    service = application.service
    await client.subscribe(rewind_subject(service), cb=on_rewind)
    await client.subscribe(position_subject(service), queue=service, cb=on_position)


async def answer_operators(client: Client, application: StageApplication[Any]) -> None:
    """Let operators see, retry or give up what is parked."""
    actions = {name: partial(act, application) for name, act in _ACTIONS.items()}
    subject = parked_subject(application.service, "*")
    await answer_actions(client, subject, actions, queue=application.service)


async def answer_actions(
    client: Client, subject: str, actions: Mapping[str, Action], *, queue: str
) -> None:
    """Answer requests whose subject ends with the name of an action; each runs in a thread."""

    async def on_request(message: Any) -> None:
        action: Final = message.subject.rsplit(".", 1)[-1]
        answer = await asyncio.to_thread(_answer, actions, action, message.data)
        await message.respond(json.dumps(answer).encode())

    await client.subscribe(subject, queue=queue, cb=on_request)


def _answer(actions: Mapping[str, Action], action: str, body: bytes) -> Answer:
    act = actions.get(action)
    if act is None:
        return {"problem": "unknown-action"}
    try:
        return act(read_json(body))
    except JamilaError as error:
        return {"problem": error.slug}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"problem": "malformed-request"}


def _list(application: StageApplication[Any], _asked: Answer) -> Answer:
    parked = application.store.parked()
    return {"total": len(parked), "oldest": [_told(each) for each in parked[:MOST_LISTED]]}


def _told(parked: Parked) -> Answer:
    meta = parked.record.meta
    return {
        "source": meta.source,
        "log_position": meta.log_position,
        "case_id": str(meta.case_id),
        "event_id": str(meta.event_id),
        "event": meta.type,
        "reason": parked.reason,
        "parked_at": parked.parked_at.isoformat(),
    }


def _retry(application: StageApplication[Any], asked: Answer) -> Answer:
    return _retried(application, [UUID(asked["case_id"])])


def _retry_all(application: StageApplication[Any], _asked: Answer) -> Answer:
    # Case by case, each with a transaction of its own: what fails stops no other case.
    waiting = (each.record.meta.case_id for each in application.store.parked())
    return _retried(application, list(dict.fromkeys(waiting)))


def _retried(application: StageApplication[Any], cases: Sequence[UUID]) -> Answer:
    handled = still_parked = 0
    for case_id in cases:
        outcome = application.retry_parked(case_id)
        _log.info("parked events retried", case_id=str(case_id), handled=outcome.handled)
        handled += outcome.handled
        still_parked += len(outcome.parked)
    return {"handled": handled, "parked": still_parked}


def _discard(application: StageApplication[Any], asked: Answer) -> Answer:
    key = (str(asked["source"]), int(asked["log_position"]))
    discarded = application.discard_parked(key)
    _log.warning("parked event given up", source=key[0], log_position=key[1], known=discarded)
    return {"discarded": int(discarded)}


_ACTIONS: dict[str, Callable[[StageApplication[Any], Answer], Answer]] = {
    "list": _list,
    "retry": _retry,
    "retry-all": _retry_all,
    "discard": _discard,
}
