"""Every fault there is, by name: what ``--fault`` takes and the manual lists."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from jamila_faults import faults_disk as disk
from jamila_faults import faults_messages as messages
from jamila_faults import faults_network as network
from jamila_faults import faults_outside as outside
from jamila_faults import faults_processes as processes
from jamila_faults import faults_servers as servers
from jamila_faults.arena import Arena


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong."""

    name: str
    strike: Callable[[Arena], Awaitable[None]]
    """Begins the fault and ends it."""
    needs: str = ""
    """``proxies`` or ``small-disk``: what the arena must have."""

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
        Fault("servers-cut-off", network.cut_servers, needs="proxies"),
        Fault("servers-slow", network.delay_servers, needs="proxies"),
        Fault("servers-silent", network.silence_servers, needs="proxies"),
        Fault("outside-cut-off", network.cut_outside, needs="proxies"),
        Fault("outside-slow", network.delay_outside, needs="proxies"),
        Fault("outside-silent", network.silence_outside, needs="proxies"),
        Fault("whatsapp-refuses", outside.whatsapp_refuses),
        Fault("whatsapp-loses-papers", outside.whatsapp_loses_papers),
        Fault("whatsapp-reversed", outside.whatsapp_reverses_statuses),
        Fault("printer-off", outside.printer_is_off),
        Fault("disk-full", disk.fill_disk, needs="small-disk"),
    )
}
