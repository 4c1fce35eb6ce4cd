"""The SLA of a stretch of days, worked out from the ledger alone: reports and what-if."""
