"""Steps 2 and 3: match with SIAK, entry into SIAK, draft document."""
