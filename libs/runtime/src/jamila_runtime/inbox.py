"""From NATS to the application: batches of events, single commands."""

import asyncio
import time
from typing import Any
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError
from faststream.exceptions import NackMessage
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsMessage
from pydantic import ValidationError

from jamila_contracts.commands import COMMANDS, Command, CommandReply, Problem, command_subject
from jamila_contracts.envelope import EnvelopeError, EventMeta
from jamila_contracts.wire import Record
from jamila_runtime.application import StageApplication
from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.metrics import (
    COMMAND_SECONDS,
    INBOX_BATCH_SECONDS,
    INBOX_EVENTS,
    PARKED_EVENTS,
)
from jamila_runtime.metrics import (
    COMMANDS as COMMANDS_ANSWERED,
)
from jamila_runtime.streams import STREAM

BATCH = 100
_RETRY_SECONDS = 1.0
_NOBODY = UUID(int=0)
_log = get_logger(__name__)


async def decode_records(message: NatsMessage) -> list[Record]:
    """Read a batch of messages; what is no event of ours is logged and left out."""
    records = []
    for raw in message.raw_message:  # type: ignore[attr-defined] # a batch holds a list
        try:
            records.append(Record(EventMeta.from_headers(raw.headers or {}), raw.data))
        except EnvelopeError:
            # Without an envelope there is no case to park it under; the ledger keeps count.
            INBOX_EVENTS.labels("no-envelope").inc()
            _log.error("message without envelope", subject=raw.subject)
    return records


def subscribe_events(
    broker: NatsBroker, application: StageApplication[Any], *, durable: str, inbox: str
) -> None:
    """Feed the events a service handles to its application, a transaction per batch.

    Args:
        broker: To hear them by.
        application: Handles them.
        durable: The consumer of the service.
        inbox: Where its user hears answers (``connecting.inbox_of``).
    """

    @broker.subscriber(
        "permohonan.*.*.*",
        stream=JStream(STREAM, declare=False),
        durable=durable,
        pull_sub=PullSub(batch_size=BATCH, batch=True),
        decoder=decode_records,
        inbox_prefix=f"{inbox}.".encode(),
    )
    async def on_events(records: list[Any]) -> None:
        started = time.perf_counter()
        try:
            outcome = await asyncio.to_thread(application.consume, records)
        except RetryableError as error:
            # The delay is ours to give: JetStream applies consumer back-off to ack time-outs only
            # (nats-server issue 4726).
            _log.warning("batch will be delivered again", fault=error.slug)
            raise NackMessage(delay=_RETRY_SECONDS) from error
        INBOX_BATCH_SECONDS.observe(time.perf_counter() - started)
        INBOX_EVENTS.labels("handled").inc(outcome.handled)
        INBOX_EVENTS.labels("repeated").inc(outcome.repeated)
        INBOX_EVENTS.labels("parked").inc(len(outcome.parked))
        if outcome.parked:
            PARKED_EVENTS.inc(len(outcome.parked))


async def decode_command(message: NatsMessage) -> Command | CommandReply:
    """Read a command by the last token of its subject; a bad one becomes its own refusal."""
    name = message.raw_message.subject.rsplit(".", 1)[-1]
    contract = COMMANDS.get(name)
    try:
        if contract is None:
            return _malformed(f"there is no command {name}")
        return contract.model_validate_json(message.body)
    except ValidationError as error:
        # Never the input itself: it may hold what a person typed.
        places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        return _malformed(f"{name} is not well-formed at: {places}")


def subscribe_commands(broker: NatsBroker, application: StageApplication[Any]) -> None:
    """Answer the commands of a service; replicas share them through a queue group."""

    @broker.subscriber(
        command_subject(application.service, "*"),
        queue=application.service,
        decoder=decode_command,
        max_workers=8,
    )
    async def on_command(command: Any) -> bytes:
        if isinstance(command, CommandReply):
            return command.model_dump_json().encode()
        name = type(command).__name__
        with COMMAND_SECONDS.labels(name).time():
            reply = await asyncio.to_thread(_answer, application, command)
        COMMANDS_ANSWERED.labels(name, reply.problem.slug if reply.problem else "done").inc()
        return reply.model_dump_json().encode()


def _answer(application: StageApplication[Any], command: Command) -> CommandReply:
    try:
        return application.execute(command)
    except (InterfaceError, OperationalError) as error:
        _log.warning("command not done", command=type(command).__name__, fault=type(error).__name__)
        problem = Problem(slug=RetryableError.slug, detail="the store does not answer")
    except Exception:  # noqa: BLE001 - answered and logged, see below
        # The asker must get an answer, whatever happened; the log has the trace.
        _log.exception("command failed", command=type(command).__name__)
        problem = Problem(slug="internal-error", detail="unexpected fault, see the log")
    return CommandReply(
        command_id=command.command_id,
        case_id=command.case_id,
        service=application.service,
        problem=problem,
    )


def _malformed(detail: str) -> CommandReply:
    return CommandReply(
        command_id=_NOBODY,
        case_id=_NOBODY,
        service="",
        problem=Problem(slug="malformed-command", detail=detail),
    )
