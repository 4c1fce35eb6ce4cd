"""Builders, given/when/then, servers for tests."""
