"""What Django adds to calls: permissions, transactions, throttles, idempotency keys, signals."""
