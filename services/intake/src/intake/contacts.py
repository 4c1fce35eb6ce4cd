"""Who writes to us: an internal id with any number of identifiers, none of them readable at rest.

Since 2026 the phone number may be absent and the business-scoped id changes with the number, so
neither can be the key (domain rules, section 7.2).
"""

import json
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Column, Connection, LargeBinary, String, Table, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.engine import Engine

from intake.inbox_store import metadata
from intake.messages import Sender
from intake.sealing import Drawer
from jamila_runtime.errors import DomainError, NotFoundError
from jamila_whatsapp.client import Recipient

_NAMESPACE = uuid5(NAMESPACE_URL, "jamila:contact")
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


class NamelessSenderError(DomainError):
    """A message without number and without user id: nobody to answer to."""

    slug = "sender-unknown"


class ContactUnknownError(NotFoundError):
    """There is no such contact."""

    slug = "contact-unknown"


class Contacts:
    """Finds contacts by any of their identifiers."""

    def __init__(self, engine: Engine, drawer: Drawer) -> None:
        self._engine = engine
        self._drawer = drawer

    def resolve(self, sender: Sender) -> tuple[UUID, Sender]:
        """The contact of a sender, made if new, and everything known about him so far.

        Raises:
            NamelessSenderError: he has no identifier at all.
        """
        names = self._names(sender)
        if not names:
            raise NamelessSenderError("message without sender")
        with self._engine.begin() as connection:
            contact_id = self._find(connection, names) or uuid5(_NAMESPACE, names[0])
            for name in names:
                row = {"name": name, "contact_id": str(contact_id)}
                connection.execute(insert_or(_identifiers).values(row).on_conflict_do_nothing())
            known = self._read(connection, contact_id)
            merged = Sender(
                wa_id=sender.wa_id or (known.wa_id if known else None),
                user_id=sender.user_id or (known.user_id if known else None),
                name=sender.name or (known.name if known else None),
            )
            if merged != known:
                self._write(connection, contact_id, merged, is_new=known is None)
        return contact_id, merged

    def recipient(self, contact_id: UUID) -> Recipient:
        """How to write to a contact.

        Raises:
            ContactUnknownError: there is no such contact.
        """
        with self._engine.connect() as connection:
            known = self._read(connection, contact_id)
        if known is None:
            raise ContactUnknownError(f"no contact {contact_id}")
        return Recipient(known.wa_id, known.user_id)

    def _names(self, sender: Sender) -> list[str]:
        identifiers = (("bsuid", sender.user_id), ("wa_id", sender.wa_id))
        return [self._drawer.name(f"{kind}:{value}") for kind, value in identifiers if value]

    def _find(self, connection: Connection, names: list[str]) -> UUID | None:
        for name in names:
            query = select(_identifiers.c.contact_id).where(_identifiers.c.name == name)
            found = connection.execute(query).scalar_one_or_none()
            if found is not None:
                return UUID(found)
        return None

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
