"""The event store of the case: hash chain, audit trail, SLA, read models."""
