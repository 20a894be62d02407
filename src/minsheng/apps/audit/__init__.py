"""The event ledger: append-only, hash-chained for each key, sealed outside."""
