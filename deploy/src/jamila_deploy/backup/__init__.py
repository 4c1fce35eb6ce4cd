"""Backup of a running system, and its proven restore (docs/decisions/0048)."""
