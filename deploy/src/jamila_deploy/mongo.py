"""The embedded one-node MongoDB replica set."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jamila_deploy.ports import LOOPBACK
from jamila_deploy.settings import LauncherSettings

if TYPE_CHECKING:
    from pymongo import MongoClient

_SET_NAME: Final = "rs0"
_PROBE_MILLISECONDS: Final = 2_000


def mongod_arguments(program: Path, settings: LauncherSettings) -> tuple[str, ...]:
    """Command line of mongod for one small office machine.

    The small cache and oplog and the switched-off diagnostics keep it near 190 MB of memory and
    300 MB of disk.
    """
    return (
        *(str(program), "--replSet", _SET_NAME, "--bind_ip", LOOPBACK),
        *("--port", str(settings.ports.mongo), "--dbpath", str(mongo_folder(settings))),
        *("--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25", "--nounixsocket"),
        *("--enableFreeMonitoring", "off"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        # A process killed inside a transaction leaves it open: it must not hold up the projector
        # for the minute that is usual. Ours take well under a second.
        *("--setParameter", "transactionLifetimeLimitSeconds=10"),
    )


def mongo_folder(settings: LauncherSettings) -> Path:
    """Where mongod keeps its data."""
    return settings.home / "mongo"


def mongo_url(settings: LauncherSettings) -> str:
    """The address clients connect to.

    ``directConnection`` because the member's own idea of its address changes with the port.
    """
    return f"mongodb://{LOOPBACK}:{settings.ports.mongo}/?directConnection=true"


@dataclass(frozen=True)
class MongoPrimary:
    """Ready once mongod is a writable primary; makes the replica set on the way there."""

    port: int
    host: str = LOOPBACK
    """How clients call it; a container is called by its name."""

    async def passes(self) -> bool:
        """Ask once, and take the next step towards a primary if it is not one yet."""
        return await asyncio.to_thread(self._advance)

    def _advance(self) -> bool:
        # Imported here: commands that start nothing need not carry the driver.
        from pymongo import MongoClient  # noqa: PLC0415
        from pymongo.errors import PyMongoError  # noqa: PLC0415

        client: MongoClient[dict[str, Any]] = MongoClient(
            self.host,
            self.port,
            directConnection=True,
            serverSelectionTimeoutMS=_PROBE_MILLISECONDS,
            connectTimeoutMS=_PROBE_MILLISECONDS,
        )
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return True
            self._configure(client)
        except PyMongoError:
            return False
        else:
            return False
        finally:
            client.close()

    def _configure(self, client: "MongoClient[dict[str, Any]]") -> None:
        member = {"_id": 0, "host": f"{self.host}:{self.port}"}
        current = client.local["system.replset"].find_one()
        if current is None:
            fresh = {"_id": _SET_NAME, "members": [member]}
            client.admin.command("replSetInitiate", fresh)
        elif [each["host"] for each in current["members"]] != [member["host"]]:
            # The home was started on another port: the node does not find itself in its own
            # configuration and would stay out of the set for ever.
            moved = {**current, "members": [{**current["members"][0], **member}]}
            client.admin.command("replSetReconfig", moved, force=True)
