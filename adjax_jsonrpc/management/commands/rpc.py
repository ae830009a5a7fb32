"""``manage.py rpc``: list methods, and call one from the command line."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pprint import pformat
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...errors import WireError
from ...exports.docstrings import parse_docstring
from ...methods.method import Method
from ...methods.registry import registry
from ..call_arguments import MISSPELT, params_of, read_text
from ..caller import FAILED, call_at, call_here
from ..completion import SCRIPTS


class Command(BaseCommand):
    """Lists methods, calls one of them, or sends a batch."""

    help = (
        "Without a method, list the methods; with one, call it. Exit status: 0 if all went well, "
        "1 if a call failed, 2 if the command line is wrong."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return a parser that takes options before, between and after the arguments."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.parse_args = parser.parse_intermixed_args  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the method, its arguments, the caller, and the form of the output."""
        parser.add_argument(
            "method", nargs="?", help="shop.stock; an app or a pattern (shop.*) lists methods"
        )
        parser.add_argument(
            "arguments",
            nargs="*",
            help="by position, or name=value; JSON, text, or @file with JSON in it",
        )
        parser.add_argument("--user", help="call as the user with this name (default: nobody)")
        parser.add_argument("--url", help="call the endpoint at this address, by HTTP")
        parser.add_argument("--token", help="with --url: send Authorization: Bearer TOKEN")
        parser.add_argument("--timeout", type=float, default=30.0, help="with --url, in seconds")
        parser.add_argument("--notify", action="store_true", help="send a Notification")
        parser.add_argument("--batch", metavar="FILE", help="send a body from a file (-: stdin)")
        parser.add_argument("--json", action="store_true", help="print JSON, as it is sent")
        parser.add_argument(
            "--completion", choices=sorted(SCRIPTS), help="print a script for your shell"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """List, call or complete. Raises ``CommandError`` with the exit status."""
        with suppress(BrokenPipeError):  # such as in "manage.py rpc | head"
            self._handle(options)

    def _handle(self, options: Mapping[str, Any]) -> None:
        if options["completion"]:
            self.stdout.write(SCRIPTS[options["completion"]])
        elif options["batch"]:
            self._send(read_text(options["batch"]).encode(), options)
        elif options["method"] is None or _lists(options["method"]):
            self._list(options)
        else:
            self._call(options)

    def _list(self, options: Mapping[str, Any]) -> None:
        pattern = options["method"] or "*"
        chosen = [
            method
            for name, method in sorted(registry.methods.items())
            if fnmatchcase(name, pattern) or name.startswith(f"{pattern}.")
        ]
        if options["json"]:
            found = [
                {
                    "name": method.name,
                    "signature": signature_text(method),
                    "summary": parse_docstring(method.description).summary,
                }
                for method in chosen
            ]
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        for method in chosen:
            self.stdout.write(f"{method.name}{signature_text(method)}")
            summary = parse_docstring(method.description).summary
            if summary:
                self.stdout.write(f"    {summary}")

    def _call(self, options: Mapping[str, Any]) -> None:
        name = options["method"]
        method = registry.served.get(name)
        if method is None and not options["url"]:
            close = get_close_matches(name, registry.served, 1)
            hint = f": did you mean {close[0]}?" if close else "; list them without a name"
            raise CommandError(f"there is no method {name!r}{hint}", returncode=MISSPELT)
        params = params_of(options["arguments"], method)
        request = {"jsonrpc": "2.0", "method": name, "params": params}
        if not options["notify"]:
            request["id"] = 1
        self._send(json.dumps(request).encode(), options)

    def _send(self, body: bytes, options: Mapping[str, Any]) -> None:
        if options["url"]:
            token = options["token"]
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = call_at(options["url"], body, headers, options["timeout"])
        else:
            answer = call_here(body, options["user"])
        if answer is None:  # only Notifications
            return
        responses = answer if isinstance(answer, list) else [answer]
        if options["json"]:
            self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
        else:
            for response in responses:
                self._print(response, is_batch=isinstance(answer, list))
        if any("error" in response for response in responses):
            raise SystemExit(FAILED)

    def _print(self, response: Mapping[str, Any], *, is_batch: bool) -> None:
        prefix = f"{json.dumps(response['id'])}: " if is_batch else ""
        if "error" in response:
            self.stderr.write(f"{prefix}{error_text(response['error'])}")
            return
        try:
            value = registry.serializer.from_wire(response["result"])
        except WireError:  # a type of another project
            value = response["result"]
        self.stdout.write(f"{prefix}{pformat(value, sort_dicts=False)}")


def _lists(name: str) -> bool:
    is_prefix = any(each.startswith(f"{name}.") for each in registry.methods)
    return "*" in name or (is_prefix and name not in registry.served)


def signature_text(method: Method) -> str:
    """Return the signature of a method without its request: ``(sku: str) -> int``."""
    signature = inspect.signature(method.function)
    _, *parameters = signature.parameters.values()
    return str(signature.replace(parameters=parameters)).replace("'", "")


def error_text(error: Mapping[str, Any]) -> str:
    """Return an error object as text: a line, and one for each part of its data."""
    lines = [f"{error['message']} ({error['code']})"]
    data = error.get("data")
    if isinstance(data, dict) and isinstance(data.get("errors"), list):
        lines += [f"  {each['path'] or '/'}: {each['message']}" for each in data["errors"]]
    elif isinstance(data, dict):
        lines += [f"  {name}: {value}" for name, value in data.items() if name != "traceback"]
    elif data is not None:
        lines.append(f"  {json.dumps(data, ensure_ascii=False)}")
    return "\n".join(lines)
