"""Holds that the schemas of the methods are those that were exported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..exports.diff import compare
from ..exports.json_schema import export_of, files_in, method_files
from ..methods.registry import registry


def assert_schema_unchanged(folder: str | Path, methods: Iterable[str] | None = None) -> None:
    """Raise ``AssertionError`` if a method's schema is not the one in an exported folder.

    ``folder`` is one that ``manage.py export_schemas`` wrote. ``methods`` are the names to
    compare, by default all. The message lists what changed, and whether it breaks callers.
    """
    wanted = None if methods is None else set(methods)
    old, new = (
        {name: schemas for name, schemas in export.items() if wanted is None or name in wanted}
        for export in (
            export_of(files_in(Path(folder))),
            export_of(method_files(registry.methods.values())),
        )
    )
    changes = compare(old, new)
    if changes:
        listed = "\n".join(f"  {change.method}: {change}" for change in changes)
        raise AssertionError(
            f"the schemas differ from those in {folder}:\n{listed}\n"
            f"If this is intended: manage.py export_schemas --out {folder}"
        )
