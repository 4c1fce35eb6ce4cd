"""Embedded launcher: the whole system on one machine, supervised."""
