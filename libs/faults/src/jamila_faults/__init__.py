"""Faults on a running system, a crowd that works through them, and a checker that judges."""
