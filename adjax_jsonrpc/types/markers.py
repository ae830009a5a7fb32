"""Annotations that say how the client handles a value, and change nothing of what is accepted."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from .constraints import Schema

BIG_INTEGER = "bigint"
"""The ``$comment`` in the schema of ``BigInt``."""

BigInt: TypeAlias = Annotated[int, Schema(**{"$comment": BIG_INTEGER})]
"""An ``int`` that is ``number | bigint`` in TypeScript, not only ``number``."""
