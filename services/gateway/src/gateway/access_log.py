"""Who looked at whose papers: every read of personal data by staff is itself an entry.

It is recorded before the data is given; what cannot be recorded is not shown.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from jamila_contracts.commands import Command, CommandReply, RecordRead
from jamila_contracts.envelope import Actor
from jamila_runtime.clock import Clock
from jamila_runtime.commanding import ServiceUnavailableError
from jamila_runtime.errors import RetryableError
from jamila_runtime.tracing import child_of
from jamila_runtime.vault import CaseKeyMissingError

_FORGOTTEN = CaseKeyMissingError.slug


class ReadNotRecordedError(RetryableError):
    """Nobody can record that personal data is read now, so it is not shown."""

    slug = "read-not-recorded"


@dataclass(frozen=True)
class Look:
    """What somebody is about to see, and why if he said so."""

    what: str
    """``data-pemohon``, ``nik``, ``klaim``, ``berkas``, ``dokumen``, ``kabar-manual``,
    ``percakapan``, ``jawaban-chat`` or ``pencarian``."""
    item: str | None = None
    reason_code: str | None = None
    contact_id: UUID | None = None
    """Whose chat it is, when it belongs to no case."""
    message_id: UUID | None = None


class AccessLog(Protocol):
    """Records reads of personal data; must succeed before the data is given."""

    async def record(self, actor: Actor, case_id: UUID, look: Look) -> None:
        """Record that somebody is about to be shown something of a case.

        Raises:
            ReadNotRecordedError: it could not be recorded.
            CaseKeyMissingError: the case was forgotten; there is nothing to show.
        """
        ...


class Asks(Protocol):
    """Asks a service to do something."""

    async def ask(self, command: Command) -> CommandReply:
        """The answer; ``ServiceUnavailableError`` when there is none."""
        ...


class RecordedAccess:
    """Has reads recorded by the service ``privacy``, whose facts are entries of the ledger."""

    def __init__(self, commands: Asks, clock: Clock) -> None:
        self._commands = commands
        self._clock = clock

    async def record(self, actor: Actor, case_id: UUID, look: Look) -> None:
        """See ``AccessLog``."""
        command = RecordRead(
            command_id=uuid4(),
            case_id=case_id,
            actor=actor,
            asked_at=self._clock.now(),
            traceparent=child_of(None),
            what=look.what,
            item=look.item,
            via="gateway",
            reason_code=look.reason_code,
            contact_id=look.contact_id,
            message_id=look.message_id,
        )
        try:
            reply = await self._commands.ask(command)
        except ServiceUnavailableError as error:
            raise ReadNotRecordedError("the read cannot be recorded now") from error
        if reply.problem is None:
            return
        if reply.problem.slug == _FORGOTTEN:
            raise CaseKeyMissingError(f"case {case_id} was forgotten", case_id=str(case_id))
        raise ReadNotRecordedError("the read was not recorded", problem=reply.problem.slug)
