"""Every fault there is, by name: what ``--fault`` takes and the manual lists."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from jamila_faults import faults_clock as clock
from jamila_faults import faults_cluster as cluster
from jamila_faults import faults_disk as disk
from jamila_faults import faults_messages as messages
from jamila_faults import faults_network as network
from jamila_faults import faults_outside as outside
from jamila_faults import faults_postgres as postgres
from jamila_faults import faults_processes as processes
from jamila_faults import faults_servers as servers
from jamila_faults.arena import CLUSTER, Arena
from jamila_faults.faults_disk import SMALL_DISK
from jamila_faults.ground import CLOCK, PROXIES
from jamila_faults.ground_postgres import POSTGRES

_APART: Final = frozenset({CLOCK, POSTGRES, CLUSTER})


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong."""

    name: str
    strike: Callable[[Arena], Awaitable[None]]
    """Begins the fault and ends it."""
    needs: str = ""
    """What the arena must have."""

    @property
    def is_apart(self) -> bool:
        """Whether it needs an arena that is unlike that of all others."""
        return self.needs in _APART

    @property
    def what(self) -> str:
        """One sentence."""
        return (self.strike.__doc__ or "").strip()


FAULTS: Final[dict[str, Fault]] = {
    fault.name: fault
    for fault in (
        Fault("kill-one", processes.kill_one),
        Fault("kill-several", processes.kill_several),
        Fault("kill-again-and-again", processes.kill_again_and_again),
        Fault("kill-warm-parent", processes.kill_warm_parent),
        Fault("power-cut", processes.cut_power),
        Fault("process-hangs", processes.pause_one),
        Fault("nats-hangs", servers.pause_nats),
        Fault("nats-wiped", servers.wipe_nats),
        Fault("mongod-hangs", servers.pause_mongod),
        Fault("mongod-wiped", servers.wipe_mongod),
        Fault("events-repeated", messages.repeat_events),
        Fault("events-poisoned", messages.poison),
        Fault("servers-cut-off", network.cut_servers, needs=PROXIES),
        Fault("servers-slow", network.delay_servers, needs=PROXIES),
        Fault("servers-silent", network.silence_servers, needs=PROXIES),
        Fault("outside-cut-off", network.cut_outside, needs=PROXIES),
        Fault("outside-slow", network.delay_outside, needs=PROXIES),
        Fault("outside-silent", network.silence_outside, needs=PROXIES),
        Fault("whatsapp-refuses", outside.whatsapp_refuses),
        Fault("whatsapp-loses-papers", outside.whatsapp_loses_papers),
        Fault("whatsapp-reversed", outside.whatsapp_reverses_statuses),
        Fault("printer-off", outside.printer_is_off),
        Fault("disk-full", disk.fill_disk, needs=SMALL_DISK),
        Fault("clock-jumps", clock.jump_clock, needs=CLOCK),
        Fault("postgres-restarted", postgres.restart_postgres, needs=POSTGRES),
        Fault("nats-node-lost", cluster.lose_node, needs=CLUSTER),
        Fault("nats-node-wiped", cluster.wipe_node, needs=CLUSTER),
        Fault("nats-node-silent", cluster.part_node, needs=CLUSTER),
        Fault("replica-killed", cluster.kill_replica, needs=CLUSTER),
    )
}
