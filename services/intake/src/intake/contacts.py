"""Who writes to us: an internal id with any number of identifiers, none of them readable at rest.

Since 2026 the phone number may be absent and the business-scoped id changes with the number, so
neither can be the key (domain rules, section 7.2); the id is drawn by lot, so that it says nothing
of the number once the contact is forgotten. A phone that somebody only states, at the
counter, is an identifier of its own kind: it is never taken for a proof of the WhatsApp number.

Two contacts that turn out to be one are linked, not merged: what was recorded under the other id
stays there, and whoever asks for it is shown the way.
"""

import json
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Engine

from intake.inbox_store import metadata
from intake.messages import Sender
from intake.metrics import CONTACTS_LINKED
from intake.sealing import Drawer
from jamila_runtime.errors import DomainError, NotFoundError
from jamila_runtime.logs import get_logger
from jamila_runtime.sql import put
from jamila_whatsapp.client import Recipient

_contacts = Table(
    "contacts",
    metadata,
    Column("contact_id", String(36), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
_identifiers = Table(
    "identifiers",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("contact_id", String(36), nullable=False),
)
_links = Table(
    "contact_links",
    metadata,
    Column("contact_id", String(36), primary_key=True),
    Column("into_id", String(36), nullable=False),
)
Index("contact_links_into", _links.c.into_id)
_log = get_logger(__name__)


class NamelessSenderError(DomainError):
    """A message without number and without user id: nobody to answer to."""

    slug = "sender-unknown"


class ContactUnknownError(NotFoundError):
    """There is no such contact."""

    slug = "contact-unknown"


class Contacts:
    """Finds contacts by any of their identifiers."""

    def __init__(
        self, engine: Engine, drawer: Drawer, *, writing: AbstractContextManager[Any]
    ) -> None:
        self._engine = engine
        self._drawer = drawer
        self._writing = writing

    def resolve(self, sender: Sender) -> tuple[UUID, Sender]:
        """The contact of a sender, made if new, and everything known about him so far.

        Raises:
            NamelessSenderError: he has no identifier at all.
        """
        names = self._names(sender)
        if not names:
            raise NamelessSenderError("message without sender")
        with self._engine.connect() as connection:
            known = self._recognise(connection, sender, names)
        if known is not None:
            return known
        with self._writing, self._engine.begin() as connection:
            contact_id = self._contact_of(connection, sender, names)
            self._name(connection, names, contact_id)
            return contact_id, self._learn(connection, contact_id, sender)

    def change_number(self, old: Sender, new: Sender) -> UUID:
        """The same person goes on under another number, which may have written to us already.

        The old number leads to nobody from now on: it may soon belong to somebody else.
        """
        with self._writing, self._engine.begin() as connection:
            contact_id = self._contact_of(connection, old, self._names(old))
            connection.execute(
                delete(_identifiers).where(_identifiers.c.name.in_(self._names(old)))
            )
            names = self._names(new)
            others = self._found(connection, names)
            self._link_all(connection, others, into=contact_id, user_id=new.user_id)
            self._name(connection, names, contact_id)
            known = self._read(connection, contact_id)
            kept = Sender(new.wa_id, new.user_id, known.name if known else new.name)
            self._write(connection, contact_id, kept, is_new=known is None)
        _log.info("contact changed number", contact_id=str(contact_id))
        return contact_id

    def recipient(self, contact_id: UUID) -> Recipient:
        """How to write to a contact.

        Raises:
            ContactUnknownError: there is no such contact.
        """
        with self._engine.connect() as connection:
            known = self._read(connection, self._canonical(connection, contact_id))
        if known is None:
            raise ContactUnknownError(f"no contact {contact_id}")
        return Recipient(known.wa_id, known.user_id)

    def linked_to(self, contact_id: UUID) -> tuple[UUID, ...]:
        """The contacts that turned out to be this one."""
        query = select(_links.c.contact_id).where(_links.c.into_id == str(contact_id))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_links.c.contact_id)).scalars()
            return tuple(UUID(each) for each in rows)

    def family(self, contact_id: UUID) -> tuple[UUID, ...]:
        """A contact and all that turned out to be the same one."""
        with self._engine.connect() as connection:
            canonical = self._canonical(connection, contact_id)
        return (canonical, *self.linked_to(canonical))

    def named(self, digests: Collection[str]) -> tuple[UUID, ...]:
        """The contacts behind names of identifiers, and all that turned out to be the same."""
        with self._engine.connect() as connection:
            found = self._found(connection, list(digests))
        return tuple(each for canonical in found for each in self.family(canonical))

    def identifiers(self, family: Collection[UUID]) -> set[str]:
        """Every number and user id that these contacts are known by."""
        with self._engine.connect() as connection:
            known = [self._read(connection, each) for each in family]
        found = (sender for sender in known if sender is not None)
        parts = ((each.wa_id, each.user_id, each.phone) for each in found)
        return {value for part in parts for value in part if value}

    def forget(self, family: Collection[UUID]) -> None:
        """Throw away everything about these contacts; quiet when it is gone."""
        ids = [str(each) for each in family]
        with self._writing, self._engine.begin() as connection:
            for table in (_contacts, _identifiers, _links):
                connection.execute(delete(table).where(table.c.contact_id.in_(ids)))
        _log.info("contact forgotten", contact_id=ids[0])

    def seal_anew(self) -> None:
        """Seal everything with the drawer's present key, as far as it is not."""
        with self._writing, self._engine.begin() as connection:
            for row in connection.execute(select(_contacts)).all():
                anew = self._drawer.sealed_anew(row.sealed)
                if anew is not None:
                    change = update(_contacts).where(_contacts.c.contact_id == row.contact_id)
                    connection.execute(change.values(sealed=anew))

    def _recognise(
        self, connection: Connection, sender: Sender, names: list[str]
    ) -> tuple[UUID, Sender] | None:
        """Whoever is known by all these names, when the message tells nothing new about him."""
        query = select(_identifiers.c.contact_id).where(_identifiers.c.name.in_(names))
        rows = connection.execute(query).scalars().all()
        if len(rows) != len(names) or len(set(rows)) != 1:
            return None
        contact_id = self._canonical(connection, UUID(rows[0]))
        known = self._read(connection, contact_id)
        if known is None or any(vars(known)[part] != told for part, told in _told(sender).items()):
            return None
        return contact_id, known

    def _contact_of(self, connection: Connection, sender: Sender, names: list[str]) -> UUID:
        found = self._found(connection, names)
        if not found:
            return uuid4()
        first, *others = found
        known = self._read(connection, first)
        if sender.user_id and known and known.user_id not in (None, sender.user_id):
            # WhatsApp keeps the user id as long as the number: same number under another user id
            # is a number that was given to somebody else. He must not see the other's cases.
            return uuid4()
        self._link_all(connection, others, into=first, user_id=sender.user_id)
        return first

    def _names(self, sender: Sender) -> list[str]:
        """The user id first: it is the one that nobody else can inherit."""
        kinds = (("bsuid", sender.user_id), ("wa_id", sender.wa_id), ("phone", sender.phone))
        return [self._drawer.name(f"{kind}:{value}") for kind, value in kinds if value]

    def _found(self, connection: Connection, names: list[str]) -> list[UUID]:
        """The contacts behind some names, each once, in the order of the names."""
        query = select(_identifiers.c.name, _identifiers.c.contact_id)
        rows = connection.execute(query.where(_identifiers.c.name.in_(names))).all()
        by_name = {row.name: UUID(row.contact_id) for row in rows}
        found = (self._canonical(connection, by_name[name]) for name in names if name in by_name)
        return list(dict.fromkeys(found))

    def _canonical(self, connection: Connection, contact_id: UUID) -> UUID:
        query = select(_links.c.into_id).where(_links.c.contact_id == str(contact_id))
        into = connection.execute(query).scalar_one_or_none()
        return contact_id if into is None else UUID(into)

    def _link_all(
        self, connection: Connection, others: list[UUID], *, into: UUID, user_id: str | None
    ) -> None:
        for other in others:
            known = self._read(connection, other)
            # With a user id of his own he is somebody else, who had the number before.
            if other != into and known is not None and known.user_id in (None, user_id):
                self._link(connection, other, known, into=into)

    def _link(self, connection: Connection, other: UUID, known: Sender, *, into: UUID) -> None:
        # Links stay one step long: whoever led to the other one leads to the same place now.
        moved = update(_links).where(_links.c.into_id == str(other)).values(into_id=str(into))
        connection.execute(moved)
        connection.execute(insert(_links).values(contact_id=str(other), into_id=str(into)))
        mine = self._read(connection, into) or known
        missing = {part: value for part, value in vars(known).items() if not vars(mine)[part]}
        self._learn(connection, into, replace(mine, **missing))
        CONTACTS_LINKED.inc()
        _log.info("contacts linked", contact_id=str(other), into=str(into))

    def _name(self, connection: Connection, names: list[str], contact_id: UUID) -> None:
        for name in names:
            put(connection, _identifiers, {"name": name, "contact_id": str(contact_id)})

    def _learn(self, connection: Connection, contact_id: UUID, sender: Sender) -> Sender:
        """Add what a message tells; what it does not tell stays known."""
        known = self._read(connection, contact_id)
        merged = replace(known, **_told(sender)) if known else sender
        if merged != known:
            self._write(connection, contact_id, merged, is_new=known is None)
        return merged

    def _read(self, connection: Connection, contact_id: UUID) -> Sender | None:
        query = select(_contacts.c.sealed).where(_contacts.c.contact_id == str(contact_id))
        sealed = connection.execute(query).scalar_one_or_none()
        return None if sealed is None else Sender(**json.loads(self._drawer.open(sealed)))

    def _write(
        self, connection: Connection, contact_id: UUID, sender: Sender, *, is_new: bool
    ) -> None:
        sealed = self._drawer.seal(json.dumps(vars(sender)).encode())
        if is_new:
            row = {"contact_id": str(contact_id), "sealed": sealed}
            connection.execute(insert(_contacts).values(row))
        else:
            change = update(_contacts).where(_contacts.c.contact_id == str(contact_id))
            connection.execute(change.values(sealed=sealed))


def _told(sender: Sender) -> dict[str, str]:
    return {part: value for part, value in vars(sender).items() if value}
