"""The operators' command line over the ledger."""
