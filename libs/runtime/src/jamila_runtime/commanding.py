"""Asking a stage service to do something, over NATS request/reply."""

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from pydantic import ValidationError

from jamila_contracts.commands import Command, CommandReply, TaskCommand, command_subject
from jamila_contracts.sop import load_sop
from jamila_runtime.errors import RetryableError


class ServiceUnavailableError(RetryableError):
    """The stage service did not answer; ask again with the same idempotency key."""

    slug = "service-unavailable"


def service_of(command: Command) -> str:
    """The stage service a command is addressed to."""
    if isinstance(command, TaskCommand):
        return load_sop().step(command.step).service
    return command.SERVICE


class CommandClient:
    """Asks and waits for the answer."""

    def __init__(self, client: Client, *, timeout_seconds: float = 30.0) -> None:
        self._client = client
        self._timeout_seconds = timeout_seconds

    async def ask(self, command: Command) -> CommandReply:
        """Ask a command; a refusal is an answer too (``reply.problem``).

        Raises:
            ServiceUnavailableError: nobody answered in time. Whether it was done is unknown; asking
                again with the same ``command_id`` is safe.
        """
        subject = command_subject(service_of(command), type(command).__name__)
        try:
            answer = await self._client.request(
                subject, command.model_dump_json().encode(), timeout=self._timeout_seconds
            )
        except (NoRespondersError, NatsError, TimeoutError, OSError) as error:
            raise ServiceUnavailableError(
                f"{service_of(command)} did not answer", service=service_of(command)
            ) from error
        try:
            return CommandReply.model_validate_json(answer.data)
        except ValidationError:
            # Not chained: the error would quote what was answered.
            raise ServiceUnavailableError(
                f"{service_of(command)} answered nothing readable", service=service_of(command)
            ) from None
