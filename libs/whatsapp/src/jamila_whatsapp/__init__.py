"""The WhatsApp Cloud API: sending, media, errors with their meaning, and ids without numbers."""
