"""What an operator sees of the messages; no label names a person or a case."""

from prometheus_client import Counter

MESSAGES = Counter("jamila_notifier_messages", "Messages about cases.", ["outcome"])
