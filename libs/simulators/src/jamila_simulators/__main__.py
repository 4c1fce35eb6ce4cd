"""``python -m jamila_simulators``: serve every simulator on one port."""

import logging

import uvicorn

from jamila_simulators.app import create_app
from jamila_simulators.settings import SimulatorSettings


def main() -> None:
    """Read the environment and serve until a signal stops the process."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    # httpx names the address of every request; media addresses have no place in a log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = SimulatorSettings()
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
