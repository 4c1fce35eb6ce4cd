"""Steps 7 and 8: print or download, and hand over."""
