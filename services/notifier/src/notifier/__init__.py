"""Messages to the resident at every step that matters."""
