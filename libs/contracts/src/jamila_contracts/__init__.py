"""Integration events, commands, subjects, the SOP and the service catalogue as data."""
