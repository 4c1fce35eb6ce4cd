"""``python -m siak_adapter``: run the SIAK adapter."""

from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings
from siak_adapter.app import create_process
from siak_adapter.settings import SiakAdapterSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings(), SiakAdapterSettings()))
