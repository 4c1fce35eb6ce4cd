"""W3C trace context, carried through every event and command.

Source: W3C Trace Context, section 3.2 (``version-traceid-parentid-flags``). Full OpenTelemetry
middleware costs more than half of the message throughput (docs/decisions), so only the context
travels; whoever wants spans can join the log lines by ``trace_id``.
"""

import re
import secrets

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")


def new_trace() -> str:
    """Start a trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_of(traceparent: str | None) -> str:
    """Go on with a trace in a new span; a missing or broken context starts a new trace."""
    match = _TRACEPARENT.match(traceparent or "")
    if match is None:
        return new_trace()
    return f"00-{match[1]}-{secrets.token_hex(8)}-{match[3]}"


def trace_id(traceparent: str) -> str:
    """The part that is the same in every span of the trace."""
    return traceparent.split("-")[1]
