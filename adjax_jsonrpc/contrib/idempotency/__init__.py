"""Stores idempotency keys in a table, in the transaction of the call where there is one."""
