"""``manage.py export_schemas``: JSON Schema files and an OpenRPC document."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.core.management.base import CommandError, CommandParser
from django.urls import NoReverseMatch, reverse

from ...conf import settings
from ...exports.json_schema import METHODS, PARAMS, RESULT, files, json_text, method_files
from ...exports.openrpc import document
from ...methods.registry import registry
from .. import caller_options
from ..generated import GeneratedFilesCommand


class Command(GeneratedFilesCommand):
    """Writes the JSON Schemas of messages, tags and methods, and the OpenRPC document."""

    help = (
        "Export JSON Schema 2020-12 files of the envelope, the tagged types and each method's "
        "params and result, and openrpc.json. Files of methods that are gone are removed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder, the methods, and the URL of the server."""
        super().add_arguments(parser)
        caller_options.add_arguments(parser)
        parser.add_argument("--out", default="schemas", help="the folder (default: schemas)")
        parser.add_argument(
            "--method", default="", help="only the files of methods that match a pattern: shop.*"
        )
        parser.add_argument(
            "--url",
            default="http://localhost:8000/",
            help="the URL of the project, for openrpc.json (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, or check them."""
        folder, pattern = Path(options["out"]), options["method"]
        methods = [
            method
            for method in caller_options.methods_for(options)
            if not pattern or fnmatchcase(method.name, pattern)
        ]
        if pattern and not methods:
            raise CommandError(f"no method matches {pattern!r}")
        made = method_files(methods)
        if not pattern:
            made = files(methods, registry.serializer)
            url = urljoin(options["url"], _endpoint())
            made["openrpc.json"] = json_text(
                document(methods, registry.serializer, url, settings.openrpc_info)
            )
        wanted = {folder / path: content for path, content in made.items()}
        stale = [] if pattern else [p for p in _method_files_in(folder) if p not in wanted]
        self.write_or_check(wanted, stale, options)


def _endpoint() -> str:
    try:
        return reverse("adjax_rpc")
    except NoReverseMatch:
        return ""


def _method_files_in(folder: Path) -> list[Path]:
    """Return the files that an export has written; no other files may be removed."""
    return sorted(
        path for path in (folder / METHODS).glob("*") if path.name.endswith((PARAMS, RESULT))
    )
