"""The WhatsApp Cloud API with its true wire format, and a hand to play the resident."""
