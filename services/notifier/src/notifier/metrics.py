"""What an operator sees of the messages; no label names a person or a case."""

from prometheus_client import Counter, Gauge

MESSAGES = Counter("jamila_notifier_messages", "Messages about cases.", ["outcome"])
STOPPED = Gauge("jamila_notifier_stopped", "1 while WhatsApp refuses the office itself.")
