"""The console: pages for staff, rendered here, over the very functions of the API."""
