"""``python -m signing``: run the signing service."""

from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings
from signing.app import create_process
from signing.settings import SigningSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings(), SigningSettings()))
