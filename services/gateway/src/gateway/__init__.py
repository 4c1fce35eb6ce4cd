"""The one door for staff: JSON API and console."""
