"""What an operator sees of the inbound edge; no label names a person or a case."""

from prometheus_client import Counter, Gauge

WEBHOOKS = Counter("jamila_intake_webhooks", "Webhook calls answered.", ["outcome"])
ITEMS = Counter("jamila_intake_items", "Messages and statuses worked on.", ["kind", "outcome"])
ANSWERS = Counter("jamila_intake_answers", "Answers in the chat.", ["outcome"])
INBOX = Gauge("jamila_intake_inbox", "What lies in the inbox.", ["state"])
