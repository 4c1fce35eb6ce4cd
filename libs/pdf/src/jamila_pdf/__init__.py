"""What every paper of the office shares: sheet, typefaces, QR, tables, photos, PDF/A and tags.

The only place, beside the SLA report, that knows reportlab. Same data, same bytes: dates come from
the data, identifiers from the content; fonts are embedded subsets.
"""
