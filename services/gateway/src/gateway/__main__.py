"""``python -m gateway``: run the gateway."""

from gateway.app import create_process
from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings()))
