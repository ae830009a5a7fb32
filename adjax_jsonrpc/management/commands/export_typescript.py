"""``manage.py export_typescript``: the methods as TypeScript declarations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ...conf import settings
from ...exports.typescript import declarations
from ...methods.registry import registry
from .. import caller_options
from ..generated import GeneratedFilesCommand


class Command(GeneratedFilesCommand):
    """Writes the TypeScript declarations for ``createClient<Api>()``."""

    help = "Export TypeScript declarations of all methods."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file, and the declaration of integers."""
        super().add_arguments(parser)
        caller_options.add_arguments(parser)
        parser.add_argument("--out", help="the file (default: standard output)")
        parser.add_argument(
            "--integers",
            choices=("number", "bigint"),
            default="number",
            help=(
                "declare int as number (the default) or as number | bigint, which large integers "
                "are; adjax_jsonrpc.BigInt is number | bigint in any case"
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, or check it."""
        text = declarations(
            caller_options.methods_for(options),
            registry.serializer,
            big_integers=options["integers"] == "bigint",
            variable=settings.variable,
        )
        if options["out"]:
            self.write_or_check({Path(options["out"]): text}, [], options)
        elif options["check"]:
            raise CommandError("--check needs --out")
        else:
            self.stdout.write(text, ending="")
