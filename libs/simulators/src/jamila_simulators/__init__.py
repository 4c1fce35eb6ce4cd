"""WhatsApp Cloud API, SIAK and demo PKI as HTTP servers with their true wire formats."""
