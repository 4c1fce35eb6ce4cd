"""Prometheus metrics that every process has; no label ever names a person or a case."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_LAG = Gauge("jamila_outbox_lag_events", "Recorded events that are not yet published.")
OUTBOX_PUBLISHED = Counter("jamila_outbox_published_events", "Events published.")
INBOX_EVENTS = Counter("jamila_inbox_events", "Events received.", ["outcome"])
INBOX_BATCH_SECONDS = Histogram("jamila_inbox_batch_seconds", "Time to handle one batch.")
PARKED_EVENTS = Gauge("jamila_parked_events", "Events that wait for a person.")
EFFECTS = Counter("jamila_effects", "Things done outside.", ["kind", "outcome"])
COMMANDS = Counter("jamila_commands", "Commands answered.", ["command", "outcome"])
COMMAND_SECONDS = Histogram("jamila_command_seconds", "Time to answer a command.", ["command"])
