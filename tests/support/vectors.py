"""The rows of ``vectors/``; the package isn't imported here, since fuzzing begins with these."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

from tests.support.paths import VECTORS

ANNOTATIONS = json.loads((VECTORS / "annotations.json").read_text())["rows"]
TAGS = json.loads((VECTORS / "tags.json").read_text())["rows"]
HOSTILE = json.loads((VECTORS / "hostile.json").read_text("utf-8"))


def body_of(row: dict[str, Any]) -> bytes:
    """Return the bytes that a row of ``vectors/hostile.json`` stands for."""
    if "bodyBase64" in row:
        return b64decode(row["bodyBase64"])
    body = row["body"]
    parts = [body] if isinstance(body, str) else body
    return "".join(
        part if isinstance(part, str) else part["repeat"][0] * part["repeat"][1] for part in parts
    ).encode()
