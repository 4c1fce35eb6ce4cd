"""``python -m siak_adapter``: run the SIAK adapter."""

from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.starting import start
from siak_adapter.app import create_process
from siak_adapter.import_settings import ImportSettings
from siak_adapter.settings import SiakAdapterSettings

if __name__ == "__main__":
    start(create_process, RuntimeSettings, SiakAdapterSettings, beside=[ImportSettings])
