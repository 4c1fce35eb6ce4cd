"""A vault for a test, with its ring and master key."""

from pathlib import Path

from jamila_runtime.key_ring import FILE_NAME, KeyRing
from jamila_runtime.vault import CaseVault

MASTER_KEY = bytes(range(32))


def new_vault(folder: Path) -> CaseVault:
    """A new vault below a folder: the store and, apart from it, the ring."""
    ring = KeyRing(folder / "secrets" / FILE_NAME, MASTER_KEY)
    ring.make()
    return CaseVault(f"sqlite:///{folder / 'vault.db'}", ring)
