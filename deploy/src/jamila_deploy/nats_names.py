"""The users of NATS, by name; apart from what they may do, which needs the contracts."""

from typing import Final

LEDGER: Final = "ledger"
LODGERS: Final = ("sla", "ops", "privacy")
"""Services that live in the ledger's process and speak as its user."""
OPERATOR: Final = "operator"
"""Commands typed beside the system: the doctor, and what is recorded before it is shown."""
ADMIN: Final = "admin"
"""Whoever looks after the servers; no process of the system has its password."""
SERVICES: Final = (
    *("intake", "siak-adapter", "review", "signing", "printing", "notifier", "public"),
    *("gateway", LEDGER),
)
USERS: Final = (*SERVICES, OPERATOR, ADMIN)
