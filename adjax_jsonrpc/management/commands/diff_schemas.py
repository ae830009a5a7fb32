"""``manage.py diff_schemas``: what changed for callers between two exports."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...exports.diff import Change, Export, compare
from ...exports.json_schema import export_of, files_in, method_files
from ...methods.registry import registry


class Command(BaseCommand):
    """Prints the changes, and fails if one of them breaks callers."""

    help = (
        "Print what changed between two exports of schemas, and exit with 1 if a change breaks "
        "callers of the old one."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two folders, and the output format."""
        parser.add_argument("old", type=Path, help="a folder that export_schemas wrote")
        parser.add_argument("new", type=Path, nargs="?", help="another (default: the project)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare the exports and print the changes. Raises ``CommandError`` for breaking ones."""
        old: Export = _export_in(options["old"])
        new: Export
        if options["new"] is None:
            new = export_of(method_files(registry.methods.values()))
        else:
            new = _export_in(options["new"])
        changes = compare(old, new)
        breaking = sum(change.breaking for change in changes)
        if options["json"]:
            found = {"changes": [each.as_json() for each in changes], "breaking": breaking}
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self._print(changes)
            self.stdout.write(f"{len(changes)} changes, {breaking} breaking")
        if breaking:
            raise CommandError(f"{breaking} changes break callers")

    def _print(self, changes: list[Change]) -> None:
        for method, its_changes in groupby(changes, key=lambda change: change.method):
            self.stdout.write(method)
            for change in its_changes:
                self.stdout.write(f"  {change}")


def _export_in(folder: Path) -> Export:
    try:
        return export_of(files_in(folder))
    except FileNotFoundError as error:
        raise CommandError(str(error)) from None
