"""``python -m public_page``: run the public page."""

from jamila_runtime.process import serve
from jamila_runtime.settings import RuntimeSettings
from public_page.app import create_process
from public_page.settings import PublicSettings

if __name__ == "__main__":
    serve(create_process(RuntimeSettings(), PublicSettings()))
