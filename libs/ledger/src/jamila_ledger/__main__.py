"""Run the ledger: ``python -m jamila_ledger``."""

from jamila_ledger.app import LedgerProcess
from jamila_ledger.settings import LedgerSettings
from jamila_runtime.starting import start

if __name__ == "__main__":
    start(LedgerProcess, LedgerSettings)
