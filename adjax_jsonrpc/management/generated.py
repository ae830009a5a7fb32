"""Commands that write files from the registry, or check that existing files are up to date."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class GeneratedFilesCommand(BaseCommand):
    """Writes files. With ``--check``, only prints the differences, and fails if there are any."""

    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--check``."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; print what would change, and exit with 1 if anything would",
        )

    def write_or_check(self, wanted: Mapping[Path, str], stale: list[Path], options: Any) -> None:
        """Write the ``wanted`` files and remove the ``stale`` ones, or only check them.

        Raises ``CommandError`` if a check finds differences.
        """
        changed = [path for path, text in wanted.items() if _text_of(path) != text]
        if options["check"]:
            self._fail_on({**{path: wanted[path] for path in changed}, **dict.fromkeys(stale)})
            return
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[path].encode())
        for path in stale:
            path.unlink()
        if options["verbosity"]:
            self.stdout.write(f"{len(wanted)} files: {len(changed)} written, {len(stale)} removed")

    def _fail_on(self, differing: Mapping[Path, str | None]) -> None:
        for path, text in sorted(differing.items()):
            diff = unified_diff(
                (_text_of(path) or "").splitlines(keepends=True),
                (text or "").splitlines(keepends=True),
                str(path) if path.exists() else "/dev/null",
                str(path) if text is not None else "/dev/null",
            )
            self.stdout.write("".join(diff), ending="")
        if differing:
            raise CommandError(f"not up to date: {len(differing)} files; run it without --check")


def _text_of(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
