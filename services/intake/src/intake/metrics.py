"""What an operator sees of the inbound edge; no label names a person or a case."""

from prometheus_client import Counter, Gauge, Histogram

WEBHOOKS = Counter("jamila_intake_webhooks", "Webhook calls answered.", ["outcome"])
ITEMS = Counter("jamila_intake_items", "Messages and statuses worked on.", ["kind", "outcome"])
ANSWERS = Counter("jamila_intake_answers", "Answers in the chat.", ["outcome"])
INBOX = Gauge("jamila_intake_inbox", "What lies in the inbox.", ["state"])
CONTACTS_LINKED = Counter("jamila_intake_contacts_linked", "Contacts that turned out to be one.")
COMMITS = Histogram(
    "jamila_intake_webhooks_per_commit",
    "Webhooks made durable together.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
SLOWED = Counter(
    "jamila_intake_slowed", "Messages that wait or go unread by the limits.", ["limit"]
)
PAPERS = Counter("jamila_intake_papers", "Files examined.", ["outcome"])
HELP = Counter("jamila_intake_help", "Requests for a person of the office.", ["outcome"])
