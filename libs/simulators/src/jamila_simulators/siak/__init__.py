"""The Dukcapil NIK web service with its true wire format."""
