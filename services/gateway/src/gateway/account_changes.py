"""Who changed what about whose account: lines that are only ever added. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

What = Literal[
    "akun-dibuat",
    "akun-ditutup",
    "kewenangan-diberi",
    "kewenangan-dicabut",
    "kata-sandi-diganti-pemilik",
    "kata-sandi-diganti-admin",
    "autentikator-diaktifkan",
    "autentikator-dihapus",
    "kode-pemulihan-dibuat",
    "identitas-oidc-dipasang",
    "identitas-oidc-dilepas",
]
ON_THE_MACHINE = "mesin"
"""In place of an account: somebody at the machine itself, with ``jamila account``."""


@dataclass(frozen=True)
class Change:
    """One change of one account."""

    at: datetime
    by: str
    """The account that did it, or ``mesin``."""
    account: str
    tenant: str
    what: What
    details: Mapping[str, Any] = field(default_factory=dict)
    """What JSON can say: capability, validity, letter; never a secret."""


@dataclass(frozen=True)
class RecordedChange:
    """A change and its place."""

    id: int
    change: Change
