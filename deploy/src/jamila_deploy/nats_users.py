"""Who may say and hear what at NATS: one user for each service, derived from the contracts.

A service publishes its own facts, asks JetStream about its own consumer, answers its own commands,
and hears nobody else's answers. So a service that was broken into can lie only about its own step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jamila_contracts.commands import COMMANDS, TaskCommand, command_subject
from jamila_contracts.events import EVENTS
from jamila_contracts.publish.recorders import STEP_OWNER, recorder_of
from jamila_contracts.sop import load_sop
from jamila_deploy.nats_names import ADMIN, LEDGER, LODGERS, OPERATOR, USERS
from jamila_ledger.timers_process import CANARY_SUBJECT
from jamila_runtime.connecting import inbox_of
from jamila_runtime.owner_desk import (
    parked_subject,
    position_subject,
    rewind_subject,
    set_aside_subject,
)
from jamila_runtime.signs import SUBJECT as HEARTBEAT
from jamila_runtime.streams import STREAM

_API: Final = "$JS.API"
_INTAKE: Final = "intake"
_GATEWAY: Final = "gateway"
_PRIVACY: Final = "privacy"
_ANSWER_SECONDS: Final = "2m"
"""Longer than any command waits: a signature with time stamps takes some seconds."""


@dataclass(frozen=True)
class Rights:
    """What a user may do."""

    publish: tuple[str, ...]
    hear: tuple[str, ...]
    answers: bool = False
    """Whether it may answer what it is asked, wherever the asker wants the answer."""

    def as_config(self) -> dict[str, Any]:
        """The permissions as nats-server reads them."""
        permissions: dict[str, Any] = {
            "publish": {"allow": sorted(self.publish)},
            "subscribe": {"allow": sorted(self.hear)},
        }
        if self.answers:
            permissions["allow_responses"] = {"max": 1, "expires": _ANSWER_SECONDS}
        return permissions


def rights_of(user: str, *, tenant: str) -> Rights:
    """What one of ``USERS`` may do.

    Args:
        user: His name; that of his service.
        tenant: Kabupaten whose facts he records.
    """
    if user == ADMIN:
        return Rights(publish=(">",), hear=(">",))
    if user == OPERATOR:
        return _operator(tenant)
    if user == _GATEWAY:
        # Every command: whether an officer may is for the service to say, which checks.
        asked = tuple(_commands())
        return Rights(publish=(*asked, HEARTBEAT), hear=(_inbox(user),))
    return _ledger(tenant) if user == LEDGER else _stage(user, tenant)


def users_config(passwords: Mapping[str, str], *, tenant: str) -> dict[str, Any]:
    """The users for the configuration of nats-server."""
    return {
        "users": [
            {
                "user": user,
                "password": passwords[user],
                "permissions": rights_of(user, tenant=tenant).as_config(),
            }
            for user in USERS
        ]
    }


def facts_of(service: str, *, tenant: str) -> list[str]:
    """Subjects of the facts that a service records."""
    owns_steps = service in {step.service for step in load_sop().steps}
    recorders = {service, STEP_OWNER} if owns_steps else {service}
    return [
        f"permohonan.{tenant}.*.{name}"
        for name, event in EVENTS.items()
        if recorder_of(event) in recorders
    ]


def _stage(service: str, tenant: str) -> Rights:
    publish = (*facts_of(service, tenant=tenant), HEARTBEAT, *_own_consumer(service))
    hear = [_inbox(service), *_asked_of(service)]
    if service == _INTAKE:
        hear.append(set_aside_subject(service, "*"))
    return Rights(publish, tuple(hear), answers=True)


def _ledger(tenant: str) -> Rights:
    facts = [fact for lodger in LODGERS for fact in facts_of(lodger, tenant=tenant)]
    asks = (rewind_subject("*"), position_subject("*"))
    mends = (parked_subject("*", "*"), set_aside_subject("*", "*"))
    stream = tuple(f"{_API}.STREAM.{what}.{STREAM}" for what in ("CREATE", "INFO", "UPDATE"))
    # Beside its own, one for each ledger that is restored from the stream.
    consumers = (
        f"{_API}.CONSUMER.CREATE.{STREAM}",
        f"{_API}.CONSUMER.DELETE.{STREAM}.*",
        f"{_API}.CONSUMER.MSG.NEXT.{STREAM}.*",
    )
    said = (*facts, *asks, *mends, *stream, *consumers, *_own_consumer(LEDGER), HEARTBEAT)
    heard = [subject for lodger in LODGERS for subject in _asked_of(lodger)]
    return Rights(said, (*heard, _inbox(LEDGER), HEARTBEAT, CANARY_SUBJECT), answers=True)


def _operator(tenant: str) -> Rights:
    asks = (CANARY_SUBJECT, f"{_API}.CONSUMER.LIST.{STREAM}", command_subject(_PRIVACY, "*"))
    return Rights(asks, (_inbox(OPERATOR), f"permohonan.{tenant}.*.SlaTerlampaui"))


def _commands() -> list[str]:
    owners = {step.service for step in load_sop().steps}
    return sorted(
        command_subject(service, name)
        for name, command in COMMANDS.items()
        for service in (owners if issubclass(command, TaskCommand) else {command.SERVICE})
    )


def _asked_of(service: str) -> tuple[str, ...]:
    return (
        command_subject(service, "*"),
        rewind_subject(service),
        position_subject(service),
        parked_subject(service, "*"),
    )


def _own_consumer(durable: str) -> tuple[str, ...]:
    return (
        f"{_API}.CONSUMER.CREATE.{STREAM}.{durable}.>",
        f"{_API}.CONSUMER.DURABLE.CREATE.{STREAM}.{durable}",
        f"{_API}.CONSUMER.INFO.{STREAM}.{durable}",
        f"{_API}.CONSUMER.MSG.NEXT.{STREAM}.{durable}",
        f"$JS.ACK.{STREAM}.{durable}.>",
    )


def _inbox(user: str) -> str:
    return f"{inbox_of(user)}.>"
