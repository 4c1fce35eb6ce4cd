"""``python -m jamila_deploy.mongo_primary HOST:PORT``: make a one-node replica set, once.

Ends with 0 as soon as the node is a writable primary, with 1 if it is not within the patience; so
it is the question of a container's health, and what systemd runs after mongod.
"""

import asyncio
import sys
from typing import Final

from jamila_deploy.mongo import MongoPrimary

_PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.5


async def become_primary(address: str, *, patience_seconds: float = _PATIENCE_SECONDS) -> bool:
    """Ask, and take the next step towards a primary, until it is one or patience is over."""
    host, _, port = address.rpartition(":")
    primary = MongoPrimary(int(port), host)
    try:
        async with asyncio.timeout(patience_seconds):
            while not await primary.passes():  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(_PAUSE_SECONDS)
    except TimeoutError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(become_primary(sys.argv[1])) else 1)
