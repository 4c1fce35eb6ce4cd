"""Tells other systems what happened: signed, at least once, without anything personal."""
