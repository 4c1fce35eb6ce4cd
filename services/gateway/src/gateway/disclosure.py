"""Who may see personal data of a case, and what is recorded when it is shown."""

from typing import Any
from uuid import UUID

from gateway.access import require_one_of
from gateway.accounts import Identity
from gateway.door import Door
from jamila_runtime.mongo import Document
from jamila_runtime.vault import CaseKeyMissingError

PERSONAL = frozenset({"operator-layanan", "operator-siak", "kasi", "kabid", "kepala-dinas"})
"""Capabilities whose steps cannot be done without the applicant's data."""
DOCUMENTS = PERSONAL | {"operator-cetak"}
"""Capabilities whose steps need the document itself."""

_SEALED = ("applicant", "data")


def opened(door: Door, identity: Identity, case_id: UUID, case: Document) -> dict[str, Any]:
    """Open the sealed parts of a case for an account that needs them; blocks, call in a thread.

    Returns:
        ``personal_data`` says what became of it, and the opened parts when it is shown.

    Raises:
        SealBrokenError: what is sealed was changed.
    """
    hidden = dict.fromkeys(_SEALED)
    if case["personal_data_erased"]:
        return {"personal_data": "erased", **hidden}
    if not PERSONAL & identity.account.capabilities(door.clock.now()):
        return {"personal_data": "withheld", **hidden}
    shown: dict[str, Any] = dict(hidden)
    for part in _SEALED:
        if case[part] is None:
            continue
        try:
            plain = door.vault.open(case_id, case[part])
        except CaseKeyMissingError:
            return {"personal_data": "erased", **hidden}
        record(door, identity, case_id, part)
        shown[part] = plain
    return {"personal_data": "shown", **shown}


def may_see_papers(door: Door, identity: Identity) -> None:
    """Papers are seen by whoever needs the applicant's data; ``MissingCapabilityError`` if not."""
    require_one_of(identity, door, PERSONAL)


def may_see_documents(door: Door, identity: Identity) -> None:
    """Documents are seen by whoever works on them; ``MissingCapabilityError`` if not."""
    require_one_of(identity, door, DOCUMENTS)


def record(door: Door, identity: Identity, case_id: UUID, what: str) -> None:
    """Record a read of personal data."""
    door.access_log.record(account=identity.account.account, case_id=case_id, what=what)
