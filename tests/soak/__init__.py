"""Many clients at once for a long time, with a worker killed in the middle: ``make soak MINUTES=10``.

This package is a Django project and its one app (``settings``, ``models``, ``ajax``). ``calls``
makes what Python's connections send, with the answer that each must get; ``client.mjs`` does the
same by the JavaScript client. ``run`` sends both to a server of several processes, kills one, and
counts the rows at the end. ``keys`` does the same with idempotency keys (``payers``), while
workers, Redis and PostgreSQL end and come back.
"""
