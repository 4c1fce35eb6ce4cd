"""What a process that works on bytes from outside does first: it limits itself for good.

Apart from ``confined``, whose imports would count against the limits.
"""

import resource
from collections.abc import Sequence


def confine_by(arguments: Sequence[str]) -> None:
    """Set limits that cannot be lifted again, as the last two arguments say.

    Args:
        arguments: Ending with the seconds of the processor and the bytes of memory; no new file
            and no core may be written at all.
    """
    cpu_seconds, memory_bytes = (int(each) for each in arguments[-2:])
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
