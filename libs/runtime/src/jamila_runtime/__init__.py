"""What every process shares: aggregates, outbox, inbox, broker, vault, objects, logs, metrics."""
