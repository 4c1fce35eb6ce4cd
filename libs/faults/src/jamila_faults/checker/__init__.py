"""Judges what a system did by what it left behind; shares no code with the system."""
