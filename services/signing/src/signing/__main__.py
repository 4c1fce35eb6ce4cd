"""``python -m signing``: run the signing service."""

from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start
from signing.app import create_process
from signing.settings import SigningSettings
from signing.signer_settings import SignerSettings

if __name__ == "__main__":
    start(create_process, RuntimeSettings, SigningSettings, beside=[SignerSettings])
