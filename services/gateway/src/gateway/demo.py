"""Accounts for a demonstration: invented, with random passwords, refused outside of one."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, TypeAdapter

from gateway.accounts import Account, AccountsStore, Grant, StoredAccount
from gateway.passwords import hash_password, new_password
from gateway.second_factor import SecondFactors
from gateway.totp import new_secret, unwritten, written

FILE_NAME = "demo-accounts.json"

ROLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "loket-1": ("Operator Layanan", "operator-layanan"),
        "siak-1": ("Operator SIAK", "operator-siak"),
        "siak-2": ("Operator SIAK", "operator-siak"),
        "kasi-1": ("Kepala Seksi", "kasi"),
        "kasi-2": ("Kepala Seksi", "kasi"),
        "kabid-1": ("Kepala Bidang", "kabid"),
        "kadis-1": ("Kepala Dinas", "kepala-dinas"),
        "cetak-1": ("Operator Cetak", "operator-cetak"),
        "it-1": ("Petugas TI", "ops"),
        "admin-1": ("Administrator", "admin"),
    }
)
"""Account to role and capability: every step of the SOP, and a second pair of eyes."""
WITH_SECOND_FACTOR = frozenset({"kadis-1", "admin-1"})
"""Who signs, and who says what others may do."""


class DemoAccount(BaseModel):
    """One line of the file that tells the people of the demonstration how to log in."""

    model_config = ConfigDict(frozen=True)

    account: str
    password: str
    role: str
    capabilities: tuple[str, ...]
    totp_secret: str | None = None
    """Base32, for an authenticator app; ``jamila account code`` computes its code."""


_LINES = TypeAdapter(tuple[DemoAccount, ...])


def ensure_demo_accounts(
    store: AccountsStore, factors: SecondFactors, *, folder: Path, tenant: str
) -> tuple[DemoAccount, ...]:
    """Make the accounts that are missing; quiet when all are there.

    The file comes first: a crash in between is repaired by the next start.
    """
    path = folder / FILE_NAME
    is_new = not path.exists()
    known = _invented() if is_new else _LINES.validate_json(path.read_bytes())
    lines = tuple(_with_secret(each) for each in known)
    if is_new or lines != known:
        _write(path, lines)
    for line in lines:
        _ensure(store, line, tenant=tenant, is_new=is_new)
        _ensure_factor(factors, line, is_new=is_new)
    return lines


def demo_accounts(folder: Path) -> tuple[DemoAccount, ...]:
    """The accounts of a demonstration that was started before; none elsewhere."""
    path = folder / FILE_NAME
    return _LINES.validate_json(path.read_bytes()) if path.exists() else ()


def _ensure(store: AccountsStore, line: DemoAccount, *, tenant: str, is_new: bool) -> None:
    if store.find(line.account) is None:
        store.add(StoredAccount(_account(line, tenant), hash_password(line.password)))
    elif is_new:
        # The file was lost: nobody knows the old passwords any more.
        store.set_password(line.account, hash_password(line.password))


def _ensure_factor(factors: SecondFactors, line: DemoAccount, *, is_new: bool) -> None:
    if line.totp_secret is None:
        return
    if is_new or not factors.status(line.account).enrolled:
        factors.enrol(line.account, unwritten(line.totp_secret), now=datetime.now(tz=UTC))


def _with_secret(line: DemoAccount) -> DemoAccount:
    """Give a second factor to who needs one, also in a file of an earlier version."""
    if line.account not in WITH_SECOND_FACTOR or line.totp_secret is not None:
        return line
    return line.model_copy(update={"totp_secret": written(new_secret())})


def _invented() -> tuple[DemoAccount, ...]:
    return tuple(
        DemoAccount(account=account, password=new_password(), role=role, capabilities=(capability,))
        for account, (role, capability) in ROLES.items()
    )


def _account(line: DemoAccount, tenant: str) -> Account:
    return Account(
        account=line.account,
        display_name=f"{line.role} (demo)",
        tenant=tenant,
        grants=tuple(Grant(capability) for capability in line.capabilities),
        is_demo=True,
    )


def _write(path: Path, lines: Sequence[DemoAccount]) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    text = json.dumps([line.model_dump(exclude_none=True) for line in lines], indent=2)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
