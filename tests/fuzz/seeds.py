"""What fuzzing begins with: the hostile bodies, and a call for each tag and annotation."""

from __future__ import annotations

import json
from typing import Any

from tests.support.vectors import ANNOTATIONS, HOSTILE, TAGS, body_of

LONGEST = 4096


def annotations() -> dict[str, str]:
    """Return the annotations of the vectors by the name of the method that takes them."""
    distinct = dict.fromkeys(row["annotation"] for row in ANNOTATIONS)
    return {f"types.t{number}": annotation for number, annotation in enumerate(distinct)}


def seeds() -> list[bytes]:
    """Return all bodies, none longer than ``LONGEST``."""
    methods = {annotation: name for name, annotation in annotations().items()}
    requests = [
        *(("shapes.echo", row["wire"]) for row in TAGS if "wire" in row),
        *((methods[row["annotation"]], row["wire"]) for row in ANNOTATIONS),
    ]
    calls = [
        {"jsonrpc": "2.0", "method": method, "params": [wire], "id": number}
        for number, (method, wire) in enumerate(requests)
    ]
    batches = [calls[start : start + 3] for start in range(0, len(calls), 30)]
    bodies = [body_of(row) for row in HOSTILE]
    bodies += [json.dumps(each).encode() for each in (*calls, *batches)]
    return list(dict.fromkeys(body for body in bodies if len(body) <= LONGEST))


def words() -> list[bytes]:
    """Return what a mutation of bytes would not find by itself."""
    tags = {row["wire"]["__type__"] for row in TAGS if _is_tagged(row.get("wire"))}
    texts = [
        '"jsonrpc":"2.0"', '"method":', '"params":', '"id":', '"__type__":', '"value":',
        '"__proto__"', '"\\u', '\\ud800', '\\udc00', '\\"', "\\\\", "null", "true", "-0", "1e400",
        "1e-400", "9007199254740993", "18446744073709551616", "NaN", "Infinity", "[[[[", "]]]]",
        '{"__type__":"set","value":[', '{"__type__":"map","value":[[', '{"__type__":"object","value":[["',
        "rpc.discover", "shapes.", "types.t", "legacy.ping", '{"jsonrpc":"2.0","method":"shapes.echo",',
    ]  # fmt: skip
    texts += [f'"{tag}"' for tag in sorted(tags, key=str)]
    return [*(text.encode() for text in texts), b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80"]


def _is_tagged(wire: Any) -> bool:
    return isinstance(wire, dict) and isinstance(wire.get("__type__"), str)
