"""``python -m gateway``: run the gateway."""

from gateway.app import create_process
from gateway.oidc_settings import OidcSettings
from gateway.settings import GatewaySettings
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start

if __name__ == "__main__":
    start(create_process, RuntimeSettings, GatewaySettings, beside=[OidcSettings])
